"""The officers' side of a case: its ticket, what they wrote, the steps it climbs, the holidays."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from bureau.desks.grievances.models import Grievance, Office
from bureau.kernel.vault.fields import EncryptedTextField


class Track(models.TextChoices):
    """Which steps a ticket climbs. Sensitive cases have their own, and their own people."""

    STANDARD = "standard", _("Standard")
    SENSITIVE = "sensitive", _("Sensitive")


class Resolution(models.TextChoices):
    """How a case ended."""

    CLASSIFIED = "CLASSIFIED", _("Classified")
    DEMAND_REJECTED = "DEMAND_REJECTED", _("Demand rejected")
    ACCEPTED_MONETARY = "ACCEPTED_MONETARY", _("Accepted, with money")
    ACCEPTED_RELOCATION = "ACCEPTED_RELOCATION", _("Accepted, with relocation")
    ACCEPTED_OTHER = "ACCEPTED_OTHER", _("Accepted otherwise")


class Priority(models.TextChoices):
    """What is looked at first."""

    NORMAL = "NORMAL", _("Normal")
    HIGH = "HIGH", _("High")


class WorkflowStep(models.Model):
    """An operator's own step of a track, in place of the shipped one of the same level."""

    track = models.CharField(max_length=10, choices=Track.choices)
    level = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=100)
    name_ne = models.CharField(max_length=100, blank=True, default="")
    response_hours = models.PositiveSmallIntegerField()
    resolution_days = models.PositiveSmallIntegerField()
    # where a ticket goes when it reaches this step; empty: it stays where it is
    office = models.ForeignKey(Office, null=True, blank=True, on_delete=models.PROTECT)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["track", "level"], name="step_once_a_level"),
            models.CheckConstraint(
                name="step_has_one_of_four_levels",
                condition=models.Q(level__gte=1, level__lte=4),
            ),
        ]


class Holiday(models.Model):
    """A day on which offices are closed."""

    day = models.DateField(unique=True)
    name = models.CharField(max_length=100, blank=True, default="")


class Ticket(models.Model):
    """A case as a task of an office.

    Its state follows from the case's status. The moments are computed from the case's event log
    (`services/clocks.py`) and kept here to be searched; `rules` says by which rules.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    grievance = models.OneToOneField(Grievance, on_delete=models.CASCADE, related_name="ticket")
    track = models.CharField(max_length=10, choices=Track.choices)
    level = models.PositiveSmallIntegerField(default=1)
    office = models.ForeignKey(Office, null=True, on_delete=models.PROTECT, related_name="tickets")
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    priority = models.CharField(max_length=6, choices=Priority.choices, default=Priority.NORMAL)
    resolution = models.CharField(max_length=20, choices=Resolution.choices, blank=True, default="")
    hearing_on = models.DateField(null=True)
    # rises with every action: who decides on an old one is refused
    version = models.PositiveIntegerField(default=1)
    opened_at = models.DateTimeField()
    respond_by = models.DateTimeField(null=True)
    resolve_by = models.DateTimeField(null=True)
    responded_at = models.DateTimeField(null=True)
    resolved_at = models.DateTimeField(null=True)
    # when the last level was late; there is nowhere to pass it on
    breached_at = models.DateTimeField(null=True)
    late_steps = models.PositiveSmallIntegerField(default=0)
    rules = models.CharField(max_length=16, blank=True, default="")

    class Meta:
        indexes = [
            models.Index(fields=["office", "track", "-id"], name="ticket_by_queue"),
            models.Index(fields=["assignee", "-id"], name="ticket_by_assignee"),
            models.Index(
                fields=["resolve_by"],
                name="open_ticket_by_due",
                condition=models.Q(resolved_at=None),
            ),
            models.Index(fields=["rules"], name="ticket_by_rules"),
        ]


class NoteKind(models.TextChoices):
    """What a note belongs to."""

    NOTE = "NOTE", _("Note")
    FIELD_REPORT = "FIELD_REPORT", _("Field report")
    ESCALATION = "ESCALATION", _("Escalation")
    RESOLUTION = "RESOLUTION", _("Resolution")
    HEARING = "HEARING", _("Hearing")
    REASSIGNMENT = "REASSIGNMENT", _("Reassignment")
    TRANSFER = "TRANSFER", _("Transfer")


class TicketNote(models.Model):
    """What an officer wrote. The log says that it was written; the words are sealed here."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="notes")
    kind = models.CharField(max_length=12, choices=NoteKind.choices, default=NoteKind.NOTE)
    text = EncryptedTextField(row="uid", max_length=5_000, blank=True, default="")
    author = models.CharField(max_length=120)
    at = models.DateTimeField(auto_now_add=True)

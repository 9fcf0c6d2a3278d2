"""Cases and everything that was said and done about them. What a person said is sealed."""

from __future__ import annotations

import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bureau.desks.grievances.models.offices import Office
from bureau.desks.grievances.models.people import Complainant
from bureau.desks.grievances.statuses import Status
from bureau.kernel.vault.fields import EncryptedTextField


class ClassificationStatus(models.TextChoices):
    """Who the categories and the summary come from."""

    PENDING = "pending", _("Pending")
    GENERATED = "LLM_generated", _("Suggested by the machine")
    FAILED = "LLM_failed", _("The machine could not tell")
    SKIPPED = "LLM_skipped", _("Skipped")
    ERROR = "LLM_error", _("The machine failed")
    REVIEWING = "REVIEWING", _("Being reviewed")
    SLOT_SKIPPED = "slot_skipped", _("Skipped by the complainant")
    COMPLAINANT = "complainant_confirmed", _("Confirmed by the complainant")
    OFFICER = "officer_confirmed", _("Confirmed by an officer")


class Cases(models.QuerySet["Grievance"]):
    """Cases as they are stored."""

    def held(self, *, skip_locked: bool = False) -> Self:
        """With the rows locked for a change of theirs.

        Rows that point to a case may be written meanwhile: PostgreSQL looks at the case when they are
        committed, at the end of a transaction that may hold the case's event stream already.
        """
        return self.select_for_update(of=("self",), no_key=True, skip_locked=skip_locked)


class Grievance(models.Model):
    """A case. While `is_draft` it belongs to whoever is filing it and no officer sees it."""

    grievance_id = models.CharField(max_length=60, unique=True)
    # the last six characters: what people read out on the telephone
    short_id = models.CharField(max_length=6)
    complainant = models.ForeignKey(
        Complainant, on_delete=models.PROTECT, related_name="grievances"
    )
    source = models.CharField(max_length=12, default="web")
    session_id = models.CharField(max_length=100, blank=True, default="")
    language = models.CharField(max_length=10, default="ne")
    description = EncryptedTextField(row="grievance_id", blank=True, default="")
    summary = EncryptedTextField(row="grievance_id", blank=True, default="")
    location = EncryptedTextField(row="grievance_id", max_length=500, blank=True, default="")
    follow_up_question = EncryptedTextField(row="grievance_id", blank=True, default="")
    claimed_amount = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    categories = models.JSONField(default=list)
    categories_alternative = models.JSONField(default=list)
    # what the machine said about each category, with its confidence and who it was
    suggestion = models.JSONField(default=dict)
    classification_status = models.CharField(
        max_length=64, choices=ClassificationStatus.choices, default=ClassificationStatus.PENDING
    )
    sensitive = models.BooleanField(default=False)
    sensitive_level = models.CharField(max_length=10, blank=True, default="")
    sensitive_kinds = models.JSONField(default=list)
    # the complainant read the warning and said it is not so
    sensitive_denied = models.BooleanField(default=False)
    high_priority = models.BooleanField(default=False)
    is_anonymous = models.BooleanField(default=False)
    province = models.CharField(max_length=12)
    district = models.CharField(max_length=12)
    municipality = models.CharField(max_length=100, blank=True, default="")
    ward = models.PositiveSmallIntegerField(null=True)
    village = models.CharField(max_length=100, blank=True, default="")
    office = models.ForeignKey(
        Office, null=True, on_delete=models.PROTECT, related_name="grievances"
    )
    status = models.CharField(max_length=20, choices=Status.choices, blank=True, default="")
    # rises with every change of the status: who decides on an old one is refused
    version = models.PositiveIntegerField(default=0)
    status_changed_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    is_draft = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    submitted_at = models.DateTimeField(null=True)
    modified_at = models.DateTimeField(auto_now=True)
    erased_at = models.DateTimeField(null=True)

    objects = Cases.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["office", "status", "-id"], name="grievance_by_office"),
            models.Index(fields=["short_id"], name="grievance_by_short_id"),
            models.Index(fields=["is_draft", "created_at"], name="grievance_by_draft"),
            models.Index(fields=["-submitted_at"], name="grievance_by_day"),
        ]
        constraints = [
            models.CheckConstraint(
                name="submitted_grievance_has_status", condition=Q(is_draft=True) | ~Q(status="")
            )
        ]

    @property
    def stream(self) -> str:
        """The event stream of this case."""
        return f"grievance:{self.pk}"


class ChangeType(models.TextChoices):
    """What a line of the history tells."""

    STATUS = "status_change"
    FIELDS = "field_update"
    COMPLAINANT = "complainant_update"
    SYSTEM = "system_update"
    # office and complainant write to each other: `notes` is what was written
    MESSAGE = "message"
    SATISFIED = "satisfied"


class Change(models.Model):
    """A line of a case's history. `version` orders the status changes of a case without doubt."""

    # what sealed values are bound to: the number comes from the database, too late for that
    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    grievance = models.ForeignKey(Grievance, on_delete=models.CASCADE, related_name="history")
    change_type = models.CharField(max_length=20, choices=ChangeType.choices)
    status_code = models.CharField(max_length=20, choices=Status.choices, blank=True, default="")
    version = models.PositiveIntegerField(null=True)
    # which fields changed, and from what to what: JSON, sealed because it may hold personal data
    field_changes = EncryptedTextField(row="uid", blank=True, default="")
    notes = EncryptedTextField(row="uid", blank=True, default="")
    assigned_to = models.CharField(max_length=60, blank=True, default="")
    # from the session, never from the request: user:5, service:bot, complainant
    created_by = models.CharField(max_length=120)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="change_of_status_names_it",
                condition=Q(change_type=ChangeType.STATUS, version__isnull=False)
                & ~Q(status_code="")
                | ~Q(change_type=ChangeType.STATUS) & Q(version=None, status_code=""),
            ),
            models.UniqueConstraint(fields=["grievance", "version"], name="change_once_a_version"),
        ]


class Translation(models.Model):
    """A case in English, for officers who do not read its language."""

    translation_id = models.CharField(max_length=60, unique=True)
    grievance = models.ForeignKey(Grievance, on_delete=models.CASCADE, related_name="translations")
    method = models.CharField(max_length=60)
    source_language = models.CharField(max_length=10)
    description_en = EncryptedTextField(row="translation_id", blank=True, default="")
    summary_en = EncryptedTextField(row="translation_id", blank=True, default="")
    categories_en = models.JSONField(default=list)
    confidence = models.FloatField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["grievance", "method"], name="translation_once_a_method"
            )
        ]


class Correction(models.Model):
    """What an officer made of the machine's suggestion: the ground of its running accuracy."""

    grievance = models.ForeignKey(Grievance, on_delete=models.CASCADE, related_name="corrections")
    suggested = models.CharField(max_length=200, blank=True, default="")
    decided = models.CharField(max_length=200)
    was_right = models.BooleanField()
    provider = models.CharField(max_length=60, blank=True, default="")
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)


class RelayedStatus(models.Model):
    """What a bot asked to be told to a case's watchers; the event names the row, the row is sealed."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    grievance = models.ForeignKey(Grievance, on_delete=models.CASCADE, related_name="relayed")
    body = EncryptedTextField(row="uid")
    created_at = models.DateTimeField(auto_now_add=True)

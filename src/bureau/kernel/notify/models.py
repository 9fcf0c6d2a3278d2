"""Messages to people outside: one row each, whatever carries it."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from bureau.kernel.jobs.models import Task
from bureau.kernel.vault.fields import EncryptedTextField
from bureau.kernel.vault.indexes import BlindIndexField


class Channel(models.TextChoices):
    """How a message reaches somebody."""

    EMAIL = "email", _("E-mail")
    SMS = "sms", _("SMS")
    WHATSAPP = "whatsapp", _("WhatsApp")


class State(models.TextChoices):
    """Where a message stands. `sent`: a carrier took it; `delivered`: the carrier reports arrival."""

    QUEUED = "queued", _("Queued")
    SENT = "sent", _("Sent")
    DELIVERED = "delivered", _("Delivered")
    FAILED = "failed", _("Failed")
    WITHHELD = "withheld", _("Withheld")


class Message(models.Model):
    """A message to one recipient.

    What it says is sealed and removed once a carrier took it; what remains says that something of
    this kind went to somebody about `subject` (`grievance:<id>`).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    channel = models.CharField(max_length=10, choices=Channel.choices)
    recipient = EncryptedTextField(blank=True, default="")
    recipient_index = BlindIndexField(source="recipient", normaliser="contact")
    template = models.CharField(max_length=60)
    language = models.CharField(max_length=10)
    content = EncryptedTextField(blank=True, default="")
    subject = models.CharField(max_length=120, blank=True, default="")
    sensitive = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    task = models.OneToOneField(Task, on_delete=models.SET_NULL, null=True, related_name="message")
    attempts = models.PositiveSmallIntegerField(default=0)
    carrier = models.CharField(max_length=60, blank=True, default="")
    provider_id = models.CharField(max_length=200, blank=True, default="")
    error_code = models.CharField(max_length=60, blank=True, default="")
    error = models.TextField(blank=True, default="")
    created_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["subject", "created_at"], name="message_by_subject"),
            models.Index(fields=["state", "created_at"], name="message_by_state"),
            models.Index(
                fields=["carrier", "provider_id"],
                name="message_by_provider_id",
                condition=~models.Q(provider_id=""),
            ),
        ]

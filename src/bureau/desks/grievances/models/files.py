"""Files of a case. Their names are what people called them and may name somebody: sealed."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from bureau.desks.grievances.models.cases import Grievance
from bureau.kernel.files.models import StoredFile
from bureau.kernel.vault.fields import EncryptedTextField


class FileType(models.TextChoices):
    """What a file is, by its content."""

    IMAGE = "image", _("Image")
    VIDEO = "video", _("Video")
    VOICE = "voice", _("Voice")
    DOCUMENT = "document", _("Document")
    ARCHIVE = "archive", _("Archive")


class FileState(models.TextChoices):
    """How far a file was looked at; only what is done is shown to officers."""

    PROCESSING = "PROCESSING"
    DONE = "SUCCESS"
    FAILED = "FAILURE"


class Attachment(models.Model):
    """One file of a case."""

    file_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    grievance = models.ForeignKey(Grievance, on_delete=models.CASCADE, related_name="attachments")
    stored = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    name = EncryptedTextField(row="file_id", max_length=255)
    file_type = models.CharField(max_length=10, choices=FileType.choices)
    size = models.PositiveBigIntegerField()
    # of the bytes as they were sent; what is kept of a photo is a cleaned copy
    received_sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=12, choices=FileState.choices, default=FileState.PROCESSING)
    problem = models.CharField(max_length=300, blank=True, default="")
    uploaded_at = models.DateTimeField(auto_now_add=True)


class Recording(models.Model):
    """A spoken field of a case: which field, in which language, how far it was understood."""

    class State(models.TextChoices):
        """The contract's words."""

        PROCESSING = "PROCESSING"
        COMPLETED = "COMPLETED"
        FAILED = "FAILED"

    recording_id = models.CharField(max_length=60, unique=True)
    attachment = models.OneToOneField(
        Attachment, on_delete=models.CASCADE, related_name="recording"
    )
    field_name = models.CharField(max_length=60)
    duration_seconds = models.FloatField(null=True)
    language = models.CharField(max_length=10, blank=True, default="")
    language_heard = models.CharField(max_length=10, blank=True, default="")
    state = models.CharField(max_length=12, choices=State.choices, default=State.PROCESSING)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)


class Transcription(models.Model):
    """What was heard in a recording, until a person has verified it."""

    class State(models.TextChoices):
        """The contract's words."""

        FOR_VERIFICATION = "FOR_VERIFICATION"
        VERIFIED = "VERIFIED"
        AMENDED = "VERIFIED_AND_AMENDED"

    transcription_id = models.CharField(max_length=60, unique=True)
    recording = models.OneToOneField(
        Recording, on_delete=models.CASCADE, related_name="transcription"
    )
    automated = EncryptedTextField(row="transcription_id", blank=True, default="")
    verified = EncryptedTextField(row="transcription_id", blank=True, default="")
    state = models.CharField(max_length=24, choices=State.choices, default=State.FOR_VERIFICATION)
    confidence = models.FloatField(null=True)
    provider = models.CharField(max_length=60, blank=True, default="")
    created_at = models.DateTimeField(auto_now_add=True)

"""Rooms, who sits in them, what is said, and the words the desk knows how to translate.

What people say, and who they are, is encrypted; the event log holds ids of messages only.
"""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from bureau.kernel.files.models import StoredFile
from bureau.kernel.jobs.models import Job, Task
from bureau.kernel.vault.fields import EncryptedTextField


class RoomType(models.TextChoices):
    """What a room is for."""

    PATIENT_DOCTOR = "patient_doctor", "Patient and doctor"
    GENERAL = "general", "General"


class Side(models.TextChoices):
    """On which side of the conversation somebody sits."""

    PATIENT = "patient", "Patient"
    DOCTOR = "doctor", "Doctor"


class ChatRoom(models.Model):
    """A conversation between two languages."""

    # what the sealed fields are bound to: unlike `id` it exists before the row does
    seal_key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = EncryptedTextField(row="seal_key", max_length=200)
    room_type = models.CharField(
        max_length=20, choices=RoomType.choices, default=RoomType.PATIENT_DOCTOR
    )
    patient_language = models.CharField(max_length=50, default="en")
    doctor_language = models.CharField(max_length=50, default="en")
    patient_name = EncryptedTextField(row="seal_key", max_length=200, blank=True, default="")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        indexes = [models.Index(fields=["-created_at", "-id"], name="room_newest_first")]

    @property
    def stream(self) -> str:
        """The event stream of this room."""
        return f"chat-room:{self.pk}"


class Participant(models.Model):
    """Somebody's seat in a room; without one only administrators see it."""

    room = models.ForeignKey(ChatRoom, on_delete=models.CASCADE, related_name="participants")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="chat_seats"
    )
    side = models.CharField(max_length=10, choices=Side.choices)
    joined_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["room", "user"], name="one_seat_a_room_and_person")
        ]


class MessageState(models.TextChoices):
    """How far a message has come; the placeholders of its texts follow from it."""

    TRANSCRIBING = "transcribing"
    TRANSLATING = "translating"
    DONE = "done"
    NO_SPEECH = "no_speech"
    UNTRANSLATABLE = "untranslatable"
    TRANSCRIPTION_FAILED = "transcription_failed"
    TRANSLATION_FAILED = "translation_failed"


class ChatMessage(models.Model):
    """One thing said. Texts are empty until they are there; `state` says what is still to come.

    `notes` is JSON: the safety check's warnings, the terms of the glossary that fired, the
    confidence of a transcript and phrases to choose from where nothing could be translated.
    """

    # what the sealed fields are bound to: unlike `id` it exists before the row does
    seal_key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    room = models.ForeignKey(ChatRoom, on_delete=models.CASCADE, related_name="messages")
    sender = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    sender_type = models.CharField(max_length=10, choices=Side.choices)
    state = models.CharField(max_length=24, choices=MessageState.choices)
    original_text = EncryptedTextField(row="seal_key", blank=True, default="")
    original_language = models.CharField(max_length=50)
    translated_text = EncryptedTextField(row="seal_key", blank=True, default="")
    translated_language = models.CharField(max_length=50)
    audio = models.ForeignKey(StoredFile, null=True, on_delete=models.SET_NULL, related_name="+")
    has_audio = models.BooleanField(default=False)
    audio_duration = models.FloatField(null=True)
    audio_transcription = EncryptedTextField(row="seal_key", blank=True, default="")
    speech = models.ForeignKey(StoredFile, null=True, on_delete=models.SET_NULL, related_name="+")
    # null: not spoken; false: read by a voice of another accent
    speech_native = models.BooleanField(null=True)
    speech_note = models.CharField(max_length=200, blank=True, default="")
    # who translated: `phrasebook`, `memory`, a provider's name; empty until it happened
    translated_by = models.CharField(max_length=120, blank=True, default="")
    back_translation = EncryptedTextField(row="seal_key", blank=True, default="")
    has_warning = models.BooleanField(default=False)
    notes = EncryptedTextField(row="seal_key", blank=True, default="")
    # the sentence a failure ended with
    problem = models.CharField(max_length=300, blank=True, default="")
    job = models.ForeignKey(Job, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [
            models.Index(fields=["room", "id"], name="message_by_room"),
            models.Index(fields=["audio"], condition=Q(audio__isnull=False), name="message_audio"),
            models.Index(
                fields=["speech"], condition=Q(speech__isnull=False), name="message_speech"
            ),
            models.Index(fields=["created_at"], name="message_by_age"),
        ]


class GlossaryTerm(models.Model):
    """A word that must be translated in one way, or not at all, from one version to another.

    The glossary's version is the highest number in the table; each change raises it. A term is in
    force at version v when `since <= v` and `until` is null or above v.
    """

    source_language = models.CharField(max_length=3)
    # empty for terms that are kept in every language
    target_language = models.CharField(max_length=3, blank=True, default="")
    term = models.CharField(max_length=200)
    # empty: do not translate
    translation = models.CharField(max_length=200, blank=True, default="")
    since = models.PositiveIntegerField()
    until = models.PositiveIntegerField(null=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source_language", "target_language", "term"],
                condition=Q(until__isnull=True),
                name="one_term_in_force",
            )
        ]


class Phrase(models.Model):
    """The translation memory: a sentence that a clinician gave together with its translation.

    Only what staff wrote for everybody goes in; nothing a patient said ever does.
    """

    source_language = models.CharField(max_length=3)
    target_language = models.CharField(max_length=3)
    source_text = models.CharField(max_length=500)
    target_text = models.CharField(max_length=500)
    # a second person confirmed it; stays when their account goes
    reviewed = models.BooleanField(default=False)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    reviewed_at = models.DateTimeField(null=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [
            models.Index(fields=["source_language", "target_language"], name="phrase_by_languages")
        ]


class AssistanceType(models.TextChoices):
    """What a clinician may ask for."""

    GENERAL = "general"
    CULTURAL = "cultural"
    MEDICAL = "medical"
    FOLLOWUP = "followup"


class Assistance(models.Model):
    """Help for the clinician of a room. It is shown to the one who asked and fed back nowhere."""

    # what the sealed fields are bound to: unlike `id` it exists before the row does
    seal_key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    room = models.ForeignKey(ChatRoom, on_delete=models.CASCADE, related_name="assistances")
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )
    task = models.OneToOneField(Task, null=True, on_delete=models.SET_NULL, related_name="+")
    request_type = models.CharField(max_length=10, choices=AssistanceType.choices)
    text = EncryptedTextField(row="seal_key", blank=True, default="")
    # JSON: [{name, similarity, content}]
    sources = EncryptedTextField(row="seal_key", blank=True, default="")
    written_by = models.CharField(max_length=120, blank=True, default="")
    created_at = models.DateTimeField(auto_now_add=True)

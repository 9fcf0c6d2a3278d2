"""Conversations about documents, and what readers think of the answers."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from bureau.kernel.vault.fields import EncryptedTextField


class Conversation(models.Model):
    """Questions and answers of one person, or of one anonymous session that the server issued."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.CASCADE,
        related_name="knowledge_conversations",
    )
    session = models.UUIDField(null=True)
    # people ask about what concerns them
    title = EncryptedTextField()
    language = models.CharField(max_length=10, default="en")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        indexes = [
            models.Index(fields=["user", "-updated_at"], name="conversation_by_user"),
            models.Index(fields=["session", "-updated_at"], name="conversation_by_session"),
        ]
        constraints = [
            models.CheckConstraint(
                name="conversation_has_one_owner",
                condition=Q(user__isnull=False, session__isnull=True)
                | Q(user__isnull=True, session__isnull=False),
            )
        ]


class Role(models.TextChoices):
    """Whose words a message holds."""

    USER = "user", "User"
    ASSISTANT = "assistant", "Assistant"
    SYSTEM = "system", "System"


class Message(models.Model):
    """One turn. `citations` are in the shape of the wire; `metadata` says how an answer was made."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    conversation = models.ForeignKey(
        Conversation, on_delete=models.CASCADE, related_name="messages"
    )
    # turns of one transaction can share an instant, so their order is counted
    place = models.PositiveIntegerField()
    role = models.CharField(max_length=10, choices=Role.choices)
    content = EncryptedTextField()
    citations = models.JSONField(default=list)
    metadata = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["conversation", "place"], name="message_place_once")
        ]


class FeedbackType(models.TextChoices):
    """What a reader says about an answer."""

    HELPFUL = "helpful", "Helpful"
    NOT_HELPFUL = "not_helpful", "Not helpful"
    STEP_HELPED = "step_helped", "A step helped"
    INCORRECT = "incorrect", "Incorrect"
    CITATION_MISSING = "citation_missing", "A citation is missing"
    CITATION_WRONG = "citation_wrong", "A citation is wrong"


class Feedback(models.Model):
    """A reader's last word of one type on an answer."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="feedback")
    feedback_type = models.CharField(max_length=20, choices=FeedbackType.choices)
    is_positive = models.BooleanField()
    comment = EncryptedTextField(blank=True, default="")
    rating = models.PositiveSmallIntegerField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["message", "feedback_type"], name="feedback_once")
        ]
        indexes = [models.Index(fields=["feedback_type", "is_positive"], name="feedback_by_type")]

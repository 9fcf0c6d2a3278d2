"""What was asked of models on other machines, and how much of each day's limits is used up."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Capability(models.TextChoices):
    """What a model was asked for."""

    CHAT = "chat", _("Writing")
    EMBEDDING = "embedding", _("Embedding")


class Use(models.Model):
    """One answer of a provider that counts what it does. Holds no word of anybody."""

    at = models.DateTimeField(auto_now_add=True)
    desk = models.CharField(max_length=30, blank=True, default="")
    # null is the house itself, or a person who is gone
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    capability = models.CharField(max_length=12, choices=Capability.choices)
    provider = models.CharField(max_length=20)
    model = models.CharField(max_length=200)
    prompt_tokens = models.PositiveIntegerField()
    completion_tokens = models.PositiveIntegerField()
    # whether the provider counted, or the numbers are what had been set aside
    counted = models.BooleanField()
    # US dollars; 0 where no price is known
    cost = models.DecimalField(max_digits=12, decimal_places=6)

    class Meta:
        indexes = [
            models.Index(fields=["at"], name="ai_use_by_time"),
            models.Index(fields=["user", "at"], name="ai_use_by_user"),
        ]


class Allowance(models.Model):
    """What one person, or the whole house, used and set aside on one day (UTC)."""

    day = models.DateField()
    # `house`, or `user:` and an id
    subject = models.CharField(max_length=40)
    tokens = models.BigIntegerField(default=0)
    cost = models.DecimalField(max_digits=12, decimal_places=6, default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["day", "subject"], name="ai_one_allowance_a_day"),
            models.CheckConstraint(
                condition=models.Q(tokens__gte=0, cost__gte=0), name="ai_allowance_not_negative"
            ),
        ]

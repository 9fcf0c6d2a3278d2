"""Who opened which sealed identity, why, and until when."""

from __future__ import annotations

import uuid

from django.db import models

from bureau.kernel.vault.fields import EncryptedTextField


class Reveal(models.Model):
    """A sealed identity opened by one person for a while (break-glass).

    Subject and actor are text (`complainant:<id>`, `user:5`): this room lies below those that know them,
    and the record outlives both. The reason may name people, so it is sealed too.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    subject = models.CharField(max_length=120)
    actor = models.CharField(max_length=120)
    reason = EncryptedTextField()
    opened_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    reads = models.PositiveIntegerField(default=0)
    last_read_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["subject", "actor", "expires_at"], name="reveal_by_subject"),
            models.Index(fields=["opened_at"], name="reveal_by_age"),
        ]

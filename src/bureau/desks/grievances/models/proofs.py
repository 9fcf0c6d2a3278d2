"""What proves that somebody may see a case: receipts and one-time codes; and wrong guesses."""

from __future__ import annotations

from django.db import models

from bureau.desks.grievances.models.cases import Grievance


class Receipt(models.Model):
    """Proof that a complaint was received. Of the code only a keyed digest is kept."""

    grievance = models.OneToOneField(Grievance, on_delete=models.CASCADE, related_name="receipt")
    code_digest = models.CharField(max_length=64, unique=True)
    # SHA-256 of what was received, as `receipts.py` writes it down; the log has it too
    content_hash = models.CharField(max_length=64)
    event_id = models.BigIntegerField()
    created_at = models.DateTimeField(auto_now_add=True)


class OneTimeCode(models.Model):
    """A code that was sent to a phone or mail box. Neither the code nor the address is kept."""

    # keyed digest of the address
    subject = models.CharField(max_length=64)
    code_digest = models.CharField(max_length=64)
    # the draft it confirms, if it was asked for one
    grievance = models.ForeignKey(Grievance, null=True, on_delete=models.CASCADE, related_name="+")
    sent_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["subject", "-sent_at"], name="code_by_subject")]


class Guess(models.Model):
    """A try that counts against a limit: of a receipt, of a one-time code, of filing."""

    kind = models.CharField(max_length=20)
    # keyed digest of what was guessed at, or of the caller's address
    subject = models.CharField(max_length=64)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [
            models.Index(fields=["kind", "subject", "at"], name="guess_by_subject"),
            models.Index(fields=["at"], name="guess_by_age"),
        ]

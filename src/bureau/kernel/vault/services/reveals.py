"""Break-glass: opening a sealed identity for a reason, for a while, with a record."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from bureau.kernel.errors import InvalidInput, NotAllowed
from bureau.kernel.vault import audit
from bureau.kernel.vault.models import Reveal

LEAST_REASON = 12
LONGEST_REASON = 2_000
LONGEST_MINUTES = 60


@transaction.atomic
def reveal(subject: str, actor: str, reason: str, *, minutes: int = 15) -> Reveal:
    """Open a subject's identity for one actor; whether they may is the caller's question.

    Args:
        subject: whose identity, such as `complainant:<id>`.
        actor: who asks, such as `user:5`.
        reason: why, in the asker's own words; kept sealed for the auditor.
        minutes: how long it stays open, at most `LONGEST_MINUTES`.

    Raises:
        InvalidInput: the reason is too short or too long, or the time is out of bounds.
    """
    reason, problems = reason.strip(), _problems_with(reason)
    if not 1 <= minutes <= LONGEST_MINUTES:
        problems["minutes"] = [f"Choose 1 to {LONGEST_MINUTES} minutes."]
    if problems:
        raise InvalidInput(fields=problems)
    until = timezone.now() + timedelta(minutes=minutes)
    opened = Reveal.objects.create(subject=subject, actor=actor, reason=reason, expires_at=until)
    audit.record(
        "vault.identity_revealed",
        subject,
        actor,
        reveal=str(opened.pk),
        expires_at=until.isoformat(),
    )
    return opened


def _problems_with(reason: str) -> dict[str, list[str]]:
    if LEAST_REASON <= len(reason.strip()) <= LONGEST_REASON:
        return {}
    return {"reason": [f"Say why, in {LEAST_REASON} to {LONGEST_REASON} characters."]}


@transaction.atomic
def record_search(subject: str, actor: str, reason: str, **facts: Any) -> Reveal:
    """Keep that somebody asked which records are one person's; nothing stays open by it.

    Args:
        subject: what was searched by, such as `complainant:search:phone`; never the value.
        reason: why, kept sealed for the auditor like that of a reveal.
        facts: for the event: numbers of records and ids, no personal data.

    Raises:
        InvalidInput: the reason is too short or too long.
    """
    if problems := _problems_with(reason):
        raise InvalidInput(fields=problems)
    now = timezone.now()
    searched = Reveal.objects.create(
        subject=subject, actor=actor, reason=reason.strip(), expires_at=now, reads=1
    )
    audit.record("vault.person_searched", subject, actor, reveal=str(searched.pk), **facts)
    return searched


def open_reveal(subject: str, actor: str) -> Reveal | None:
    """The reveal under which this actor may read this subject now, if there is one."""
    mine = Reveal.objects.filter(subject=subject, actor=actor, expires_at__gt=timezone.now())
    return mine.order_by("-expires_at").first()


@transaction.atomic
def read_under_reveal(subject: str, actor: str) -> Reveal:
    """Count and record one reading of an identity; call it in the transaction that reads.

    Raises:
        NotAllowed: nothing is open, or it ran out.
    """
    found = open_reveal(subject, actor)
    if found is None:
        raise NotAllowed("This identity is sealed. Ask for it with a reason.")
    Reveal.objects.filter(pk=found.pk).update(reads=F("reads") + 1, last_read_at=timezone.now())
    audit.record("vault.identity_read", subject, actor, reveal=str(found.pk))
    return found


@transaction.atomic
def end_reveal(subject: str, actor: str) -> bool:
    """Close what this actor has open before it runs out; false when nothing was open."""
    now = timezone.now()
    mine = Reveal.objects.filter(subject=subject, actor=actor, expires_at__gt=now)
    ended = mine.update(expires_at=now)
    if ended:
        audit.record("vault.reveal_ended", subject, actor)
    return bool(ended)

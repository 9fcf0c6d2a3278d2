"""Limits on guessing: how often an account or an address may be wrong within an hour.

Counted in the database, so that every process and machine counts together. A verdict is told only
while the budget lasts, and that is looked at again after the try: a burst of parallel guesses gets
no more answers than a slow one, without any lock that honest callers would wait for.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import TypeVar

from django.db import transaction
from django.utils import timezone

from bureau.kernel.accounts.models import Attempt
from bureau.kernel.errors import TooManyRequests

WINDOW = timedelta(hours=1)
BUDGETS: dict[Attempt.Kind, int] = {
    # promise A3: at most 20 tries an hour per account and per address
    Attempt.Kind.SIGN_IN: 20,
    Attempt.Kind.SECOND_FACTOR: 20,
    # a reception desk may enrol many people from one address
    Attempt.Kind.REGISTRATION: 100,
    # e-mails that somebody asks for, to their own address or to one they typed
    Attempt.Kind.MAIL: 10,
}
Outcome = TypeVar("Outcome")


@dataclass(frozen=True)
class Suspect:
    """Whom a try is charged to: a keyed digest of the account and the caller's address."""

    kind: Attempt.Kind
    address: str
    # empty where there is no account yet: then only the address counts
    account_digest: str = ""


def within_budget(
    suspect: Suspect,
    trial: Callable[[], Outcome | None],
    on_failure: Callable[[], None],
) -> Outcome | None:
    """Run `trial` (None means wrong) and charge a failure.

    `on_failure` runs in the transaction that stores the failure.

    Raises:
        TooManyRequests: with Retry-After, when the hour's failures are used up before the try, or
            by others during it.
    """
    refuse_if_spent(suspect)
    outcome = trial()
    if outcome is not None:
        refuse_if_spent(suspect)
        return outcome
    with transaction.atomic():
        charge(suspect)
        on_failure()
    refuse_if_spent(suspect, spare=1)
    return None


def refuse_if_spent(suspect: Suspect, *, spare: int = 0) -> None:
    """Stop when `BUDGETS` (plus `spare`) failures of the last hour stand against the suspect.

    Raises:
        TooManyRequests: with Retry-After in seconds.
    """
    now = timezone.now()
    Attempt.objects.filter(at__lte=now - WINDOW).delete()
    limit = BUDGETS[suspect.kind] + spare
    of_kind = Attempt.objects.filter(kind=suspect.kind).order_by("-at")
    counted = [of_kind.filter(address=suspect.address)]
    if suspect.account_digest:
        counted.append(of_kind.filter(account_digest=suspect.account_digest))
    for attempts in counted:
        newest = list(attempts.values_list("at", flat=True)[:limit])
        wait = seconds_to_wait(newest, limit=limit, now=now)
        if wait:
            raise TooManyRequests(headers={"Retry-After": str(wait)})


def charge(suspect: Suspect) -> None:
    """Store one try against the suspect."""
    Attempt.objects.create(
        kind=suspect.kind,
        account_digest=suspect.account_digest,
        address=suspect.address,
    )


def seconds_to_wait(newest: list[datetime], *, limit: int, now: datetime) -> int:
    """Whole seconds until fewer than `limit` tries lie within the window; 0 when that is so now.

    Args:
        newest: times of the latest tries, newest first, at least `limit` of them if there are.
    """
    if len(newest) < limit:
        return 0
    free_again = newest[limit - 1] + WINDOW
    return max(0, ceil((free_again - now).total_seconds()))

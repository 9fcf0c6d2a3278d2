"""Limits on guessing and flooding, counted in the database so that all processes count together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from bureau.desks.grievances.errors import Locked
from bureau.desks.grievances.models import Guess
from bureau.kernel.accounts.addresses import address_of
from bureau.kernel.errors import TooManyRequests
from bureau.kernel.prepared import insert_later, pipelined
from bureau.kernel.vault.keyring import digest

Outcome = TypeVar("Outcome")


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` tries against one subject within `window`."""

    kind: str
    most: int
    window: timedelta = timedelta(hours=1)
    locks: bool = False


DAY = timedelta(days=1)
# A receipt has 100 bits: nobody guesses one, and a lock on the case would only shut its owner out.
RECEIPT_BY_ADDRESS = Limit("receipt.address", 30, locks=True)
# A one-time code has six digits. Tries are counted for the address that makes them together with the
# phone, so that a stranger uses up tries of their own; all addresses together stay far from a guess.
CODE = Limit("code", 5, locks=True)
CODE_BY_ALL = Limit("code.all", 100, locks=True)
CODE_BY_ADDRESS = Limit("code.address", 30)
# the first message and three more
SENDING = Limit("sending", 4)
SENDING_BY_ADDRESS = Limit("sending.address", 30)
# messages cost money, whoever asks for them
SENDING_A_DAY = Limit("sending.day", 12, DAY)
# an office where many people file from one address must still work
FILING_BY_ADDRESS = Limit("filing.address", 300)
# what a complainant writes to the office about one case
MESSAGES = Limit("messages", 20)


def finding() -> Limit:
    """Officers find people rarely; a list of suspects tried one by one is more than that."""
    return Limit("finding", settings.ENV.grievances_finds_per_hour)


@dataclass(frozen=True, slots=True)
class Charge:
    """A limit and whom a try counts against (a digest: what was typed may be anything)."""

    limit: Limit
    subject: str


def against(limit: Limit, value: str) -> Charge:
    """A charge against something typed or known, such as a case's name."""
    return Charge(limit, digest(value, f"grievances.guess.{limit.kind}"))


def against_pair(limit: Limit, request: HttpRequest, value: str) -> Charge:
    """A charge against something typed, together with the caller's address."""
    return against(limit, f"{address_of(request)}\x1f{value}")


def against_address(limit: Limit, request: HttpRequest) -> Charge:
    """A charge against the caller's address."""
    return against(limit, address_of(request))


def refuse_if_spent(*charges: Charge, spare: int = 0) -> None:
    """Stop where a limit (plus `spare`) is used up.

    Raises:
        TooManyRequests: with Retry-After; `Locked` for codes and receipts.
    """
    now = timezone.now()
    for charge in charges:
        limit = charge.limit
        tries = Guess.objects.filter(
            kind=limit.kind, subject=charge.subject, at__gt=now - limit.window
        )
        if tries.count() >= limit.most + spare:
            error = Locked if limit.locks else TooManyRequests
            seconds = int(limit.window.total_seconds())
            raise error(headers={"Retry-After": str(seconds)})


def count(*charges: Charge) -> None:
    """Store one try against each, in one way to the server: all or none."""
    with pipelined():
        for one in charges:
            insert_later(Guess(kind=one.limit.kind, subject=one.subject))


def spend(*charges: Charge) -> None:
    """Count a try that is limited whether it is right or wrong, such as sending a message.

    Raises:
        TooManyRequests: a limit is used up.
    """
    refuse_if_spent(*charges)
    count(*charges)


def guess(trial: Callable[[], Outcome | None], *charges: Charge) -> Outcome | None:
    """Run `trial` (None means wrong) and count it when it is wrong.

    The limit is looked at again afterwards, so a burst of parallel guesses gets no more answers
    than a slow one.

    Raises:
        TooManyRequests, Locked: the limit was used up before or meanwhile.
    """
    refuse_if_spent(*charges)
    outcome = trial()
    if outcome is None:
        count(*charges)
    refuse_if_spent(*charges, spare=0 if outcome is not None else 1)
    return outcome


def forget_old_tries() -> int:
    """Remove tries that no limit counts any more; returns how many."""
    oldest = timezone.now() - DAY
    removed, _ = Guess.objects.filter(at__lte=oldest).delete()
    return removed

"""Account events become rows of the log."""

from __future__ import annotations

from bureau.kernel.accounts.audit import AccountEvent
from bureau.kernel.events.log import emit


def log_account_event(event: AccountEvent) -> None:
    """One row in the account's own stream; sign-ins of nobody share one stream."""
    stream = f"account:{event.user.pk}" if event.user else "account:unknown"
    actor = f"user:{event.actor.pk}" if event.actor else ""
    emit(stream, event.type, payload=event.payload, actor=actor)

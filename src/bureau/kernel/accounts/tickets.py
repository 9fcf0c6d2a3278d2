"""Tickets for opening one socket: browsers cannot send an Authorization header with it.

A ticket travels in an address, so it is short-lived, good once, and says nothing by itself. The
cache holds its digest and the sign-in it stands for.
"""

from __future__ import annotations

import secrets

from django.core.cache import cache

from bureau.kernel.accounts.models import LoginSession
from bureau.kernel.errors import BadCredentials
from bureau.kernel.vault.keyring import digest

LIFETIME_SECONDS = 60
# what stands for a nameless caller of a demo, who has no sign-in
_NAMELESS = ""


def issue_ticket(login: LoginSession | None) -> str:
    """A ticket for this sign-in, or for the nameless caller of a demo."""
    ticket = secrets.token_urlsafe(32)
    cache.set(_key(ticket), str(login.pk) if login else _NAMELESS, timeout=LIFETIME_SECONDS)
    return ticket


def redeem_ticket(ticket: str) -> str | None:
    """Spend a ticket.

    Returns:
        The id of its sign-in (which the caller must still find standing), or None for a nameless
        caller, who is then treated like one without a ticket.

    Raises:
        BadCredentials: unknown, spent or expired.
    """
    key = _key(ticket)
    session_id: str | None = cache.get(key)
    # deleting tells whether it was still there: of two parallel uses one wins
    if session_id is None or not cache.delete(key):
        raise BadCredentials("The ticket is unknown, used or expired.")
    return session_id or None


def _key(ticket: str) -> str:
    return f"accounts:ticket:{digest(ticket, 'accounts.ticket')}"

"""The words of the table: rows, and who gets what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from tests.access.callers import PEOPLE, Caller

Expected = Mapping[Caller, int]

# the number of no object
ABSENT = 2_000_000_000
# a socket that stays open; others have the code they are closed with, because a browser cannot see
# why a handshake was refused
OPEN = 0

# nothing presented: 403; something presented that is wrong or over: 401; a key at a person's door: 403
OUTSIDE: Expected = {
    Caller.NOBODY: 403,
    Caller.EXPIRED: 401,
    Caller.ENDED: 401,
    Caller.PENDING: 403,
    Caller.BOT: 403,
}


class Row(NamedTuple):
    """One line of the table; `methods` are separated by blanks.

    The API knows people by token and by browser alike. Pages (`is_page`) know them by browser only:
    with a token everybody is nobody there.
    """

    methods: str
    route: str
    expected: Expected
    is_page: bool = False


def public(status: int) -> Expected:
    """Everybody, whatever they present."""
    return dict.fromkeys(Caller, status)


def signed_in(status: int, **others: int) -> Expected:
    """Every person who is fully signed in; `others` names exceptions by role."""
    return {**OUTSIDE, **dict.fromkeys(PEOPLE, status), **_named(others)}


def only(*allowed: Caller, status: int) -> Expected:
    """These people; the rest are known and refused (the route as such is not theirs)."""
    return {**signed_in(403), **dict.fromkeys(allowed, status)}


def admin_only(status: int) -> Expected:
    """Administrators."""
    return only(Caller.ADMIN, status=status)


def owner(status: int, **others: int) -> Expected:
    """The object's owner and administrators; for the rest it is absent."""
    mine = {Caller.ANALYST: status, Caller.ADMIN: status}
    return {**signed_in(404), **mine, **_named(others)}


def page(
    methods: str,
    route: str,
    status: int = 200,
    *,
    others: int = 0,
    mine: Iterable[Caller] = (Caller.ANALYST, Caller.ADMIN),
) -> Row:
    """A page for people; `others` is what those get who are not in `mine` and may not see it.

    Whoever is not signed in is sent to the door.
    """
    outside = dict.fromkeys(Caller, 302)
    inside = dict.fromkeys(PEOPLE, others or status)
    seen = dict.fromkeys(mine, status)
    return Row(methods, route, {**outside, **inside, **seen}, is_page=True)


def _named(statuses: Mapping[str, int]) -> Expected:
    return {Caller(name): status for name, status in statuses.items()}


def socket(*admitted: Caller, absent: int = 4004) -> Expected:
    """A socket that these people may open; for other people its object is absent."""
    strangers = dict.fromkeys(OUTSIDE, 4001)
    return {**strangers, **dict.fromkeys(PEOPLE, absent), **dict.fromkeys(admitted, OPEN)}

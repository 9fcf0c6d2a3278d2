"""Hashing passwords: slow and large on purpose, so a few at once and never with a connection held.

A strong hash takes a tenth of a second and 100 MB (Django's Argon2). Forty people who sign in at once
would take 4 GB, and with it every connection of the pool, while others who need neither wait.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from django.contrib.auth.hashers import check_password, make_password
from django.db import connection

from bureau.kernel.accounts.models import User
from bureau.kernel.errors import Unavailable

# in each process; the memory that hashing takes is this many times 100 MB
AT_ONCE = 2
# whoever waits longer than this for their turn is asked to come again
PATIENCE_SECONDS = 60.0
_turns = threading.BoundedSemaphore(AT_ONCE)


def hash_password(password: str) -> str:
    """The password as it is stored.

    Raises:
        Unavailable: too many others are hashing.
    """
    with _turn():
        return make_password(password)


def is_password_of(user: User | None, password: str) -> bool:
    """Whether the password is this account's; for None the same work is done in vain.

    Raises:
        Unavailable: too many others are hashing.
    """
    with _turn():
        if user is None:
            make_password(password)
            return False
        return check_password(password, user.password, partial(_hash_anew, user))


def _hash_anew(user: User, password: str) -> None:
    """Replace a hash of an older kind, unless the password was changed meanwhile."""
    before, user.password = user.password, make_password(password)
    User.objects.filter(pk=user.pk, password=before).update(password=user.password)


@contextmanager
def _turn() -> Iterator[None]:
    _give_connection_back()
    if not _turns.acquire(timeout=PATIENCE_SECONDS):
        raise Unavailable(headers={"Retry-After": "5"})
    try:
        yield
    finally:
        _turns.release()


def _give_connection_back() -> None:
    """To the pool, where there is one; the next query takes it, or another, again.

    A transaction needs its connection: verbs hash before they begin one.
    """
    if connection.settings_dict["OPTIONS"].get("pool") and not connection.in_atomic_block:
        connection.close()

"""What erasing and exporting a person means, room by room.

Whoever keeps personal data registers here, in the `ready()` of its app, a function that erases it
and one that exports it. `services/persons.py` asks them all.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, repr=False)
class Person:
    """Whom it is about. Give what is known; a room matches by what it knows people by.

    Attributes:
        username: of an account.
        phone, email: in any spelling.
        reference: a room's own id of the person, such as a complainant's.
    """

    username: str = ""
    phone: str = ""
    email: str = ""
    reference: str = ""

    def __bool__(self) -> bool:
        return bool(self.username or self.phone or self.email or self.reference)


@dataclass(frozen=True, repr=False)
class Meant:
    """Whom a room takes a person to be.

    Attributes:
        names: of the accounts that are meant.
        unproved: of those that state the address and have not proved it; they are not meant.
    """

    names: tuple[str, ...] = ()
    unproved: tuple[str, ...] = ()


Erase = Callable[[Person], int]
Export = Callable[[Person], list[dict[str, Any]]]
Identify = Callable[[Person], Meant]


@dataclass(frozen=True)
class Shredder:
    """One room's part: `erase` returns how many rows it changed, `export` plain JSON records;
    `identify`, where the room knows people by name, says who they are."""

    name: str
    erase: Erase
    export: Export
    identify: Identify | None = None


_shredders: dict[str, Shredder] = {}


def register_shredder(
    name: str, erase: Erase, export: Export, identify: Identify | None = None
) -> None:
    """Add a room's part.

    `erase` runs in the transaction of all rooms and keeps what statistics need: it blanks or deletes
    personal values, not counts. `export` returns one mapping a record, without secrets.

    Raises:
        ValueError: the name is taken.
    """
    if name in _shredders:
        raise ValueError(f"There is a shredder {name} already.")
    _shredders[name] = Shredder(name, erase, export, identify)


# rooms find a person by the account's name, which goes when the account is erased
LAST = "accounts"


def shredders() -> list[Shredder]:
    """All registered parts, in order of their names; that of the accounts comes last."""
    return [_shredders[name] for name in sorted(_shredders, key=lambda name: (name == LAST, name))]

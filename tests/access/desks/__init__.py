"""Each desk's part of the table: rows, lists, sockets, objects and bodies."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Protocol, TypeVar

from tests.access.body import Body
from tests.access.callers import Caller, Cast
from tests.access.rules import Expected, Row

Value = TypeVar("Value")


class Desk(Protocol):
    """A module of this package.

    Attributes:
        ROWS: its lines of the table.
        LISTS: route of a list -> how many objects each person sees; who is not named sees none.
        SOCKETS: route of a socket -> OPEN or the close code, for each caller.
    """

    ROWS: list[Row]
    LISTS: dict[str, dict[Caller, int]]
    SOCKETS: dict[str, Expected]

    def prepare(self, cast: Cast) -> dict[str, object]:
        """Make the desk's objects; route parameter -> value, for its own routes.

        A key may name one route, as `"/api/x/<int:id>/ id"`: then it is for that one only.
        """
        ...

    def bodies(
        self, cast: Cast, ids: Mapping[str, object]
    ) -> dict[tuple[str, str], dict[str, Any] | Body]:
        """(method, route) -> JSON fields, or a whole body, about the objects with these ids."""
        ...


def rows_of(desks: Iterable[Desk]) -> list[Row]:
    """All lines."""
    return [row for desk in desks for row in desk.ROWS]


def merged(parts: Iterable[Mapping[str, Value]]) -> dict[str, Value]:
    """All parts in one."""
    return {key: value for part in parts for key, value in part.items()}

"""Compiled statements with the values of a call, and their way to the server."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from django.db import connection
from django.db.models import Expression

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.models.sql.compiler import SQLCompiler


Answer = TypeVar("Answer")


class Given(Expression):
    """A value that comes with each call, under this name; never a list. Null is equal to nothing."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def as_sql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper
    ) -> tuple[str, tuple[Any, ...]]:
        """A place for the value."""
        return "%s", (self,)


class Statement:
    """SQL and what is bound to it: values that are fixed, and `Given` ones."""

    def __init__(self, sql: str, params: Iterable[Any]) -> None:
        self.sql, self._params = sql, tuple(params)

    def bound(self, given: dict[str, Any]) -> list[Any]:
        """The values in the order of the SQL."""
        return [given[one.name] if isinstance(one, Given) else one for one in self._params]


@dataclass(frozen=True)
class Asked(Generic[Answer]):
    """A compiled statement with its values, and how its answer is read."""

    sql: str
    values: list[Any]
    read: Callable[[Any], Answer]


def send_together(*asked: Asked[Any]) -> list[Any]:
    """The answers of several compiled statements, in one way to the server and back.

    They are run one after the other: a later one sees what an earlier one wrote.
    """
    waiting = _taken()
    every, answers = [*waiting, *asked], []
    with connection.cursor() as cursor:
        cursor.execute(
            "; ".join(one.sql for one in every), [value for one in every for value in one.values]
        )
        for one in every:
            answers.append(one.read(cursor))
            cursor.nextset()
    return answers[len(waiting) :]


# what waits in a `pipelined` block; None outside one
_waiting: ContextVar[list[Asked[Any]] | None] = ContextVar("waiting", default=None)


def send_later(asked: Asked[Any]) -> None:
    """Send a statement whose answer nobody waits for with the next one of a `pipelined` block;
    outside such a block, at once."""
    waiting = _waiting.get()
    if waiting is None:
        send_together(asked)
    else:
        waiting.append(asked)


@contextmanager
def pipelined() -> Iterator[None]:
    """What is `send_later` inside the block goes to the server with the statement after it, prepared
    or not, or at the end of the block: the database sees all in the order in which it was said.

    Use it inside a transaction. Where a statement fails, the error is raised when it is sent.
    """
    _send_waiting()
    token = _waiting.set([])
    try:
        with connection.execute_wrapper(_after_what_waits):
            yield
            _send_waiting()
    finally:
        _waiting.reset(token)


def _taken() -> list[Asked[Any]]:
    waiting = _waiting.get() or []
    taken = waiting.copy()
    waiting.clear()
    return taken


def _send_waiting() -> None:
    if _waiting.get():
        send_together()


def _after_what_waits(
    execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]
) -> Any:
    _send_waiting()
    return execute(sql, params, many, context)

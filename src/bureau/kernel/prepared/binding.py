"""Values that come with each call of a compiled statement."""

from __future__ import annotations

from collections.abc import Callable, Iterable
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
    answers = []
    with connection.cursor() as cursor:
        cursor.execute(
            "; ".join(one.sql for one in asked), [value for one in asked for value in one.values]
        )
        for one in asked:
            answers.append(one.read(cursor))
            cursor.nextset()
    return answers

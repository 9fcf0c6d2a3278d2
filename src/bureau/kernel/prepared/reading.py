"""Queries that are compiled once, and how their rows become objects."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from django.db import DEFAULT_DB_ALIAS, connection, models
from django.db.models import Model, QuerySet
from django.db.models.query import get_related_populators

from bureau.kernel.prepared.binding import Asked, Given, Statement, send_together

if TYPE_CHECKING:
    Field = models.Field[Any, Any]

M = TypeVar("M", bound=Model)
# a place for a value in SQL of our own
_NAME = re.compile(r"%\((\w+)\)s")
Converters = dict[int, tuple[Sequence[Callable[..., Any]], Any]]


class Prepared(Generic[M]):
    """A query whose rows are objects.

    Args:
        build: the query set, with `Given` where a value comes in. `select_related`, `only`,
            annotations and `select_for_update` work; prefetching does not.
    """

    def __init__(self, build: Callable[[], QuerySet[M]]) -> None:
        self._build = build

    def all(self, **given: Any) -> list[M]:
        """The objects, in the query's order."""
        found: list[M]
        (found,) = send_together(self.asked(**given))
        return found

    def asked(self, **given: Any) -> Asked[list[M]]:
        """The query with its values, for `send_together`."""
        statement, shape = self._compiled
        return Asked(
            statement.sql,
            statement.bound(given),
            lambda cursor: [shape.object_of(row) for row in cursor.fetchall()],
        )

    def first(self, **given: Any) -> M | None:
        """The first object, or None. The query itself should bring no more than one row."""
        return next(iter(self.all(**given)), None)

    @cached_property
    def _compiled(self) -> tuple[Statement, _Shape[M]]:
        compiler = self._build().query.get_compiler(DEFAULT_DB_ALIAS)
        statement = Statement(*compiler.as_sql())
        select, classes = compiler.select, compiler.klass_info
        assert select is not None and classes is not None, "values() brings no objects"
        columns = [cast("Any", column) for column, _, _ in select]
        places = cast("list[int]", classes["select_fields"])
        shape = _Shape(
            model=cast("type[M]", classes["model"]),
            own={columns[place].target.attname: place for place in places},
            more=compiler.annotation_col_map or {},
            converters=compiler.get_converters(columns),
            # the stubs are those of a later Django, whose populators take one argument more
            related=get_related_populators(classes, select, DEFAULT_DB_ALIAS),  # type: ignore[call-arg]
        )
        return statement, shape


class PreparedSql(Generic[M]):
    """SQL of our own whose rows are objects of a model; columns it has not become attributes.

    Values are bound by name: `%(name)s`.
    """

    def __init__(self, model: type[M], sql: str) -> None:
        names = _NAME.findall(sql)
        self._model, self._statement = model, Statement(_NAME.sub("%s", sql), map(Given, names))
        self._shape: _Shape[M] | None = None

    def all(self, **given: Any) -> list[M]:
        """The objects, in the statement's order."""
        found: list[M]
        (found,) = send_together(Asked(*self._bound(given), self._objects))
        return found

    def unread(self, **given: Any) -> Asked[None]:
        """The statement with its values, for what it does and not for its rows."""
        return Asked(*self._bound(given), lambda cursor: None)

    def _bound(self, given: dict[str, Any]) -> tuple[str, list[Any]]:
        return self._statement.sql, self._statement.bound(given)

    def _objects(self, cursor: Any) -> list[M]:
        shape = self._shape = self._shape or self._shape_of(cursor.description)
        return [shape.object_of(row) for row in cursor.fetchall()]

    def first(self, **given: Any) -> M | None:
        """The first object, or None."""
        return next(iter(self.all(**given)), None)

    def _shape_of(self, columns: Iterable[Any]) -> _Shape[M]:
        names = {column.name: place for place, column in enumerate(columns)}
        fields = [field for field in self._model._meta.concrete_fields if field.column in names]
        known = {field.column for field in fields}
        return _Shape(
            model=self._model,
            own={field.attname: names[cast("str", field.column)] for field in fields},
            more={name: place for name, place in names.items() if name not in known},
            converters=_converters(fields, names),
        )


def _converters(fields: Iterable[Field], names: dict[str, int]) -> Converters:
    found: Converters = {}
    for field in fields:
        column = field.get_col(field.model._meta.db_table)
        ways = [*connection.ops.get_db_converters(column), *field.get_db_converters(connection)]
        if ways:
            found[names[cast("str", field.column)]] = (ways, column)
    return found


@dataclass(frozen=True)
class _Shape(Generic[M]):
    """How a row becomes an object.

    Attributes:
        own, more: attribute -> place in the row; of the model, and beside it.
        converters: place -> what a value goes through, as the ORM has it.
    """

    model: type[M]
    own: dict[str, int]
    more: dict[str, int]
    converters: Converters
    related: Sequence[Any] = ()

    def object_of(self, row: Sequence[Any]) -> M:
        values = list(row)
        for place, (functions, expression) in self.converters.items():
            for convert in functions:
                values[place] = convert(values[place], expression, connection)
        own = [values[place] for place in self.own.values()]
        made = self.model.from_db(DEFAULT_DB_ALIAS, list(self.own), own)
        for related in self.related:
            related.populate(values, made)
        for name, place in self.more.items():
            setattr(made, name, values[place])
        return made

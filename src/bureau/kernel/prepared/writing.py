"""Updates and inserts that are compiled once for each set of fields."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from django.db import DEFAULT_DB_ALIAS, DatabaseError, connection, connections, models
from django.db.models import Model, QuerySet
from django.db.models.expressions import DatabaseDefault
from django.db.models.signals import post_save, pre_save

from bureau.kernel.prepared.binding import Asked, Given, Statement, send_later, send_together

if TYPE_CHECKING:
    Field = models.Field[Any, Any]

M = TypeVar("M", bound=Model)


class PreparedUpdate(Generic[M]):
    """An update of the rows of a query, compiled once for each set of fields.

    Args:
        build: the rows, with `Given` where a value comes in.
    """

    def __init__(self, build: Callable[[], QuerySet[M]]) -> None:
        self._build = build
        self._compiled: dict[tuple[str, ...], Statement] = {}

    def set(self, fields: dict[str, Any], **given: Any) -> int:
        """Write these fields, by name; returns how many rows there were."""
        (rows,) = send_together(self.asked(fields, **given))
        return int(rows)

    def asked(self, fields: dict[str, Any], **given: Any) -> Asked[int]:
        """The update with its values, for `send_together`; the answer is how many rows there were."""
        names = tuple(fields)
        if names not in self._compiled:
            self._compiled[names] = _update(self._build(), names)
        statement, meta = self._compiled[names], self._meta
        database = connections[DEFAULT_DB_ALIAS]
        for name, value in fields.items():
            field = cast("Field", meta.get_field(name))
            given[_new(name)] = field.get_db_prep_save(value, database)
        return Asked(statement.sql, statement.bound(given), lambda cursor: int(cursor.rowcount))

    @cached_property
    def _meta(self) -> Any:
        return self._build().model._meta


def _update(rows: QuerySet[Any], names: Sequence[str]) -> Statement:
    compiler, quoted = rows.query.get_compiler(DEFAULT_DB_ALIAS), connection.ops.quote_name
    condition, params = compiler.compile(rows.query.where)
    columns = (cast("Field", rows.model._meta.get_field(name)).column for name in names)
    places = ", ".join(f"{quoted(cast('str', column))} = %s" for column in columns)
    sql = f"UPDATE {quoted(rows.model._meta.db_table)} SET {places} WHERE {condition}"  # noqa: S608  (our own names)
    return Statement(sql, [*(Given(_new(name)) for name in names), *params])


def _new(name: str) -> str:
    # no keyword argument is called like this
    return f"new {name}"


def save_fields(made: Model, *names: str) -> None:
    """`made.save(update_fields=names)`; without names, all fields. It may be gathered.

    Raises:
        DatabaseError: the row is gone.
    """
    meta = made._meta
    told = {"raw": False, "using": DEFAULT_DB_ALIAS, "update_fields": frozenset(names) or None}
    pre_save.send(type(made), instance=made, **told)
    fields = {
        name: cast("Field", meta.get_field(name)).pre_save(made, add=False)
        for name in names or [one.name for one in meta.local_concrete_fields if one != meta.pk]
    }
    update = _update_of(type(made)).asked(fields, key=made.pk)

    def read(cursor: Any) -> None:
        if not update.read(cursor):
            raise DatabaseError(f"There is no {meta.object_name} {made.pk} any more.")
        post_save.send(type(made), instance=made, created=False, **told)

    send_later(Asked(update.sql, update.values, read))


@cache
def _update_of(model: type[M]) -> PreparedUpdate[M]:
    return PreparedUpdate(lambda: model._base_manager.filter(pk=Given("key")))


def insert(made: M) -> M:
    """`made.save(force_insert=True)`; what the database fills in is set on it."""
    send_together(_insert(made))
    return made


def insert_later(made: Model) -> None:
    """As `insert`, for what nobody needs the key of: it may be gathered."""
    send_later(_insert(made))


def insert_unless_taken(made: Model) -> bool:
    """As `insert`, but false where a row with one of its unique values is there; it is not changed."""
    (inserted,) = send_together(_insert(made, " ON CONFLICT DO NOTHING"))
    return bool(inserted)


def _insert(made: Model, otherwise: str = "") -> Asked[bool]:
    """The insert of a row; the answer is whether there is one more."""
    meta, database = made._meta, connections[DEFAULT_DB_ALIAS]
    told: dict[str, Any] = {"raw": False, "using": DEFAULT_DB_ALIAS, "update_fields": None}
    pre_save.send(type(made), instance=made, **told)
    fields: dict[Field, Any] = {}
    for field in meta.local_concrete_fields:
        value = field.pre_save(made, add=True)
        if not isinstance(value, DatabaseDefault) and not (field is meta.auto_field and not value):
            fields[field] = field.get_db_prep_save(value, database)

    def read(cursor: Any) -> bool:
        row = cursor.fetchone()
        if row is None:
            return False
        for field, value in zip(_returned(type(made)), row, strict=True):
            setattr(made, field.attname, value)
        made._state.adding, made._state.db = False, DEFAULT_DB_ALIAS
        post_save.send(type(made), instance=made, created=True, **told)
        return True

    sql = _insertion(type(made), tuple(fields), otherwise)
    return Asked(sql, list(fields.values()), read)


@cache
def _insertion(model: type[Model], fields: tuple[Field, ...], otherwise: str) -> str:
    meta, quoted = model._meta, connection.ops.quote_name
    columns, returned = (
        ", ".join(quoted(cast("str", field.column)) for field in some)
        for some in (fields, _returned(model))
    )
    places = ", ".join(["%s"] * len(fields))
    target = f"{quoted(meta.db_table)} ({columns})"
    return f"INSERT INTO {target} VALUES ({places}){otherwise} RETURNING {returned}"  # noqa: S608  (our own names)


def _returned(model: type[Model]) -> list[Field]:
    """What the database may fill in: the key at least."""
    return list(dict.fromkeys([model._meta.pk, *model._meta.db_returning_fields]))

"""Sealing fields anew with the current key while the house serves.

Rows are taken in batches, each a short transaction: readers see the old value or the new one, both
open. A row that somebody else changed meanwhile is left to the next pass, which finds what still has an
older key; so a run that is interrupted just goes on when it is started again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import connection, models, transaction

from bureau.kernel.vault import audit
from bureau.kernel.vault.fields import EncryptedTextField
from bureau.kernel.vault.keyring import ring

BATCH = 2_000
# a pass leaves behind what changed under it; writers that hold the old ring turn within seconds
MOST_PASSES = 10
Report = Callable[[str, int], None]


@dataclass(frozen=True)
class SealedTable:
    """A table with sealed columns, and how its rows are named."""

    name: str
    key: models.Field[Any, Any]
    row: models.Field[Any, Any]
    fields: Sequence[EncryptedTextField] = field(default_factory=list)

    @property
    def columns(self) -> list[str]:
        """The sealed columns, quoted."""
        return [_quoted(one.column) for one in self.fields]


@dataclass
class Rotated:
    """What a rotation did: fields sealed anew, and fields left with an older key (0 when done)."""

    fields: int = 0
    left: int = 0


def sealed_tables() -> Iterator[SealedTable]:
    """Every table of the house that has sealed columns."""
    for model in apps.get_models():
        meta = model._meta
        found = [one for one in meta.local_concrete_fields if isinstance(one, EncryptedTextField)]
        if not meta.managed or meta.proxy:
            continue
        for row in sorted({one.row for one in found}):
            fields = [one for one in found if one.row == row]
            yield SealedTable(meta.db_table, meta.pk, fields[0].row_field(), fields)


def rotate_keys(*, batch: int = BATCH, report: Report | None = None) -> Rotated:
    """Seal everything anew that an older key sealed; safe to repeat and to run while serving."""
    done = Rotated()
    for table in sealed_tables():
        for _ in range(MOST_PASSES):
            done.fields += _one_pass(table, batch, report)
            if not _left(table):
                break
    done.left = sum(_left(table) for table in sealed_tables())
    audit.record("vault.keys_rotated", "vault", fields=done.fields, left=done.left)
    return done


def _one_pass(table: SealedTable, batch: int, report: Report | None) -> int:
    changed, last = 0, None
    while rows := _outdated(table, last, batch):
        last = rows[-1][0]
        changed += _store(table, [(row, _sealed_anew(table, row)) for row in rows])
        if report:
            report(table.name, changed)
    return changed


def _outdated(table: SealedTable, after: object, batch: int) -> list[tuple[Any, ...]]:
    """Key, row key and sealed values of the next rows that have a value of an older key."""
    names = [_quoted(table.key.column), _quoted(table.row.column), *table.columns]
    behind = f" AND {names[0]} > %s" if after is not None else ""
    query = (
        f"SELECT {', '.join(names)} FROM {_quoted(table.name)}"  # noqa: S608  (names of our models)
        f" WHERE ({_is_outdated(table)}){behind} ORDER BY {names[0]} LIMIT %s"
    )
    prefixes = [f"{ring().prefix}%"] * len(table.columns)
    params: list[Any] = [*prefixes, *([after] if behind else []), batch]
    with connection.cursor() as cursor:
        cursor.execute(query, params)
        return list(cursor.fetchall())


def _left(table: SealedTable) -> int:
    query = f"SELECT count(*) FROM {_quoted(table.name)} WHERE {_is_outdated(table)}"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(query, [f"{ring().prefix}%"] * len(table.columns))
        [count] = cursor.fetchone()
    return int(count)


def _is_outdated(table: SealedTable) -> str:
    return " OR ".join(f"({name} <> '' AND {name} NOT LIKE %s)" for name in table.columns)


def _sealed_anew(table: SealedTable, row: tuple[Any, ...]) -> list[str | None]:
    key, values = row[1], row[2:]
    return [
        one.seal(one.open(value, key), key) if value else value
        for one, value in zip(table.fields, values, strict=True)
    ]


def _store(table: SealedTable, rows: list[tuple[tuple[Any, ...], list[str | None]]]) -> int:
    """Write new values where the old ones still stand; returns how many fields that were."""
    key_type = table.key.rel_db_type(connection)
    columns = table.columns
    olds, news = ([f"{mark}{place}" for place in range(len(columns))] for mark in "on")
    arrays: list[list[str | None]] = [[str(row[0]) for row, _ in rows]]
    arrays += [[row[2 + place] for row, _ in rows] for place in range(len(columns))]
    arrays += [[new[place] for _, new in rows] for place in range(len(columns))]
    query = (
        f"UPDATE {_quoted(table.name)} AS t"  # noqa: S608  (names of our models)
        f" SET {', '.join(f'{c} = d.{n}' for c, n in zip(columns, news, strict=True))}"
        f" FROM unnest({', '.join(['%s::text[]'] * len(arrays))})"
        f" AS d(key, {', '.join([*olds, *news])})"
        f" WHERE t.{_quoted(table.key.column)} = d.key::{key_type} AND "
        + " AND ".join(
            f"t.{c} IS NOT DISTINCT FROM d.{o}" for c, o in zip(columns, olds, strict=True)
        )
    )
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(query, arrays)
        return int(cursor.rowcount) * len(columns)


def _quoted(name: str | None) -> str:
    return connection.ops.quote_name(name or "")

"""DuckDB files: the table of the original system, written out in chunks by DuckDB itself.

No value passes through Python one by one: DuckDB makes lines of CSV, PostgreSQL reads them. Columns
are found by name. Nothing but the file is within DuckDB's reach: no other file, no network, no
extension, no change of its settings; and only a table is read, never a view.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from bureau.desks.imaging.importing.headers import Family
from bureau.desks.imaging.importing.reading import Chunk, Columns, columns_of
from bureau.kernel.errors import InvalidInput

TABLE = "medical_examinations_fact"
SHOWN_TABLES = 20
_ZONED = "TIMESTAMP WITH TIME ZONE"
_BLANKS = "' ' || chr(9) || chr(10) || chr(13) || chr(12288) || chr(160)"
SETTINGS: dict[str, Any] = {
    "threads": "2",
    "memory_limit": "256MB",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "enable_external_access": "false",
    "lock_configuration": "true",
}


class DuckSource:
    """The studies of a DuckDB file. Row numbers are the file's own, from one."""

    def __init__(
        self, path: Path, family: Family, mapping: Mapping[str, str] | None = None
    ) -> None:
        self._family = family
        self._database = _open(path)
        schema = self._schema()
        # with the database's own name, which may be that of a schema too
        ((database,),) = self._all("SELECT current_database()")
        self._place = ".".join(map(_quoted, (database, schema, TABLE)))
        found = self._all(
            "SELECT column_name, data_type FROM duckdb_columns() WHERE schema_name = ? "
            "AND table_name = ? AND NOT internal ORDER BY column_index",
            [schema, TABLE],
        )
        self._zoned = {name for name, kind in found if kind == _ZONED}
        self.columns: Columns = columns_of([name for name, _ in found], family, mapping)
        self.columns.notes += self._notes

    @property
    def count(self) -> int:
        """How many rows there are."""
        return int(self._all(f"SELECT count(*) FROM {self._place}")[0][0])

    def chunks(self, batch_id: int, after: int, size: int) -> Iterator[Chunk]:
        """See `reading.Source`."""
        (last,) = self._all(f"SELECT coalesce(max(rowid) + 1, 0) FROM {self._place}")[0]
        for start in range(after, last, size):
            end = min(start + size, last)
            lines = self._lines(batch_id, start, end)
            yield Chunk(io.BytesIO("".join(lines).encode()), end, len(lines))

    def head(self, count: int) -> list[list[str | None]]:
        """See `reading.Source`."""
        names = ", ".join(f"{_quoted(name)}::varchar" for name in self.columns.headers)
        return [list(row) for row in self._all(f"SELECT {names} FROM {self._place} LIMIT {count}")]

    def close(self) -> None:
        """Let the file go."""
        self._database.close()

    def _schema(self) -> str:
        """The schema that holds the table: `main` where several do."""
        places = self._all(
            "SELECT schema_name, table_name FROM duckdb_tables() WHERE NOT internal ORDER BY ALL"
        )
        schemas = [schema for schema, table in places if table == TABLE]
        if not schemas:
            raise InvalidInput(self._why_none(places))
        if len(schemas) > 1 and "main" not in schemas:
            raise InvalidInput(
                f"The DuckDB file has {TABLE} in several schemas: {', '.join(schemas)[:300]}. "
                "Copy the one that is meant into a file of its own."
            )
        schema = "main" if "main" in schemas else schemas[0]
        others = [f"{one}.{TABLE}" for one in schemas if one != schema]
        self._notes = (
            [f"Read from {schema}.{TABLE}; left alone: {', '.join(others)}."] if others else []
        )
        return str(schema)

    def _why_none(self, places: list[tuple[str, str]]) -> str:
        if TABLE in self._names("SELECT view_name FROM duckdb_views() WHERE NOT internal"):
            return (
                f"{TABLE} is a view in the DuckDB file. Views are not read: make a table of it, "
                "with CREATE TABLE … AS SELECT, in a file of its own."
            )
        names = [name if schema == "main" else f"{schema}.{name}" for schema, name in places]
        there = ", ".join(name[:100] for name in names[:SHOWN_TABLES]) or "none"
        return f"The DuckDB file has no table {TABLE}. Tables found: {there}."

    def _names(self, sql: str) -> list[str]:
        return sorted(name[:100] for (name,) in self._all(sql))

    def _lines(self, batch_id: int, start: int, end: int) -> list[str]:
        fields = ", ".join(self._in_csv(name) for name in self._family.fields)
        line = f"concat_ws(',', '{batch_id}', (rowid + 1)::varchar, {fields}) || chr(10)"
        rows = self._all(
            f"SELECT {line} FROM {self._place} WHERE rowid >= {start} AND rowid < {end} ORDER BY rowid"
        )
        return [text for (text,) in rows]

    def _in_csv(self, name: str) -> str:
        """In quotes, or nothing at all where there is no value."""
        field = self._field(name)
        if field == "NULL":
            return "''"
        return f"""coalesce('"' || replace({field}, '"', '""') || '"', '')"""

    def _field(self, name: str) -> str:
        if name not in self.columns.places:
            return "NULL"
        column = _quoted(self.columns.headers[self.columns.places[name]])
        if self.columns.headers[self.columns.places[name]] in self._zoned:
            # a moment, in UTC; needs no extension that knows zones
            return f"make_timestamp(epoch_us({column}))::varchar || '+00'"
        whole = f"replace({column}::varchar, chr(0), chr(65533))"
        return f"nullif(trim({whole}, {_BLANKS}), '')"

    def _all(self, sql: str, values: Any = None) -> Any:
        import duckdb

        try:
            return self._database.execute(sql, values).fetchall()
        except duckdb.Error as problem:
            raise InvalidInput(f"The DuckDB file cannot be read: {_words(problem)}") from None


def _open(path: Path) -> Any:
    import duckdb

    try:
        return duckdb.connect(str(path), read_only=True, config=SETTINGS)
    except duckdb.Error as problem:
        raise InvalidInput(f"The file is no DuckDB database: {_words(problem)}") from None


def _words(problem: Exception) -> str:
    """The first line of DuckDB's own words, which may go on for pages."""
    return str(problem).strip().partition("\n")[0][:300]


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'

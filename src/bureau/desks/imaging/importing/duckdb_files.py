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
_PLACE = f"main.{TABLE}"
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
        self._must_be_a_table()
        found = self._all(
            "SELECT column_name FROM duckdb_columns() WHERE schema_name = 'main' "
            "AND table_name = ? AND NOT internal ORDER BY column_index",
            [TABLE],
        )
        self.columns: Columns = columns_of([name for (name,) in found], family, mapping)

    @property
    def count(self) -> int:
        """How many rows there are."""
        return int(self._all(f"SELECT count(*) FROM {_PLACE}")[0][0])

    def chunks(self, batch_id: int, after: int, size: int) -> Iterator[Chunk]:
        """See `reading.Source`."""
        (last,) = self._all(f"SELECT coalesce(max(rowid) + 1, 0) FROM {_PLACE}")[0]
        for start in range(after, last, size):
            end = min(start + size, last)
            lines = self._lines(batch_id, start, end)
            yield Chunk(io.BytesIO("".join(lines).encode()), end, len(lines))

    def head(self, count: int) -> list[list[str | None]]:
        """See `reading.Source`."""
        names = ", ".join(f"{_quoted(name)}::varchar" for name in self.columns.headers)
        return [list(row) for row in self._all(f"SELECT {names} FROM {_PLACE} LIMIT {count}")]

    def close(self) -> None:
        """Let the file go."""
        self._database.close()

    def _must_be_a_table(self) -> None:
        tables = self._names("SELECT table_name FROM duckdb_tables() WHERE schema_name = 'main'")
        if TABLE in tables:
            return
        if TABLE in self._names("SELECT view_name FROM duckdb_views() WHERE NOT internal"):
            raise InvalidInput(
                f"{TABLE} is a view in the DuckDB file. Views are not read: make a table of it, "
                "with CREATE TABLE … AS SELECT, in a file of its own."
            )
        there = ", ".join(tables[:SHOWN_TABLES]) or "none"
        raise InvalidInput(f"The DuckDB file has no table {TABLE}. Tables found: {there}.")

    def _names(self, sql: str) -> list[str]:
        return sorted(name[:100] for (name,) in self._all(sql))

    def _lines(self, batch_id: int, start: int, end: int) -> list[str]:
        fields = ", ".join(self._in_csv(name) for name in self._family.fields)
        line = f"concat_ws(',', '{batch_id}', (rowid + 1)::varchar, {fields}) || chr(10)"
        rows = self._all(
            f"SELECT {line} FROM {_PLACE} WHERE rowid >= {start} AND rowid < {end} ORDER BY rowid"
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

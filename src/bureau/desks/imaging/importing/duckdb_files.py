"""DuckDB files: the table of the original system, written out in chunks by DuckDB itself.

No value passes through Python: DuckDB writes CSV, PostgreSQL reads it. Columns are found by name.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from bureau.desks.imaging.importing.headers import Family
from bureau.desks.imaging.importing.reading import Chunk, Columns, columns_of
from bureau.kernel.errors import InvalidInput

TABLE = "medical_examinations_fact"
_BLANKS = "' ' || chr(9) || chr(10) || chr(13) || chr(12288) || chr(160)"


class DuckSource:
    """The studies of a DuckDB file. Row numbers are the file's own, from one."""

    def __init__(
        self, path: Path, family: Family, mapping: Mapping[str, str] | None = None
    ) -> None:
        self._family = family
        self._database = _open(path)
        found = self._all(
            "SELECT column_name FROM information_schema.columns WHERE table_name = ? "
            "ORDER BY ordinal_position",
            [TABLE],
        )
        if not found:
            raise InvalidInput(f"The DuckDB file has no table {TABLE}.")
        self.columns: Columns = columns_of([name for (name,) in found], family, mapping)

    @property
    def count(self) -> int:
        """How many rows there are."""
        return int(self._all(f"SELECT count(*) FROM {TABLE}")[0][0])

    def chunks(self, batch_id: int, after: int, size: int) -> Iterator[Chunk]:
        """See `reading.Source`."""
        (last,) = self._all(f"SELECT coalesce(max(rowid) + 1, 0) FROM {TABLE}")[0]
        for start in range(after, last, size):
            end = min(start + size, last)
            # closed, and so removed, by who reads it
            file = tempfile.NamedTemporaryFile(suffix=".csv")  # noqa: SIM115
            yield Chunk(file, end, self._write(file.name, batch_id, start, end))

    def head(self, count: int) -> list[list[str | None]]:
        """See `reading.Source`."""
        names = ", ".join(f"{_quoted(name)}::varchar" for name in self.columns.headers)
        return [list(row) for row in self._all(f"SELECT {names} FROM {TABLE} LIMIT {count}")]

    def close(self) -> None:
        """Let the file go."""
        self._database.close()

    def _write(self, path: str, batch_id: int, start: int, end: int) -> int:
        fields = ", ".join(self._field(name) for name in self._family.fields)
        query = (
            f"SELECT {batch_id}, rowid + 1, {fields} FROM {TABLE} "
            f"WHERE rowid >= {start} AND rowid < {end}"
        )
        sql = f"COPY ({query}) TO '{path}' (FORMAT csv, HEADER false, USE_TMP_FILE false)"
        (rows,) = self._database.execute(sql).fetchone()
        return int(rows)

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
            raise InvalidInput(f"The DuckDB file cannot be read: {problem}") from None


def _open(path: Path) -> Any:
    import duckdb

    settings: dict[str, Any] = {
        "threads": "2",
        "memory_limit": "256MB",
        "autoinstall_known_extensions": "false",
    }
    try:
        return duckdb.connect(str(path), read_only=True, config=settings)
    except duckdb.Error as problem:
        raise InvalidInput(f"The file is no DuckDB database: {problem}") from None


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'

"""Sources read in a child of limited means: the caller's side, and what the child runs.

The child stays open while a source is read: it says what the columns are, and then answers for rows.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, BinaryIO

from bureau.desks.imaging.importing.duckdb_files import DuckSource
from bureau.desks.imaging.importing.headers import Family
from bureau.desks.imaging.importing.opening import open_here
from bureau.desks.imaging.importing.preview import preview
from bureau.desks.imaging.importing.reading import Chunk, Columns, Source
from bureau.kernel.errors import InvalidInput
from bureau.kernel.files.sheets import SheetTooLarge
from bureau.kernel.files.tables.encodings import UnclearEncoding
from bureau.kernel.sandbox import Call, FileRefused, Lent, Limits, Parser, register, run
from bureau.kernel.sandbox.parsers import MB

_ERRORS = (SheetTooLarge, UnclearEncoding, InvalidInput)
# what a caller asks besides (import, row, size) for rows and a number for the first ones
COUNT = "count"
_LIBRARIES = ("python_calamine",)
PREVIEW = register(
    Parser(
        "imaging.preview",
        f"{__name__}:previewed",
        Limits(memory_bytes=1536 * MB, cpu_seconds=60),
        errors=_ERRORS,
        preload=_LIBRARIES,
    )
)
READ = register(
    Parser(
        "imaging.read",
        f"{__name__}:served",
        # of a source of any length; a part is a chunk of rows
        Limits(
            memory_bytes=3072 * MB,
            cpu_seconds=3_600,
            wall_seconds=300,
            output_bytes=64 * 1024 * MB,
            part_bytes=512 * MB,
        ),
        errors=_ERRORS,
        preload=_LIBRARIES,
        asks=True,
    )
)


class SandboxedSource:
    """A `reading.Source` whose file is open in a child."""

    def __init__(self, path: Path, *about: Any) -> None:
        self._arguments = (Lent(path), *about)
        self._open()

    def _open(self) -> None:
        self._call = Call(READ, *self._arguments)
        self._parts = self._call.parts()
        self.columns = Columns(**self._next())
        self._answered = True

    def chunks(self, batch_id: int, after: int, size: int) -> Iterator[Chunk]:
        """See `reading.Source`."""
        self._ask([batch_id, after, size])
        while (told := self._next()) is not None:
            last_row, rows = told
            yield Chunk(io.BytesIO(self._next()), last_row, rows)
        self._answered = True

    def head(self, count: int) -> list[list[str | None]]:
        """See `reading.Source`."""
        self._ask(count)
        rows: list[list[str | None]] = self._next()
        self._answered = True
        return rows

    @property
    def count(self) -> int:
        """How many rows a DuckDB file has; 0 for others, which do not know before they are read."""
        self._ask(COUNT)
        count = int(self._next())
        self._answered = True
        return count

    def _ask(self, question: Any) -> None:
        # what is left of an answer that nobody heard to its end must not be taken for the next one
        if not self._answered:
            self.close()
            self._open()
        self._answered = False
        self._call.send(question)

    def close(self) -> None:
        """Let the file go."""
        self._call.close()

    def _next(self) -> Any:
        try:
            return next(self._parts)
        except StopIteration:
            raise FileRefused("KILLED") from None


def open_source(
    path: Path,
    family: Family,
    mapping: Mapping[str, str] | None = None,
    *,
    ducks: bool = True,
    encoding: str = "",
) -> SandboxedSource:
    """Open a DuckDB file, a workbook or a CSV file.

    Args:
        mapping: header -> field where a person decided; the other headers are looked up.
        ducks: whether a DuckDB file is welcome: only from the server's own disk, not from uploads.
        encoding: what a CSV file is written in, where a person said so.

    Raises:
        UnclearEncoding: a CSV file has several readings, and nobody said which.
        InvalidInput: it is something else, damaged, over a limit, or lacks a required column.
    """
    if ducks:
        _must_be_whole(path)
    return SandboxedSource(
        path, asdict(family), dict(mapping or {}), ducks, _most_cells(), encoding
    )


def preview_upload(
    file: BinaryIO, family: Family, mapping: Mapping[str, str] | None, encoding: str = ""
) -> dict[str, Any]:
    """A look at an upload, see `preview`; raises as `open_source`, but shows what is unclear."""
    shown: dict[str, Any] = run(
        PREVIEW, Lent(file), asdict(family), dict(mapping or {}), _most_cells(), encoding
    )
    return shown


def _must_be_whole(path: Path) -> None:
    """A DuckDB file keeps its last changes beside it until they are written into it."""
    log = path.with_name(f"{path.name}.wal")
    if log.exists() and log.stat().st_size:
        raise InvalidInput(
            f"Beside the file lies {log.name} with changes that are not in it yet. "
            "Open the file with DuckDB, run CHECKPOINT, close it, and import it again."
        )


def _most_cells() -> int:
    from django.conf import settings

    return int(settings.MAX_SHEET_CELLS)


# --- in the child -----------------------------------------------------------------------------


def previewed(
    path: Path,
    family: Mapping[str, Any],
    mapping: dict[str, str],
    most_cells: int,
    encoding: str = "",
) -> dict[str, Any]:
    """`preview` of a file."""
    known = _family(family)
    first_look = known.without_duties()
    source = open_here(
        path, first_look, mapping, ducks=False, most_cells=most_cells, encoding=encoding, ask=False
    )
    return preview(source, known)


def served(
    asked: Iterator[Any],
    path: Path,
    family: Mapping[str, Any],
    mapping: dict[str, str],
    ducks: bool,
    most_cells: int,
    encoding: str = "",
) -> Iterator[Any]:
    """The columns; then, as often as asked, the first rows, all rows in chunks, or their number."""
    source = open_here(
        path, _family(family), mapping, ducks=ducks, most_cells=most_cells, encoding=encoding
    )
    yield asdict(source.columns)
    for question in asked:
        if question == COUNT:
            yield source.count if isinstance(source, DuckSource) else 0
        elif isinstance(question, int):
            yield source.head(question)
        else:
            yield from _chunks(source, *question)


def _chunks(source: Source, batch_id: int, after: int, size: int) -> Iterator[Any]:
    for chunk in source.chunks(batch_id, after, size):
        yield [chunk.last_row, chunk.rows]
        yield chunk.content.read()
    yield None


def _family(said: Mapping[str, Any]) -> Family:
    return Family(tuple(said["fields"]), tuple(said["required"]), said["names"])

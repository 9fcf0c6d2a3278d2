"""What every source offers: its columns, and its rows as text in chunks that are sent to the database."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from itertools import islice
from typing import IO, Any, Protocol

from bureau.desks.imaging.importing.headers import Family
from bureau.kernel.errors import InvalidInput

HEADER_WITHIN = 20
# a row that names this many fields is a row of headers
LEAST_HEADERS = 3
_BLANKS = " \t\r\n\x0b\x0c\u3000\u00a0\ufeff"
UNREADABLE = "\ufffd"
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
Cells = Sequence[Any]
Numbered = tuple[int, Cells]


@dataclass(frozen=True)
class Chunk:
    """Rows as CSV text: import, number of the row, the family's fields; and the last number in it."""

    content: IO[bytes]
    last_row: int
    rows: int


@dataclass
class Columns:
    """Which place of a row holds which field, and what was noticed on the way.

    Attributes:
        headers: the source's own headers.
        places: field -> place.
        notes: sentences for the report.
        guessed: the text was decoded by a guess, which must not change what is there.
    """

    headers: list[str]
    places: dict[str, int]
    notes: list[str] = field(default_factory=list)
    guessed: bool = False


class Source(Protocol):
    """A source of rows."""

    columns: Columns

    def chunks(self, batch_id: int, after: int, size: int) -> Iterator[Chunk]:
        """Rows with a number above `after`, at most `size` in a chunk, in the order of numbers."""
        ...

    def head(self, count: int) -> list[list[str | None]]:
        """The first rows, in the order of the source's headers."""
        ...


def columns_of(
    headers: Sequence[Any], family: Family, mapping: Mapping[str, str] | None = None
) -> Columns:
    """Find each field's column by its header, or as a person said.

    Args:
        mapping: header -> field, or an empty text to leave the column out.

    Raises:
        InvalidInput: a required field has no column, or two columns are meant for one field.
    """
    named = [text(cell) or "" for cell in headers]
    said = dict(mapping or {})
    _check_mapping(said, named, family)
    columns = Columns(named, {})
    for place, header in enumerate(named):
        found = said[header] if header in said else family.field_of(header)
        if not found:
            if header:
                columns.notes.append(f"Column '{header}' is not imported.")
        elif found in columns.places:
            raise InvalidInput(
                f"Columns '{named[columns.places[found]]}' and '{header}' both mean {found}: "
                "say by the mapping which one is meant."
            )
        else:
            columns.places[found] = place
    missing = [name for name in family.required if name not in columns.places]
    if missing:
        raise InvalidInput(f"Required columns are missing: {', '.join(missing)}.")
    return columns


def _check_mapping(said: Mapping[str, str], named: Sequence[str], family: Family) -> None:
    for header, target in said.items():
        if header not in named:
            raise InvalidInput(f"The mapping names a column '{header}' that is not there.")
        if target and target not in family.fields:
            raise InvalidInput(f"The mapping names a field '{target}' that is not known.")


def find_header(rows: Iterable[Numbered], family: Family) -> Numbered:
    """The row of headers: the one of the first rows that names most fields.

    Raises:
        InvalidInput: none of them looks like one.
    """
    first = list(islice(rows, HEADER_WITHIN))
    best = max(first, key=lambda row: family.known(row[1]), default=None)
    if best is None or family.known(best[1]) < LEAST_HEADERS:
        wanted = ", ".join(family.required or family.fields)
        raise InvalidInput(
            f"No row of headers was found in the first {HEADER_WITHIN} rows. Needed: {wanted}."
        )
    return best


def is_header(row: Cells, family: Family) -> bool:
    """Whether a row below the headers repeats them, perhaps in another language."""
    filled = [cell for cell in row if text(cell)]
    known = family.known(row)
    return known >= LEAST_HEADERS and known * 2 >= len(filled)


def written(
    rows: Iterable[Numbered], columns: Columns, family: Family, batch_id: int, size: int
) -> Iterator[Chunk]:
    """Cells of a table as chunks; empty rows are left out."""
    places = [columns.places.get(name) for name in family.fields]
    pending = iter(rows)
    while batch := list(islice(pending, size)):
        buffer = io.StringIO(newline="")
        writer = csv.writer(buffer)
        count = 0
        for number, cells in batch:
            values = [None if place is None else _at(cells, place) for place in places]
            if any(values):
                count += 1
                writer.writerow([batch_id, number, *values])
        yield Chunk(io.BytesIO(buffer.getvalue().encode()), batch[-1][0], count)


def _at(cells: Cells, place: int) -> str | None:
    return text(cells[place]) if place < len(cells) else None


def text(cell: Any) -> str | None:
    """A cell as text without surrounding blanks; None where it is empty.

    Numbers keep all digits, times are written `YYYY-MM-DD HH:MM:SS`, and what no database could
    hold is marked so that its row is refused.
    """
    if cell is None or cell == "":
        return None
    if isinstance(cell, str):
        return _UNSTORABLE.sub(UNREADABLE, cell.strip(_BLANKS)) or None
    return _typed(cell)


def _typed(cell: Any) -> str:
    if isinstance(cell, datetime):
        return cell.isoformat(" ", "seconds")
    if isinstance(cell, (date, time)):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)

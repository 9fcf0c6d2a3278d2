"""CSV files in any code page that Windows writes; what has several readings is asked about."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from bureau.desks.imaging.importing.headers import Family
from bureau.desks.imaging.importing.reading import Numbered
from bureau.desks.imaging.importing.tables import TableSource
from bureau.kernel.errors import InvalidInput
from bureau.kernel.files.tables.encodings import Encoding, chosen, encoding_of
from bureau.kernel.files.tables.formulas import unescaped

SAMPLE_BYTES = 1 << 16
DELIMITERS = (",", ";", "\t", "|")
FIELD_LIMIT = 1 << 20


class Form(NamedTuple):
    """How a text file is to be read."""

    encoding: str
    delimiter: str


class DelimitedSource(TableSource):
    """A CSV file.

    Args:
        encoding: what a person said it is written in; found by its bytes where empty.
        ask: refuse a file of several readings; a preview shows the likeliest instead.

    Raises:
        UnclearEncoding: it has several readings, and nobody said which.
    """

    def __init__(
        self,
        path: Path,
        family: Family,
        mapping: Mapping[str, str] | None = None,
        encoding: str = "",
        *,
        ask: bool = True,
    ) -> None:
        self._path = path
        self.found = _found(path, family, encoding)
        if ask:
            self.found.must_be_likely()
        self.form = Form(self.found.name, _delimiter(path, self.found.name, family))
        super().__init__(family, mapping)
        self.columns.guessed = not self.found.certain
        if self.form.encoding not in {"utf-8-sig", "utf-16"}:
            self.columns.notes.append(f"The file was read as {self.form.encoding}.")
        if self.columns.guessed:
            self.columns.notes.append(
                "Its encoding was told by its letters alone: names that are there already are not "
                "changed. Say the encoding to change them."
            )

    def _rows(self) -> Iterator[Numbered]:
        csv.field_size_limit(FIELD_LIMIT)
        # what cannot be decoded is marked, and its row refused with a reason
        with self._path.open(encoding=self.form.encoding, errors="replace", newline="") as file:
            try:
                rows = csv.reader(file, delimiter=self.form.delimiter)
                yield from ((n, _bare(row)) for n, row in enumerate(rows, start=1))
            except csv.Error as problem:
                raise InvalidInput(f"The file is not a readable table: {problem}.") from None


def _bare(row: list[str]) -> list[str]:
    """Without the apostrophes that an export puts before what a spreadsheet would run."""
    return [unescaped(cell) if cell.startswith("'") else cell for cell in row]


def _found(path: Path, family: Family, encoding: str) -> Encoding:
    if encoding:
        return chosen(encoding)
    with path.open("rb") as file:
        return encoding_of(file, family.names.keys())


def _delimiter(path: Path, encoding: str, family: Family) -> str:
    """The mark under which most headers are known."""
    with path.open("rb") as file:
        sample = file.read(SAMPLE_BYTES)
    # the last character may be cut in two
    text = codecs.getincrementaldecoder(encoding)("replace").decode(sample)
    return max(DELIMITERS, key=lambda mark: _known(text, mark, family))


def _known(text: str, mark: str, family: Family) -> int:
    try:
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=mark)
        return max((family.known(row) for row in islice(rows, 20)), default=0)
    except csv.Error:
        return 0

"""CSV files, in the encodings that Chinese systems write: UTF-8, Big5, GBK, and UTF-16 with its mark."""

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

SAMPLE_BYTES = 1 << 16
DELIMITERS = (",", ";", "\t", "|")
# both are supersets of what people call Big5 and GBK
CHINESE = ("cp950", "gb18030")
FIELD_LIMIT = 1 << 20


class Form(NamedTuple):
    """How a text file is to be read."""

    encoding: str
    delimiter: str


class DelimitedSource(TableSource):
    """A CSV file."""

    def __init__(
        self, path: Path, family: Family, mapping: Mapping[str, str] | None = None
    ) -> None:
        self._path = path
        self.form = form_of(path, family)
        super().__init__(family, mapping)
        if self.form.encoding not in {"utf-8-sig", "utf-16"}:
            self.columns.notes.append(f"The file was read as {self.form.encoding}.")

    def _rows(self) -> Iterator[Numbered]:
        csv.field_size_limit(FIELD_LIMIT)
        # what cannot be decoded is marked, and its row refused with a reason
        with self._path.open(encoding=self.form.encoding, errors="replace", newline="") as file:
            try:
                yield from enumerate(csv.reader(file, delimiter=self.form.delimiter), start=1)
            except csv.Error as problem:
                raise InvalidInput(f"The file is not a readable table: {problem}.") from None


def form_of(path: Path, family: Family) -> Form:
    """Encoding and delimiter: those under which most headers are known."""
    with path.open("rb") as file:
        sample = file.read(SAMPLE_BYTES)
    forms = [Form(encoding, mark) for encoding in _encodings(sample) for mark in DELIMITERS]
    return max(forms, key=lambda form: _known(sample, form, family))


def _encodings(sample: bytes) -> list[str]:
    if sample.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return ["utf-16"]
    if _decoded(sample, "utf-8-sig", "strict") is not None:
        return ["utf-8-sig"]
    # with English headers both fit: the likelier one comes first, and the first of equals wins
    return sorted(CHINESE, key=lambda name: name != _likely(sample))


def _likely(sample: bytes) -> str:
    from charset_normalizer import from_bytes

    best = from_bytes(sample, cp_isolation=list(CHINESE)).best()
    return best.encoding if best else CHINESE[0]


def _known(sample: bytes, form: Form, family: Family) -> int:
    decoded = _decoded(sample, form.encoding, "replace") or ""
    try:
        rows = csv.reader(io.StringIO(decoded, newline=""), delimiter=form.delimiter)
        return max((family.known(row) for row in islice(rows, 20)), default=0)
    except csv.Error:
        return 0


def _decoded(sample: bytes, encoding: str, errors: str) -> str | None:
    """The sample as text; the last character may be cut in two."""
    try:
        return codecs.getincrementaldecoder(encoding)(errors).decode(sample)
    except UnicodeDecodeError:
        return None

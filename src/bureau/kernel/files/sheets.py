"""How far the sheets of a workbook reach, found while they are unpacked, before any value is read.

Readers of workbooks take memory for the whole rectangle up to a sheet's last cell: two cells in far
corners are a file of a few kilobytes and a table of 17 billion cells. What a sheet says
of itself (`dimension`) is not believed; the cells are looked at.

Files as programs write them are looked at by their text, which costs a tenth of reading them. Where
that finds too much, or a spelling that it does not know, the sheet is parsed.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import IO
from xml.parsers import expat

from bureau.kernel.errors import InvalidInput

CHUNK = 1 << 20
# a million rows of ten columns
MAX_CELLS = 10_000_000
_REFERENCE = re.compile(rb' r="([A-Z]{1,3}[0-9]{1,7})"')
_CELL_TAGS = (b"<c ", b"<c>", b"<c/")
# other encodings, names with a prefix, and tags that are broken into lines
_ODD = (b"\0", b":c ", b":c>", b":c/", b":c\t", b":c\r", b":c\n", b"<c\t", b"<c\r", b"<c\n")
_LETTERS, _DIGITS = bytes(range(65, 91)), b"0123456789"
_POSITION = re.compile(r"\s*([A-Za-z]{1,3})([0-9]{1,7})\s*")
_VALUES = frozenset({"v", "f", "is"})


class SheetTooLarge(InvalidInput):
    """A sheet that reaches over more cells than are read."""

    code = "SHEET_TOO_LARGE"
    default_message = "A sheet of the workbook reaches over more cells than are read here."


@dataclass
class Extent:
    """The last row and the last column that hold something; readers fill up from the first cell."""

    rows: int = 0
    columns: int = 0

    @property
    def cells(self) -> int:
        """How many cells a reader takes memory for."""
        return self.rows * self.columns

    def add(self, row: int, column: int) -> None:
        """Let it reach to a cell."""
        self.rows, self.columns = max(self.rows, row), max(self.columns, column)


def check_sheets(
    archive: zipfile.ZipFile, most_cells: int, count: Callable[[int], None] = lambda _: None
) -> None:
    """Refuse a workbook (.xlsx) with a sheet that reaches over more than `most_cells` cells.

    Args:
        count: told how many bytes were unpacked, each time; may raise to stop.

    Raises:
        SheetTooLarge: with the sheet's part, its extent and the limit.
    """
    for member in archive.infolist():
        with archive.open(member) as part:
            seen = _seen(part, count)
        if seen is None or seen.cells > most_cells:
            with archive.open(member) as part:
                seen = _parsed(part)
        if seen.cells > most_cells:
            raise SheetTooLarge(_sentence(member.filename, seen, most_cells))


def _sentence(part: str, seen: Extent, most: int) -> str:
    name = part.rpartition("/")[2].removesuffix(".xml")[:40]
    return (
        f"The workbook's {name} reaches to row {seen.rows:,} and column {seen.columns:,}, over "
        f"{seen.cells:,} cells; "
        f"{most:,} is the limit. Remove what stands far away from the table, or send it as CSV."
    )


# --- by its text ------------------------------------------------------------------------------


@dataclass
class _Text:
    """What the text of a part holds so far."""

    is_sheet: bool = False
    is_plain: bool = True
    cells: int = 0
    references: int = 0
    extent: Extent = field(default_factory=Extent)

    def add(self, text: bytes) -> None:
        """Look at whole tags."""
        self.is_sheet = self.is_sheet or b"sheetData" in text
        self.is_plain = self.is_plain and not any(odd in text for odd in _ODD)
        self.cells += sum(map(text.count, _CELL_TAGS))
        found = _REFERENCE.findall(text)
        self.references += len(found)
        if found:
            self.extent.add(*_corner(found))


def _seen(part: IO[bytes], count: Callable[[int], None]) -> Extent | None:
    """The extent by the text, larger rather than smaller; None where the text does not tell."""
    text = _Text()
    for piece in _pieces(part, count):
        text.add(piece)
    if text.is_plain and not text.is_sheet:
        return Extent()
    sure = text.is_plain and text.references == text.cells
    return text.extent if sure else None


def _pieces(part: IO[bytes], count: Callable[[int], None]) -> Iterator[bytes]:
    """The content, cut before a tag."""
    rest = b""
    while chunk := part.read(CHUNK):
        count(len(chunk))
        whole = rest + chunk
        cut = max(whole.rfind(b"<"), 0)
        if len(whole) - cut > CHUNK:
            cut = len(whole)
        yield whole[:cut]
        rest = whole[cut:]
    yield rest


def _corner(references: list[bytes]) -> tuple[int, int]:
    """The last row and the last column of references such as B7."""
    joined = b" ".join(references)
    rows = max(int(row) for row in set(joined.translate(None, _LETTERS).split()))
    columns = set(joined.translate(None, _DIGITS).split())
    return rows, max(_column(letters.decode()) for letters in columns)


def _column(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


# --- by parsing -------------------------------------------------------------------------------


class _Sheet:
    """Follows the elements of a sheet; only cells that hold something count."""

    def __init__(self) -> None:
        self.extent = Extent()
        self._row = self._column = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        local = name.rpartition(":")[2]
        if local == "row":
            said = attributes.get("r", "").strip()
            self._row = int(said) if said.isdecimal() and len(said) < 8 else self._row + 1
            self._column = 0
        elif local == "c":
            self._move(attributes.get("r", ""))
        elif local in _VALUES and self._column:
            self.extent.add(max(self._row, 1), self._column)

    def _move(self, reference: str) -> None:
        found = _POSITION.fullmatch(reference)
        if found:
            self._column, self._row = _column(found[1]), int(found[2])
        else:
            self._column += 1


def _parsed(part: IO[bytes]) -> Extent:
    """The extent by what the part holds; of what is no XML, as far as it is."""
    sheet = _Sheet()
    parser = expat.ParserCreate()
    parser.StartElementHandler = sheet.start
    # entities could only be declared by who wants to do harm
    parser.EntityDeclHandler = _refuse_entities
    try:
        while chunk := part.read(CHUNK):
            parser.Parse(chunk, False)
    except expat.ExpatError:
        return sheet.extent
    return sheet.extent


def _refuse_entities(*_: object) -> None:
    raise SheetTooLarge("The workbook declares entities, which are not read here.")

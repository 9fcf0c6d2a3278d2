"""Delimited text: the CSV forms of the Espacenet exports as a book of one sheet.

Espacenet writes semicolons, quotes and several title rows before the header; spreadsheets write
commas or tabs. The delimiter is the one under which a known header row appears.
"""

from __future__ import annotations

import csv
from io import BytesIO, StringIO
from itertools import islice

from bureau.desks.insights.errors import ValidationProblem
from bureau.desks.insights.facets import facet_of_title
from bureau.desks.insights.ingestion.book import Book, Rows
from bureau.desks.insights.ingestion.results import RESULTS_SHEET, find_results_header
from bureau.kernel.files.tables.encodings import Encoding, chosen, encoding_of

DELIMITERS = (";", ",", "\t", "|")
_HEADER_WITHIN = 20
_FIELD_LIMIT = 1_000_000


def decode(content: bytes, encoding: str = "") -> tuple[str, tuple[str, ...]]:
    """Text of a CSV file, and a warning where its encoding is a guess.

    Args:
        encoding: what a person said it is written in; found by its bytes where empty.

    Raises:
        InvalidInput: no such encoding is read.
    """
    found = chosen(encoding) if encoding else encoding_of(BytesIO(content))
    return content.decode(found.name, errors="replace"), _guesses(found)


def _guesses(found: Encoding) -> tuple[str, ...]:
    if found.certain:
        return ()
    if found.likely:
        return (f"The text file names no encoding; its letters fit {found.name} only.",)
    others = ", ".join(found.others) or "none"
    return (
        f"The encoding of the text file is not clear: it was read as {found.name}, and {others} "
        "would fit too. Names may be wrong; say the encoding, or save the file as CSV UTF-8.",
    )


def open_delimited(content: bytes, encoding: str = "") -> Book:
    """Open CSV content of either export form.

    Raises:
        ValidationProblem: no delimiter gives a header row this desk knows.
    """
    csv.field_size_limit(_FIELD_LIMIT)
    text, notes = decode(content, encoding)
    for delimiter in DELIMITERS:
        title = _known_title(_head(text, delimiter))
        if title is not None:
            return _book(title, _all_rows(text, delimiter), len(content), notes)
    first = text.strip().splitlines()[0][:80] if text.strip() else ""
    raise ValidationProblem(
        "The text file has no header row of an Espacenet export. It starts with "
        f"'{first}'. Expected a facet such as 'Countries (family)' with 'Number of documents', "
        "or the columns of a results list such as 'Publication number' and 'Applicants'."
    )


def _book(title: str, rows: Rows, size: int, notes: tuple[str, ...]) -> Book:
    return Book(sheet_names=(title,), load=lambda _: rows, size=size, notes=notes)


def _head(text: str, delimiter: str) -> Rows:
    try:
        return list(islice(csv.reader(StringIO(text), delimiter=delimiter), _HEADER_WITHIN))
    except csv.Error:
        return []


def _all_rows(text: str, delimiter: str) -> Rows:
    try:
        return list(csv.reader(StringIO(text), delimiter=delimiter))
    except csv.Error as error:
        raise ValidationProblem(f"The text file is not a readable table: {error}.") from error


def _known_title(head: Rows) -> str | None:
    """The sheet title this table would have in a workbook."""
    if find_results_header(head) is not None:
        return RESULTS_SHEET
    titles = [row[0] for row in head if len(row) >= 2 and row[1].strip()]
    facets = [facet_of_title(title) for title in titles]
    return next((facet.header for facet in facets if facet is not None), None)

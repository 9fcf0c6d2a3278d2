"""Delimited text: the CSV forms of the Espacenet exports as a book of one sheet.

Espacenet writes semicolons, quotes and several title rows before the header; spreadsheets write
commas or tabs. The delimiter is the one under which a known header row appears.
"""

from __future__ import annotations

import csv
from io import StringIO
from itertools import islice

from bureau.desks.insights.errors import ValidationProblem
from bureau.desks.insights.facets import facet_of_title
from bureau.desks.insights.ingestion.book import Book, Rows
from bureau.desks.insights.ingestion.results import RESULTS_SHEET, find_results_header

DELIMITERS = (";", ",", "\t", "|")
_HEADER_WITHIN = 20
_FIELD_LIMIT = 1_000_000


def decode(content: bytes) -> str:
    """Text of a CSV file: UTF-8 with or without mark, UTF-16 with its mark, else Latin-1."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        # Windows-1252 is what spreadsheets mean by Latin-1; it leaves five bytes undefined.
        return content.decode("cp1252", errors="replace")


def open_delimited(content: bytes) -> Book:
    """Open CSV content of either export form.

    Raises:
        ValidationProblem: no delimiter gives a header row this desk knows.
    """
    csv.field_size_limit(_FIELD_LIMIT)
    text = decode(content)
    for delimiter in DELIMITERS:
        title = _known_title(_head(text, delimiter))
        if title is not None:
            return _book(title, _all_rows(text, delimiter), len(content))
    first = text.strip().splitlines()[0][:80] if text.strip() else ""
    raise ValidationProblem(
        "The text file has no header row of an Espacenet export. It starts with "
        f"'{first}'. Expected a facet such as 'Countries (family)' with 'Number of documents', "
        "or the columns of a results list such as 'Publication number' and 'Applicants'."
    )


def _book(title: str, rows: Rows, size: int) -> Book:
    return Book(sheet_names=(title,), load=lambda _: rows, size=size)


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

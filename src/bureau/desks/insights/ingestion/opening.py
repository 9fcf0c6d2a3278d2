"""Opening an upload: Excel workbooks by calamine, text tables by the csv module."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import IO, Any

from bureau.desks.insights.errors import ValidationProblem
from bureau.desks.insights.ingestion.book import Book, Rows
from bureau.desks.insights.ingestion.delimited import open_delimited
from bureau.kernel.files.guards import BadArchive, check_workbook
from bureau.kernel.files.sheets import MAX_CELLS

Source = str | Path | bytes | IO[bytes]

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_NOT_TABLES = {
    b"%PDF": "a PDF document",
    b"\x89PNG": "a PNG image",
    b"\xff\xd8\xff": "a JPEG image",
    b"\x1f\x8b": "a gzip archive",
    b"{\\rtf": "an RTF document",
}


def open_book(source: Source, most_cells: int = MAX_CELLS, encoding: str = "") -> Book:
    """Open a workbook or a delimited text file; the content decides, not the file name.

    For files from outside only in a child: see `sandboxed`. `encoding` is what a person said that a
    text file is written in.

    Raises:
        ValidationProblem: the file is neither, is damaged, or is protected by a password.
        InvalidInput: it unpacks to too much, or a sheet reaches over more than `most_cells` cells.
    """
    content = _content(source)
    if content.startswith((_ZIP, _OLE)):
        if content.startswith(_ZIP):
            _check(content, most_cells)
        return _open_workbook(content)
    _refuse_other_formats(content)
    return open_delimited(content, encoding)


def _content(source: Source) -> bytes:
    if isinstance(source, bytes):
        return source
    if isinstance(source, (str, Path)):
        return Path(source).read_bytes()
    return source.read()


def _refuse_other_formats(content: bytes) -> None:
    advice = "Upload the .xlsx or .csv file that Espacenet exports."
    if not content.strip():
        raise ValidationProblem(f"The file is empty. {advice}")
    for magic, noun in _NOT_TABLES.items():
        if content.startswith(magic):
            raise ValidationProblem(f"The file is {noun}, not an Excel workbook. {advice}")
    if content.lstrip()[:15].lower().startswith((b"<!doctype", b"<html", b"<?xml")):
        raise ValidationProblem(
            "The file is a web page or XML saved under a workbook's name, not an Excel workbook. "
            f"{advice}"
        )
    if b"\0" in content[:4096] and not content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise ValidationProblem(f"The file is not an Excel workbook or a text table. {advice}")


def _check(content: bytes, most_cells: int) -> None:
    try:
        check_workbook(BytesIO(content), most_cells)
    except BadArchive as error:
        raise _unopened() from error


def _unopened() -> ValidationProblem:
    return ValidationProblem(
        "The file looks like an Excel workbook but cannot be opened: it is damaged or holds "
        "something else. Export it again from Espacenet."
    )


def _open_workbook(content: bytes) -> Book:
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    try:
        # From memory, so that calamine looks at the content: from_path trusts the extension and
        # fails on an .xls that was renamed to .xlsx.
        workbook = CalamineWorkbook.from_filelike(BytesIO(content))
    except PasswordError as error:
        raise ValidationProblem(
            "The workbook is protected by a password. Save it without one and upload it again."
        ) from error
    except (CalamineError, OSError, ValueError) as error:
        raise _unopened() from error
    return Book(
        sheet_names=tuple(workbook.sheet_names),
        load=lambda name: _sheet_rows(workbook, name),
        size=len(content),
    )


def _sheet_rows(workbook: Any, name: str) -> Rows:
    from python_calamine import CalamineError

    try:
        # skip_empty_area=False keeps row numbers as Excel shows them.
        rows: Rows = workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
    except (CalamineError, OSError, ValueError) as error:
        raise ValidationProblem(
            f"Sheet '{name}' of the workbook is damaged and cannot be read. "
            "Export the workbook again from Espacenet."
        ) from error
    return rows

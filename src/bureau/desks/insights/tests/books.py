"""Small workbooks in memory."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import Any

import xlsxwriter


def workbook(**sheets: Sequence[Sequence[Any]]) -> bytes:
    """Bytes of an .xlsx file with these sheets; an underscore in a name stands for a space."""
    return named_workbook({name.replace("_", " "): rows for name, rows in sheets.items()})


def named_workbook(sheets: dict[str, Sequence[Sequence[Any]]]) -> bytes:
    """Bytes of an .xlsx file with sheets of exactly these names."""
    buffer = BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    book.close()
    return buffer.getvalue()

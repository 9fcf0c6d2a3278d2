"""Cells: what one spreadsheet or CSV value means as text, number or year."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

# 1234, 1,234, 1.234, 1 234 (also with no-break spaces), each with an empty fraction at most.
_WHOLE = re.compile(r"(\d{1,3}(?:[.,\s\u00a0\u202f]\d{3})+|\d+)(?:[.,]0{1,2})?")
_DECIMAL = re.compile(r"-?\d+(?:[.,]\d+)?")
_ISO_DATE = re.compile(r"(\d{4})-\d{2}")


def text(cell: Any) -> str:
    """The cell as text on one line; "" where it is blank.

    Excel stores whole numbers as floats and the name TRUE as a boolean. Nothing is taken for
    missing: `NA` is Namibia, `NULL` and `NONE` are names.
    """
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return " ".join(str(cell).split())


def number(cell: Any) -> float | None:
    """The cell as a number, or None; digits in thousands groups of either style are whole."""
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        return float(cell)
    content = str(cell).strip()
    whole = _WHOLE.fullmatch(content)
    if whole:
        return float(re.sub(r"\D", "", whole[1]))
    return float(content.replace(",", ".")) if _DECIMAL.fullmatch(content) else None


def year(cell: Any) -> int | None:
    """The year of a date, an ISO date text or a whole number; None for anything else."""
    if isinstance(cell, date):
        return cell.year
    value = number(cell)
    if value is not None:
        return int(value) if value.is_integer() else None
    match = _ISO_DATE.match(str(cell).strip())
    return int(match[1]) if match else None

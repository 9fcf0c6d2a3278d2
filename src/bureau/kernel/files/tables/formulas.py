"""Cells of CSV that a spreadsheet would run: an apostrophe before them on the way out, off on the way in.

The two are inverse for every text: what begins with apostrophes already gets one more.
"""

from __future__ import annotations

# what spreadsheets take for the beginning of a formula, in either width
_BEGINNINGS = tuple("=+-@\t\r＝＋－＠")


def escaped(value: str) -> str:
    """The text as a cell of CSV that no spreadsheet runs."""
    return f"'{value}" if _would_run(value) else value


def unescaped(value: str) -> str:
    """The text that `escaped` was given."""
    return value[1:] if value.startswith("'") and _would_run(value) else value


def _would_run(value: str) -> bool:
    return value.lstrip("' ").startswith(_BEGINNINGS)

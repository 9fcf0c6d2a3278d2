"""Workbooks as documents: a page a sheet, a line a row; what cells show as far as it is stored."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bureau.kernel.retrieval.parsing.building import TextBuilder
from bureau.kernel.retrieval.parsing.notes import NoteKind, Notes
from bureau.kernel.retrieval.parsing.pages import Overview, ParsedPage, Unreadable


def parse(path: Path) -> Iterator[Overview | ParsedPage]:
    """Each sheet as a page; its name is the page's label and heading.

    Raises:
        Unreadable: damaged or encrypted.
    """
    import python_calamine

    try:
        book = python_calamine.load_workbook(str(path))
        names = book.sheet_names
        yield Overview(len(names))
        for number, name in enumerate(names, 1):
            yield _page(book, number, name)
    except python_calamine.CalamineError:
        raise Unreadable(
            "DAMAGED", "The workbook is damaged or protected by a password and cannot be opened."
        ) from None


def _page(book: Any, number: int, name: str) -> ParsedPage:
    import python_calamine

    built, notes = TextBuilder(), Notes()
    built.add(name, heading=True)
    try:
        rows = book.get_sheet_by_name(name).to_python()
    except python_calamine.CalamineError:
        # a sheet that is a chart, or a broken one
        notes.add(NoteKind.PART_DAMAGED, detail=f": the sheet “{name}”")
        rows = []
    for place, row in enumerate(rows):
        built.add(" | ".join(map(_shown, row)).strip(" |"), tight=place > 0)
    return built.page(notes.all(), number=number, label=name)


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, dt.datetime):
        midnight = value.time() == dt.time()
        return value.date().isoformat() if midnight else value.isoformat(" ", "seconds")
    return " ".join(str(value).split())

"""Books: an uploaded file as named sheets of rows, whatever its format."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

Rows = Sequence[Sequence[Any]]


@dataclass
class Book:
    """Sheet names in file order, and their rows on demand.

    A sheet is parsed when it is first asked for, and once. `size` is the file's length in bytes,
    `notes` say what a reader had to guess.
    """

    sheet_names: tuple[str, ...]
    load: Callable[[str], Rows]
    size: int = 0
    notes: tuple[str, ...] = ()
    _read: dict[str, Rows] = field(default_factory=dict)

    def rows(self, sheet_name: str) -> Rows:
        """All rows of a sheet, blank leading rows included."""
        if sheet_name not in self._read:
            self._read[sheet_name] = self.load(sheet_name)
        return self._read[sheet_name]

"""How much room letters of different scripts take."""

from __future__ import annotations

import unicodedata


def columns(text: str) -> int:
    """Columns that a text takes: two for a wide letter, none for a mark on another letter."""
    return sum(_columns(letter) for letter in text)


def _columns(letter: str) -> int:
    if unicodedata.category(letter) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(letter) in ("W", "F") else 1

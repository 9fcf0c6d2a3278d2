"""Wording: numbers and lists as each language of the charts writes them."""

from __future__ import annotations

from collections.abc import Sequence

from bureau.desks.insights.params import Language

NO_BREAK_SPACE = "\u00a0"


def number(value: float, language: Language, decimals: int = 0) -> str:
    """A number with the thousands and decimal marks of the language."""
    text = f"{value:,.{decimals}f}"
    return text.translate(str.maketrans(",.", ".,")) if language == "es" else text


def percent(value: float, language: Language) -> str:
    """A percentage with one decimal; Spanish sets the sign off by a no-break space."""
    gap = NO_BREAK_SPACE if language == "es" else ""
    return f"{number(value, language, 1)}{gap}%"


def publications(count: int, language: Language) -> str:
    """A number of publications with its noun."""
    one, many = (
        ("publicación", "publicaciones") if language == "es" else ("publication", "publications")
    )
    return f"{number(count, language)} {one if count == 1 else many}"


def listed(items: Sequence[str], language: Language) -> str:
    """Items as a list in a sentence; Spanish "y" becomes "e" before the sound i."""
    if len(items) < 2:
        return "".join(items)
    last = items[-1]
    joint = "and" if language == "en" else "e" if _sounds_as_i(last) else "y"
    return f"{', '.join(items[:-1])} {joint} {last}"


def _sounds_as_i(word: str) -> bool:
    folded = word.casefold()
    return folded.startswith(("i", "hi", "í")) and not folded.startswith(("ia", "hie", "hia", "io"))

"""The numbers that Word computes in front of paragraphs and stores nowhere.

Rules: ISO/IEC 29500-1, 17.9: a level counts on from its last number and begins anew after a
paragraph of a higher level; `%2` in a level's text is the number of level 2.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Any

from bureau.kernel.retrieval.parsing.notes import NoteKind, Notes
from bureau.kernel.retrieval.parsing.ooxml import W
from bureau.kernel.retrieval.parsing.word import symbols

LEVELS = 9
_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"),
    (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
_PLACE = re.compile(r"%([1-9])")
_PLAIN = frozenset({"decimal", "decimalZero", "ordinal", "cardinalText", "ordinalText"})


@dataclass(frozen=True, slots=True)
class Level:
    """How one level of a list is numbered."""

    start: int = 1
    format: str = "decimal"
    text: str = ""
    font: str = ""
    restart: int | None = None
    legal: bool = False


@dataclass(slots=True)
class _List:
    levels: dict[int, Level]
    # numbers are shared by all lists that are made from the same definition
    definition: str
    restarts: set[int] = field(default_factory=set)


class Numbering:
    """Labels of numbered paragraphs, asked for in the order of the document."""

    def __init__(self, root: Any | None, notes: Notes) -> None:
        self._lists: dict[str, _List] = {} if root is None else _lists(root)
        self._counts: dict[str, dict[int, int]] = {}
        self._seen: set[tuple[str, int]] = set()
        self._notes = notes

    def label(self, number_id: str, level: int) -> str:
        """What stands in front of the next paragraph of this list and level."""
        found = self._lists.get(number_id)
        rules = found.levels.get(level) if found else None
        if found is None or rules is None:
            return ""
        counts = self._counts.setdefault(found.definition, {})
        self._count(number_id, found, level, counts)
        if rules.format == "bullet":
            return _bullet(rules)
        if rules.format == "none" and "%" in rules.text:
            return _PLACE.sub("", rules.text).strip()
        return self._written(found, rules, counts)

    def _count(self, number_id: str, found: _List, level: int, counts: dict[int, int]) -> None:
        for higher in range(level):
            counts.setdefault(higher, found.levels.get(higher, Level()).start)
        begins = level in found.restarts and (number_id, level) not in self._seen
        self._seen.add((number_id, level))
        if begins or level not in counts:
            counts[level] = found.levels[level].start
        else:
            counts[level] += 1
        for lower in range(level + 1, LEVELS):
            if _begins_anew(found.levels.get(lower), lower, level):
                counts.pop(lower, None)

    def _written(self, found: _List, rules: Level, counts: dict[int, int]) -> str:
        def number(place: re.Match[str]) -> str:
            level = int(place.group(1)) - 1
            format_ = found.levels.get(level, Level()).format
            value = counts.get(level, found.levels.get(level, Level()).start)
            if format_ in {"bullet", "none"}:
                return ""
            written = formatted(value, "decimal" if rules.legal else format_)
            if written is None:
                self._notes.add(NoteKind.NUMBERING)
            return written or str(value)

        return _PLACE.sub(number, rules.text).strip()


def _begins_anew(rules: Level | None, lower: int, level: int) -> bool:
    restart = rules.restart if rules else None
    # 0 is never; else the level (counted from 1) from which upward a paragraph restarts it
    return restart is None or level < min(restart, lower)


def formatted(value: int, format_: str) -> str | None:
    """A number as this format writes it, None for formats that are not known here."""
    if format_ in _PLAIN:
        return f"{value:02d}" if format_ == "decimalZero" else str(value)
    if format_ in ("lowerLetter", "upperLetter"):
        # after z comes aa, then bb
        letters = chr(ord("a") + (value - 1) % 26) * ((value - 1) // 26 + 1) if value > 0 else ""
        return letters.upper() if format_ == "upperLetter" else letters
    if format_ in ("lowerRoman", "upperRoman"):
        return _roman(value).upper() if format_ == "upperRoman" else _roman(value)
    first = {"hindiNumbers": "०", "thaiNumbers": "๐", "arabicAbjad": "", "decimalFullWidth": "０"}
    if zero := first.get(format_):
        return "".join(chr(ord(zero) + int(digit)) for digit in str(value))
    return None


def _roman(value: int) -> str:
    parts = []
    for worth, letters in _ROMAN:
        parts.append(letters * (value // worth))
        value %= worth
    return "".join(parts)


def _bullet(rules: Level) -> str:
    seen = symbols.shown(rules.font, rules.text).strip()
    return "•" if not seen or symbols.UNKNOWN in seen or seen in "·•●o▪■§" else seen


# --- reading numbering.xml ------------------------------------------------------------------------


def _lists(root: Any) -> dict[str, _List]:
    definitions = {str(one.get(f"{W}abstractNumId")): one for one in root.iter(f"{W}abstractNum")}
    by_style = {
        _value(one, "styleLink"): key
        for key, one in definitions.items()
        if one.find(f"{W}styleLink") is not None
    }
    lists = {}
    for one in root.iter(f"{W}num"):
        key = _value(one, "abstractNumId")
        if key not in definitions:
            continue
        linked = by_style.get(_value(definitions[key], "numStyleLink"), key)
        lists[str(one.get(f"{W}numId"))] = _list_of(one, linked, definitions[linked])
    return lists


def _list_of(number: Any, key: str, definition: Any) -> _List:
    levels = {_level_number(one): _level(one) for one in definition.findall(f"{W}lvl")}
    found = _List(levels, key)
    for override in number.findall(f"{W}lvlOverride"):
        place = _level_number(override)
        own = override.find(f"{W}lvl")
        if own is not None:
            levels[place] = _level(own)
        start = _value(override, "startOverride")
        if start:
            levels[place] = replace(levels.get(place, Level()), start=_whole(start, 1))
            found.restarts.add(place)
    return found


def _level(node: Any) -> Level:
    fonts = node.find(f"{W}rPr/{W}rFonts")
    restart = _value(node, "lvlRestart")
    return Level(
        start=_whole(_value(node, "start"), 1),
        format=_value(node, "numFmt") or "decimal",
        text=_value(node, "lvlText"),
        font="" if fonts is None else str(fonts.get(f"{W}ascii") or fonts.get(f"{W}hAnsi") or ""),
        restart=_whole(restart, 0) if restart else None,
        legal=is_on(node.find(f"{W}isLgl")),
    )


def _level_number(node: Any) -> int:
    return _whole(str(node.get(f"{W}ilvl", "0")), 0)


def _value(node: Any, name: str) -> str:
    found = node.find(f"{W}{name}")
    return "" if found is None else str(found.get(f"{W}val", ""))


def _whole(text: str, otherwise: int) -> int:
    try:
        return int(text)
    except ValueError:
        return otherwise


def is_on(node: Any | None) -> bool:
    """Whether a switch such as `<w:vanish/>` is there and not turned off."""
    return node is not None and node.get(f"{W}val", "1") not in ("0", "false", "off", "none")

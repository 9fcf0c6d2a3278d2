"""Styles of a Word document, as far as they say what is read: headings, numbers, raised letters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bureau.kernel.retrieval.parsing.ooxml import W
from bureau.kernel.retrieval.parsing.word.numbering import is_on

BODY_LEVEL = 9
# a circle of styles is no reason to hang
_MOST_ANCESTORS = 20


@dataclass(frozen=True, slots=True)
class Look:
    """What one set of run properties says; None where it says nothing."""

    font: str | None = None
    raised: str | None = None
    hidden: bool | None = None
    struck: bool | None = None

    def over(self, other: Look) -> Look:
        """This one where it says something, else the other."""
        return Look(
            other.font if self.font is None else self.font,
            other.raised if self.raised is None else self.raised,
            other.hidden if self.hidden is None else self.hidden,
            other.struck if self.struck is None else self.struck,
        )


NOTHING = Look()


def look_of(properties: Any | None) -> Look:
    """The look that a `w:rPr` gives."""
    if properties is None:
        return NOTHING
    fonts = properties.find(f"{W}rFonts")
    align = properties.find(f"{W}vertAlign")
    return Look(
        None if fonts is None else fonts.get(f"{W}ascii") or fonts.get(f"{W}hAnsi"),
        None if align is None else str(align.get(f"{W}val")),
        _switch(properties, "vanish"),
        _either(_switch(properties, "strike"), _switch(properties, "dstrike")),
    )


def _switch(properties: Any, name: str) -> bool | None:
    found = properties.find(f"{W}{name}")
    return None if found is None else is_on(found)


def _either(one: bool | None, other: bool | None) -> bool | None:
    return (
        one or other if one is not None and other is not None else one if other is None else other
    )


@dataclass(frozen=True, slots=True)
class _Style:
    name: str
    based_on: str
    outline: int | None
    number: tuple[str | None, int | None]
    look: Look


class Styles:
    """All styles of a document, each asked for by its id."""

    def __init__(self, root: Any | None) -> None:
        nodes = [] if root is None else root.iter(f"{W}style")
        self._all = {str(one.get(f"{W}styleId")): _style(one) for one in nodes}

    def is_heading(self, style_id: str) -> bool:
        """Whether Word calls it a heading; ids are translated, names are not."""
        if style_id.startswith("Heading"):
            return True
        return any(
            style.name.startswith(("heading", "title"))
            or (style.outline is not None and style.outline < BODY_LEVEL)
            for style in self._chain(style_id)
        )

    def number(self, style_id: str) -> tuple[str | None, int | None]:
        """List and level that the style's paragraphs have."""
        number_id = level = None
        for style in self._chain(style_id):
            number_id = style.number[0] if number_id is None else number_id
            level = style.number[1] if level is None else level
        return number_id, level

    def look(self, style_id: str) -> Look:
        """How the style's letters look."""
        found = NOTHING
        for style in self._chain(style_id):
            found = found.over(style.look)
        return found

    def _chain(self, style_id: str) -> list[_Style]:
        found: list[_Style] = []
        while style_id in self._all and len(found) < _MOST_ANCESTORS:
            found.append(self._all[style_id])
            style_id = found[-1].based_on
        return found


def _style(node: Any) -> _Style:
    def value(path: str) -> str:
        found = node.find("/".join(f"{W}{part}" for part in path.split("/")))
        return "" if found is None else str(found.get(f"{W}val", ""))

    outline = value("pPr/outlineLvl")
    return _Style(
        value("name").lower(),
        value("basedOn"),
        int(outline) if outline.isdigit() else None,
        number_of(node.find(f"{W}pPr")),
        look_of(node.find(f"{W}rPr")),
    )


def number_of(properties: Any | None) -> tuple[str | None, int | None]:
    """List and level that a `w:pPr` itself gives."""
    found = None if properties is None else properties.find(f"{W}numPr")
    if found is None:
        return None, None
    number, level = found.find(f"{W}numId"), found.find(f"{W}ilvl")
    given = "" if level is None else str(level.get(f"{W}val", ""))
    return (
        None if number is None else str(number.get(f"{W}val", "")),
        int(given) if given.isdigit() else None,
    )

"""Fonts: which files letters are drawn with, and which letters no file holds.

matplotlib brings DejaVu Sans (Latin, Greek, Cyrillic, Hebrew, Arabic, Vietnamese). Other scripts come
from packages that carry a Noto font each; what is drawn does not depend on the fonts of the machine.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from bureau.desks.insights.params import Language

FIRST = "DejaVu Sans"
# package -> its file below the package
PACKAGES = {
    "fontpkg_noto_sans_devanagari": "files/NotoSansDevanagari[wdth,wght].ttf",
    "fontpkg_noto_sans_thai": "files/NotoSansThai[wdth,wght].ttf",
    "fontpkg_noto_sans_tamil": "files/NotoSansTamil[wdth,wght].ttf",
    "fontpkg_noto_sans_telugu": "files/NotoSansTelugu[wdth,wght].ttf",
    "fontpkg_noto_sans_khmer": "files/NotoSansKhmer[wdth,wght].ttf",
    # Chinese, Japanese and Korean in one file
    "cvttf_NotoSansCJK_Regular": "NotoSansCJKtc-Regular.otf",
}
MOST_NAMED = 5
_MISSING: dict[Language, str] = {
    "es": "En la imagen PNG no se pueden dibujar estas letras: {letters}. Los datos y el SVG las "
    "contienen.",
    "en": "These letters cannot be drawn in the PNG: {letters}. The data and the SVG hold them.",
}


@cache
def font_files() -> tuple[Path, ...]:
    """The files of the packages that are installed."""
    found = []
    for package, name in PACKAGES.items():
        spec = find_spec(package)
        if spec is not None and spec.origin is not None:
            path = Path(spec.origin).parent / name
            if path.is_file():
                found.append(path)
    return tuple(found)


@cache
def families() -> tuple[str, ...]:
    """Names for matplotlib, in the order in which it looks for a letter."""
    from matplotlib import font_manager

    # most of these have one weight, and a bold title in them is drawn in it: nothing to log
    logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)
    names = [FIRST]
    for path in font_files():
        font_manager.fontManager.addfont(path)
        names.append(font_manager.FontProperties(fname=str(path)).get_name())
    # for viewers of the SVG that have none of them
    return (*dict.fromkeys(names), "sans-serif")


def missing_letters(texts: Iterable[str]) -> list[str]:
    """The letters of these texts that would be drawn as boxes, in order of their code."""
    letters = {ord(letter) for text in texts for letter in text if letter.isprintable()}
    return [chr(code) for code in sorted(letters - _drawable())]


@cache
def _drawable() -> frozenset[int]:
    from matplotlib import font_manager, ft2font

    first = font_manager.findfont(FIRST)
    held = [ft2font.FT2Font(str(path)).get_charmap() for path in (first, *font_files())]
    return frozenset(code for charmap in held for code in charmap)


def warnings_for(chart_data: Mapping[str, Any], language: Language) -> list[str]:
    """One sentence when a text of the chart data holds letters that cannot be drawn, else none."""
    missing = missing_letters(_texts(chart_data))
    if not missing:
        return []
    more = " …" if len(missing) > MOST_NAMED else ""
    named = ", ".join(f"{letter} (U+{ord(letter):04X})" for letter in missing[:MOST_NAMED])
    return [_MISSING[language].format(letters=named + more)]


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from _texts(part)
    elif isinstance(value, (list, tuple)):
        for part in value:
            yield from _texts(part)

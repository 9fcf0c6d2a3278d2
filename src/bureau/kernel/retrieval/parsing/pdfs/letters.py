"""The letters of a PDF page with their places, as PDFium finds them."""

from __future__ import annotations

import ctypes
import math
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from bureau.kernel.retrieval.parsing.pdfs.layout import HYPHEN, Char, Line, text_of

# of the letters, to have one direction
_MOSTLY = 0.9
# in heights of a letter: a gap that no blank makes, between columns or cells
_WIDE = 1.2
_RIGHT_TO_LEFT = frozenset({"R", "AL"})


@dataclass(slots=True)
class Letters:
    """What a page says.

    Attributes:
        plain: the text in PDFium's own order.
        count: visible letters.
        unmapped: letters whose meaning is not in the file.
        turn: how the letters stand, in degrees; None where they stand in several ways.
        right_to_left: whether that is how most are read.
    """

    lines: list[Line] = field(default_factory=list)
    plain: str = ""
    count: int = 0
    unmapped: int = 0
    odd: int = 0
    turn: int | None = 0
    right_to_left: bool = False

    def text(self, added: list[Line]) -> str:
        """The text in reading order, with what was drawn apart."""
        if self.turn is None or self.right_to_left:
            return "\n".join([self.plain, *(line.text for line in added)]).replace(HYPHEN, "-")
        return text_of(self.lines, added)

    @property
    def covered(self) -> float:
        """The area that lines of text cover, in square points."""
        return sum((line.right - line.left) * line.height for line in self.lines)


def letters_of(textpage: Any, box: tuple[float, float, float, float], start: int = 0) -> Letters:
    """The letters of a text page that lie inside a box, from number `start` on."""
    import pypdfium2.raw as pdfium

    found, line, plain = Letters(), Line(), []
    angles: Counter[int | None] = Counter()
    for place in range(start, pdfium.FPDFText_CountChars(textpage)):
        code = pdfium.FPDFText_GetUnicode(textpage, place)
        if code in (0x0A, 0x0D):
            _close(found, line)
            line = Line()
            plain.append("\n" if code == 0x0A else "")
            continue
        char = _char(pdfium, textpage, place, code)
        if char is None or not _inside(char, box):
            continue
        line.chars.append(char)
        plain.append(char.text)
        _count(pdfium, textpage, place, char, found, angles)
        if char.text == HYPHEN:
            _close(found, line)
            line = Line()
    _close(found, line)
    found.plain = "".join(plain)
    found.turn = _turn(angles)
    found.right_to_left = _is_right_to_left(found.plain)
    if found.turn:
        found.lines = [_turned(one, found.turn) for one in found.lines]
    if found.turn is not None:
        # the first part may be nothing but blanks
        cut = [part for one in found.lines for part in _parts(one)]
        found.lines = [one for one in cut if any(not char.text.isspace() for char in one.chars)]
    return found


def _parts(line: Line) -> Iterator[Line]:
    """A line cut where a letter is on another row than the one before it, or far from it."""
    part = Line()
    before: Char | None = None
    for char in line.chars:
        if before is not None and _is_elsewhere(before, char):
            yield part
            part = Line()
        part.chars.append(char)
        before = before if char.text.isspace() else char
    yield part


def _is_elsewhere(before: Char, char: Char) -> bool:
    if char.text.isspace():
        return False
    height = max(char.height, before.height)
    apart = min(char.top, before.top) <= max(char.bottom, before.bottom)
    back = char.left < before.left - 3 * height
    return apart or back or char.left - before.right > _WIDE * height


def _close(found: Letters, line: Line) -> None:
    if any(not char.text.isspace() for char in line.chars):
        found.lines.append(line)


def _char(pdfium: Any, textpage: Any, place: int, code: int) -> Char | None:
    if code in (0x02, 0xFFFE):
        text = HYPHEN
    elif code < 0x20 or 0xD800 <= code <= 0xDFFF or code > 0x10FFFF:
        return None
    else:
        text = chr(code)
    box = pdfium.FS_RECTF()
    if not pdfium.FPDFText_GetLooseCharBox(textpage, place, ctypes.byref(box)):
        return None
    return Char(text, box.left, min(box.bottom, box.top), box.right, max(box.bottom, box.top))


def _inside(char: Char, box: tuple[float, float, float, float]) -> bool:
    """Whether it is seen; blanks that PDFium adds have no place of their own."""
    left, bottom, right, top = box
    across, up = (char.left + char.right) / 2, (char.bottom + char.top) / 2
    return char.text.isspace() or (left <= across <= right and bottom <= up <= top)


def _count(
    pdfium: Any, textpage: Any, place: int, char: Char, found: Letters, angles: Counter[int | None]
) -> None:
    if char.text.isspace():
        return
    found.count += 1
    category = unicodedata.category(char.text)
    without = category in ("Co", "Cn") or char.text == "\ufffd"
    if without or pdfium.FPDFText_HasUnicodeMapError(textpage, place) == 1:
        found.unmapped += 1
    elif category[0] in "SP" and char.text not in ".,:;-–'’()/|_":
        found.odd += 1
    # every seventh letter tells enough
    if found.count % 7 == 1:
        degrees = math.degrees(pdfium.FPDFText_GetCharAngle(textpage, place)) % 360
        nearest = round(degrees / 90) * 90
        angles[nearest % 360 if abs(degrees - nearest) < 10 else None] += 1


def _turn(angles: Counter[int | None]) -> int | None:
    if not angles:
        return 0
    angle, count = angles.most_common(1)[0]
    return angle if count >= _MOSTLY * angles.total() else None


def _turned(line: Line, degrees: int) -> Line:
    return Line([_turned_char(char, degrees) for char in line.chars])


def _turned_char(char: Char, degrees: int) -> Char:
    left, bottom, right, top = char.left, char.bottom, char.right, char.top
    if degrees == 90:
        left, bottom, right, top = bottom, -right, top, -left
    elif degrees == 180:
        left, bottom, right, top = -right, -top, -left, -bottom
    else:
        left, bottom, right, top = -top, left, -bottom, right
    return Char(char.text, left, bottom, right, top)


def _is_right_to_left(text: str) -> bool:
    sample = [unicodedata.bidirectional(char) for char in text[:2_000] if char.isalpha()]
    return sum(kind in _RIGHT_TO_LEFT for kind in sample) > 0.2 * len(sample)

"""Letters with their places on a page become text in reading order. Pure functions.

The order in which a page draws its letters is kept unless their places show that it is not the
order of reading: columns drawn line by line, values of a form drawn after everything else.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from statistics import median

# what the PDF reader writes for a hyphen at which a line ends
HYPHEN = "\x02"
# in heights of a letter: a gap without a blank that is one, a gap between columns of a table
_BLANK, _COLUMN = 0.28, 2.0
# glyphs of several Indic letters are wider than their parts seem
_INDIC_BLANK = 0.38
# of the lower of two lines, to be one row
_OVERLAP = 0.6
# columns of prose: characters a line, how much of the column's width lines fill, lines a side
_PROSE, _FILLED, _MOST_CROSSING, _LEAST_LINES = 20, 0.7, 0.12, 5
_RAISED = str.maketrans("0123456789+-−()", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁽⁾")
_RAISABLE = frozenset("0123456789+-−")


@dataclass(frozen=True, slots=True)
class Char:
    """A letter and the box that its font gives it, in points, upward from the lower left corner."""

    text: str
    left: float
    bottom: float
    right: float
    top: float

    @property
    def height(self) -> float:
        """Of the box."""
        return self.top - self.bottom


@dataclass(slots=True)
class Line:
    """Letters that were drawn one after another on one line."""

    chars: list[Char] = field(default_factory=list)

    @property
    def left(self) -> float:
        """Where it begins."""
        return min(char.left for char in self.chars if not char.text.isspace())

    @property
    def right(self) -> float:
        """Where it ends."""
        return max(char.right for char in self.chars if not char.text.isspace())

    @property
    def bottom(self) -> float:
        """The middle of its letters' lower edges: a raised digit does not lift a line."""
        return median(char.bottom for char in self.chars if not char.text.isspace())

    @property
    def top(self) -> float:
        """The middle of its letters' upper edges."""
        return median(char.top for char in self.chars if not char.text.isspace())

    @property
    def height(self) -> float:
        """Of its letters."""
        return max(self.top - self.bottom, 0.1)

    @property
    def text(self) -> str:
        """Its letters with blanks where they stand apart, raised digits raised."""
        return "".join(_spaced(_composed(_without_false_blanks(_once(self.chars)))))


def text_of(lines: Sequence[Line], added: Sequence[Line] = ()) -> str:
    """The text of a page.

    Args:
        lines: in the order in which they were drawn.
        added: what stands on the page and was drawn apart: values of forms, notes, stamps.
    """
    ordered = _columns_in_turn([line for line in lines if line.chars])
    for line in added:
        ordered.insert(_place_of(line, ordered), line)
    return _joined(_rows(ordered))


# accents that are drawn as signs of their own, over the letter that follows
_ACCENTS = {
    "´": "\u0301", "`": "\u0300", "¨": "\u0308", "ˆ": "\u0302", "˜": "\u0303", "¯": "\u0304",
    "˘": "\u0306", "˙": "\u0307", "˚": "\u030a", "˝": "\u030b", "ˇ": "\u030c", "¸": "\u0327",
}  # fmt: skip


def _composed(chars: Sequence[Char]) -> list[Char]:
    """Letters with the accents that stand over or under them: `¨` and `o` are `ö`."""
    done: list[Char] = []
    for char in chars:
        accent = _ACCENTS.get(done[-1].text) if done else None
        over = done[-1] if accent else None
        if accent and over and char.text.isalpha() and _covers(char, over):
            letter = char.text.translate({0x131: "i", 0x237: "j"})
            done[-1] = replace(char, text=unicodedata.normalize("NFC", letter + accent))
        elif done and char.text in _ACCENTS and done[-1].text.isalpha() and _covers(done[-1], char):
            done[-1] = replace(
                done[-1], text=unicodedata.normalize("NFC", done[-1].text + _ACCENTS[char.text])
            )
        else:
            done.append(char)
    return done


# how far back a letter that is drawn twice stands
_RECENT = 6


def _once(chars: Sequence[Char]) -> list[Char]:
    """Letters of Indic scripts without those that PDFium finds twice, as glyph and as its text."""
    done: list[Char] = []
    for char in chars:
        back = bool(done) and _is_indic(char) and char.left < done[-1].left - 0.5
        if not (back and char.text in [one.text for one in done[-_RECENT:]]):
            done.append(char)
    return done


def _is_indic(char: Char) -> bool:
    return "\u0900" <= char.text <= "\u0dff"


def _without_false_blanks(chars: Sequence[Char]) -> list[Char]:
    """Letters without blanks that PDFium adds although no one sees them.

    It does so where a raised digit touches its neighbour, and inside words whose glyphs are several
    letters each (Devanagari of Chromium): such a blank lies within the letter before it.
    """
    done: list[Char] = []
    for place, char in enumerate(chars):
        inside = done and char.left < done[-1].right - 0.15 * done[-1].height
        if inside and char.text == " " and not done[-1].text.isspace():
            continue
        if char.text.isspace() and 0 < place < len(chars) - 1:
            one, other = chars[place - 1], chars[place + 1]
            high, low = max(one.height, other.height), min(one.height, other.height)
            if low < 0.85 * high and other.left - one.right < 0.1 * high:
                continue
        done.append(char)
    return done


def _covers(letter: Char, accent: Char) -> bool:
    return letter.left - 0.5 <= (accent.left + accent.right) / 2 <= letter.right + 0.5


def _spaced(chars: Sequence[Char]) -> Iterable[str]:
    gaps = [b.left - a.right for a, b in pairwise(chars)]
    height = median([one.height for one in chars if not one.text.isspace()] or [1.0])
    # letters that are set apart throughout are one word
    usual = median(gaps) if len(gaps) > 3 else 0.0
    before: Char | None = None
    first = True
    for char in chars:
        if before is not None:
            gap = char.left - before.right
            blank = _INDIC_BLANK if _is_indic(before) else _BLANK
            least = max(blank * height, 3 * usual)
            apart = gap > least and abs(char.bottom - before.bottom) < 0.5 * char.height
            # a raised number at the start of a line is the mark of a footnote
            mark = first and char.text.isalpha() and before.text.isdigit() and _is_low(before, char)
            if (apart or mark) and not (before.text.isspace() or char.text.isspace()):
                yield " "
        first = first and char.text.isdigit()
        raised = before is not None and char.text in _RAISABLE and _is_raised(before, char, chars)
        yield char.text.translate(_RAISED) if raised else char.text
        before = char


def _is_low(mark: Char, letter: Char) -> bool:
    return mark.height < 0.85 * letter.height and mark.bottom > letter.bottom


def _is_raised(before: Char, char: Char, chars: Sequence[Char]) -> bool:
    """Whether a digit stands above the line behind a letter or digit: 10⁹ is not 109."""
    if not (before.text.isalnum() or before.text in ")%]" or before.text in _RAISABLE):
        return False
    usual = max(one.height for one in chars if not one.text.isspace())
    if char.height > 0.85 * usual:
        return False
    base = median(
        one.bottom for one in chars if one.height > 0.85 * usual and not one.text.isspace()
    )
    return char.bottom - base > 0.15 * usual


def _same_row(one: Line, other: Line) -> bool:
    common = min(one.top, other.top) - max(one.bottom, other.bottom)
    return common >= _OVERLAP * min(one.height, other.height)


def _rows(lines: Iterable[Line]) -> list[str]:
    """Lines that stand side by side as one, cells of a table apart by a bar."""
    rows: list[str] = []
    before: Line | None = None
    for line in lines:
        if before is not None and _same_row(before, line) and line.left >= before.right - 1:
            gap = line.left - before.right
            between = (
                " | " if gap > _COLUMN * line.height else " " if gap > 0.1 * line.height else ""
            )
            rows[-1] = rows[-1].rstrip() + between + line.text.strip()
        else:
            rows.append(line.text)
        before = line
    return rows


def _place_of(line: Line, lines: Sequence[Line]) -> int:
    """After what stands left of it on its row, else below what stands above it."""
    beside = [
        place for place, one in enumerate(lines) if _same_row(one, line) and one.left <= line.left
    ]
    if beside:
        return max(beside, key=lambda place: lines[place].right) + 1
    above = [place for place, one in enumerate(lines) if one.bottom >= line.top - 1]
    return max(above) + 1 if above else 0


def _joined(rows: Sequence[str]) -> str:
    """The rows as text; a word that was broken at the end of a line is whole."""
    text = ""
    for row in rows:
        if text.endswith(HYPHEN):
            text = text[:-1] + hyphen_between(text[:-1], row) + row.lstrip()
        else:
            text += ("\n" if text else "") + row
    return text.replace(HYPHEN, "-")


_LAST_WORD, _FIRST_WORD = re.compile(r"[^\W_]+$"), re.compile(r"[^\W_]+")


def hyphen_between(before: str, after: str) -> str:
    """`-` where the hyphen at a line's end belongs to the word (COVID-19, AX-200), else nothing."""
    start, end = _LAST_WORD.search(before), _FIRST_WORD.match(after.lstrip())
    if not start or not end:
        return "-"
    first, second = start.group(), end.group()
    kept = second[0].isdigit() or first[-1].isdigit() or second[0].isupper()
    return "-" if kept or (len(first) > 1 and first.isupper()) else ""


# --- columns --------------------------------------------------------------------------------------


def _columns_in_turn(lines: list[Line]) -> list[Line]:
    """Prose in two columns that was drawn line by line, one column after the other."""
    gutter = _gutter(lines)
    if gutter is None or not _is_interleaved(lines, gutter):
        return lines
    ordered: list[Line] = []
    sides: tuple[list[Line], list[Line]] = ([], [])
    for line in sorted(lines, key=lambda one: -one.top):
        if line.left < gutter < line.right:
            # a title over both columns ends what stands above it
            ordered += sides[0] + sides[1] + [line]
            sides = ([], [])
        else:
            sides[line.left >= gutter].append(line)
    return ordered + sides[0] + sides[1]


def _gutter(lines: list[Line]) -> float | None:
    """Where a white band divides two columns of prose."""
    if len(lines) < 2 * _LEAST_LINES:
        return None
    left, right = min(one.left for one in lines), max(one.right for one in lines)
    middle = [one.left for one in lines if 0.4 < (one.left - left) / max(right - left, 1) < 0.65]
    if len(middle) < _LEAST_LINES:
        return None
    gutter = median(middle) - 1
    crossing = [one for one in lines if one.left < gutter < one.right]
    sides = (
        [one for one in lines if one.right <= gutter],
        [one for one in lines if one.left >= gutter],
    )
    if len(crossing) > _MOST_CROSSING * len(lines) or not all(map(_is_prose, sides)):
        return None
    return gutter


def _is_prose(lines: list[Line]) -> bool:
    if len(lines) < _LEAST_LINES:
        return False
    widths = [line.right - line.left for line in lines]
    filled = sum(width > _FILLED * max(widths) for width in widths)
    return median(len(line.chars) for line in lines) >= _PROSE and filled > 0.6 * len(lines)


def _is_interleaved(lines: list[Line], gutter: float) -> bool:
    sides = [line.left >= gutter for line in lines if not line.left < gutter < line.right]
    changes = sum(one != other for one, other in pairwise(sides))
    return changes > len(sides) / 4

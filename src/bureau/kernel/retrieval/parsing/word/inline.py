"""The text inside one paragraph: runs, fields, symbols, changes, and what hangs on them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from bureau.kernel.retrieval.parsing.building import raised
from bureau.kernel.retrieval.parsing.notes import NoteKind, Notes
from bureau.kernel.retrieval.parsing.ooxml import MC, A, M, R, W
from bureau.kernel.retrieval.parsing.word import symbols
from bureau.kernel.retrieval.parsing.word.equations import linear
from bureau.kernel.retrieval.parsing.word.numbering import is_on
from bureau.kernel.retrieval.parsing.word.styles import NOTHING, Look, Styles, look_of

_DRAWING_2006 = "http://schemas.openxmlformats.org/drawingml/2006"
_CHART = f"{{{_DRAWING_2006}/chart}}chart"
_DIAGRAM = f"{{{_DRAWING_2006}/diagram}}relIds"
_DIAGRAM_DATA = f"{R}dm"
_PICTURE = f"{{{_DRAWING_2006}/picture}}pic"
_VML = "{urn:schemas-microsoft-com:vml}"
# nothing to read, and nothing to say about it
_SKIPPED = frozenset(
    f"{W}{name}"
    for name in [
        "pPr",
        "rPr",
        "tblPr",
        "trPr",
        "tcPr",
        "sectPr",
        "sdtPr",
        "sdtEndPr",
        "softHyphen",
        "footnoteRef",
        "endnoteRef",
        "annotationRef",
        "separator",
        "continuationSeparator",
        "lastRenderedPageBreak",
        "proofErr",
        "bookmarkStart",
        "bookmarkEnd",
        "commentRangeStart",
        "commentRangeEnd",
        "commentReference",
        "delInstrText",
        "fldData",
        "rubyPr",
        "customXmlPr",
        "smartTagPr",
    ]
)
# fields whose number is the page's and not the document's
_PAGE_FIELDS = frozenset({"PAGE", "NUMPAGES", "SECTIONPAGES"})
_LOWERED = str.maketrans("0123456789+-−=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎")
_LOWERABLE = re.compile(r"[0-9+\-−=()]+")
_BLANKS = re.compile(r"[\r\n\t]+")


@dataclass(slots=True)
class _Field:
    instruction: str = ""
    shows: bool = False

    @property
    def name(self) -> str:
        words = self.instruction.split()
        return words[0].upper() if words else ""


@dataclass(slots=True)
class Inline:
    """What one paragraph holds.

    Attributes:
        boxes: contents of text boxes anchored in it, and lines of drawings.
        references: (`footnote` or `endnote`, id, mark) in order.
    """

    text: str = ""
    boxes: list[Any] = field(default_factory=list)
    references: list[tuple[str, str, str]] = field(default_factory=list)


class InlineReader:
    """Reads paragraphs of one document.

    Args:
        mark: gives the mark of the next foot- or endnote.
        diagram: gives the lines of a diagram by its relationship id.
    """

    def __init__(
        self,
        styles: Styles,
        notes: Notes,
        mark: Callable[[str], str],
        diagram: Callable[[str], list[str]],
    ) -> None:
        self._styles, self._notes, self._mark, self._diagram = styles, notes, mark, diagram
        self._parts: list[str] = []
        self._fields: list[_Field] = []
        self._found = Inline()

    def read(self, paragraph: Any) -> Inline:
        """The text of a paragraph and what hangs on it."""
        self._parts, self._fields, self._found = [], [], Inline()
        self._walk(paragraph, NOTHING)
        text = "".join(self._parts).replace("~~~~", "")
        # seen apart, and read as one number otherwise
        text = re.sub(r"(?<=\d)\t+(?=\d)", " | ", text)
        self._found.text = text.replace("\t", " ")
        return self._found

    def _walk(self, node: Any, look: Look) -> None:
        for child in node:
            if isinstance(child.tag, str) and child.tag not in _SKIPPED:
                self._take(child, look)

    def _take(self, node: Any, look: Look) -> None:
        handle = _HANDLERS.get(node.tag)
        if handle is None:
            self._walk(node, look)
        else:
            handle(self, node, look)

    def _say(self, text: str) -> None:
        if all(one.shows and one.name not in _PAGE_FIELDS for one in self._fields):
            self._parts.append(text)

    # --- runs ---------------------------------------------------------------------------------

    def _run(self, node: Any, look: Look) -> None:
        properties = node.find(f"{W}rPr")
        own = look_of(properties)
        named = None if properties is None else properties.find(f"{W}rStyle")
        if named is not None:
            own = own.over(self._styles.look(str(named.get(f"{W}val"))))
        own = own.over(look)
        if own.hidden and (properties is None or not is_on(properties.find(f"{W}specVanish"))):
            self._notes.add(NoteKind.HIDDEN_TEXT, int(_has_text(node)))
            return
        if own.struck and _has_text(node):
            self._notes.add(NoteKind.STRUCK_OUT)
            self._say("~~")
            self._walk(node, own)
            self._say("~~")
        else:
            self._walk(node, own)

    def _text(self, node: Any, look: Look) -> None:
        text = symbols.shown(look.font or "-", _BLANKS.sub(" ", node.text or ""))
        self._count_unknown(text, look.font or "")
        if look.raised == "superscript":
            text = raised(text)
        elif look.raised == "subscript" and self._after_digit() and _LOWERABLE.fullmatch(text):
            text = text.translate(_LOWERED)
        self._say(text)

    def _after_digit(self) -> bool:
        return bool(self._parts) and self._parts[-1][-1:].isdigit()

    def _count_unknown(self, text: str, font: str) -> None:
        detail = f" (font {font})" if font else ""
        self._notes.add(NoteKind.SYMBOL_UNKNOWN, text.count(symbols.UNKNOWN), detail)

    def _symbol(self, node: Any, look: Look) -> None:
        font, code = str(node.get(f"{W}font", "")), str(node.get(f"{W}char", ""))
        try:
            text = symbols.symbol(font, int(code, 16))
        except (ValueError, OverflowError):
            text = symbols.UNKNOWN
        self._count_unknown(text, font)
        self._say(text)

    def _tab(self, node: Any, look: Look) -> None:
        self._say("\t")

    def _break(self, node: Any, look: Look) -> None:
        self._say("\n")

    def _hyphen(self, node: Any, look: Look) -> None:
        self._say("-")

    def _ruby(self, node: Any, look: Look) -> None:
        for base in node.iterfind(f"{W}rubyBase"):
            self._walk(base, look)
        for above in node.iterfind(f"{W}rt"):
            self._say("(")
            self._walk(above, look)
            self._say(")")

    # --- fields -------------------------------------------------------------------------------

    def _field_mark(self, node: Any, look: Look) -> None:
        kind = node.get(f"{W}fldCharType")
        if kind == "begin":
            self._say(_form_value(node))
            self._fields.append(_Field())
        elif kind == "separate" and self._fields:
            self._fields[-1].shows = True
        elif kind == "end" and self._fields:
            ended = self._fields.pop()
            if ended.name == "SYMBOL" and not ended.shows:
                self._say(_symbol_field(ended.instruction))

    def _instruction(self, node: Any, look: Look) -> None:
        if self._fields and not self._fields[-1].shows:
            self._fields[-1].instruction += node.text or ""

    def _simple_field(self, node: Any, look: Look) -> None:
        self._fields.append(_Field(str(node.get(f"{W}instr", "")), shows=True))
        self._walk(node, look)
        self._fields.pop()

    # --- changes ------------------------------------------------------------------------------

    def _deleted(self, node: Any, look: Look) -> None:
        self._notes.add(NoteKind.DELETED_TEXT, int(_has_text(node)))

    def _inserted(self, node: Any, look: Look) -> None:
        self._notes.add(NoteKind.INSERTED_TEXT, int(_has_text(node)))
        self._walk(node, look)

    def _moved_away(self, node: Any, look: Look) -> None:
        self._notes.add(NoteKind.MOVED_TEXT, int(_has_text(node)))

    # --- what hangs on the paragraph ------------------------------------------------------------

    def _reference(self, node: Any, look: Look) -> None:
        kind = "footnote" if node.tag == f"{W}footnoteReference" else "endnote"
        mark = "" if is_on_attribute(node, "customMarkFollows") else f"[{self._mark(kind)}]"
        self._say(mark)
        self._found.references.append((kind, str(node.get(f"{W}id")), mark))

    def _equation(self, node: Any, look: Look) -> None:
        text = linear(node)
        if text:
            self._notes.add(NoteKind.EQUATIONS)
            self._say(text)

    def _box(self, node: Any, look: Look) -> None:
        self._found.boxes.append(node)

    def _drawn_text(self, node: Any, look: Look) -> None:
        lines = [
            "".join(part.text or "" for part in line.iter(f"{A}t")) for line in node.iter(f"{A}p")
        ]
        self._found.boxes += [line for line in lines if line.strip()]

    def _art(self, node: Any, look: Look) -> None:
        self._found.boxes.append(str(node.get("string", "")))

    def _picture(self, node: Any, look: Look) -> None:
        self._notes.add(NoteKind.PICTURES)

    def _chart(self, node: Any, look: Look) -> None:
        self._notes.add(NoteKind.CHARTS)

    def _object(self, node: Any, look: Look) -> None:
        if any(str(one.tag).endswith("}OLEObject") for one in node.iter()):
            self._notes.add(NoteKind.EMBEDDED)
        else:
            self._walk(node, look)

    def _diagram_lines(self, node: Any, look: Look) -> None:
        self._found.boxes += self._diagram(str(node.get(_DIAGRAM_DATA, "")))

    def _alternatives(self, node: Any, look: Look) -> None:
        """The first of several ways to say the same that says anything."""
        for one in node:
            before = len(self._parts), len(self._found.boxes)
            self._walk(one, look)
            if (len(self._parts), len(self._found.boxes)) != before or one.tag == f"{MC}Fallback":
                return


def _has_text(node: Any) -> bool:
    return any((one.text or "").strip() for one in node.iter(f"{W}t", f"{W}delText"))


def is_on_attribute(node: Any, name: str) -> bool:
    """Whether an attribute such as `w:customMarkFollows` is set."""
    return node.get(f"{W}{name}", "0") in ("1", "true", "on")


def _form_value(node: Any) -> str:
    """The state of a form field whose value is not text: a box, or a choice of a list."""
    box = node.find(f"{W}ffData/{W}checkBox")
    if box is not None:
        checked = box.find(f"{W}checked")
        return "☒" if is_on(box.find(f"{W}default") if checked is None else checked) else "☐"
    choices = node.find(f"{W}ffData/{W}ddList")
    if choices is None:
        return ""
    entries = [str(one.get(f"{W}val", "")) for one in choices.findall(f"{W}listEntry")]
    chosen = choices.find(f"{W}result")
    place = "0" if chosen is None else str(chosen.get(f"{W}val", "0"))
    return entries[int(place)] if place.isdigit() and int(place) < len(entries) else ""


def _symbol_field(instruction: str) -> str:
    """`SYMBOL 179 \\f "Symbol"`: a number of a font."""
    found = re.match(r"\s*SYMBOL\s+(0x[0-9a-f]+|\d+)", instruction, re.IGNORECASE)
    font = re.search(r'\\f\s+"?([^"\\]+)', instruction)
    if found is None:
        return ""
    code = int(found.group(1), 0)
    return symbols.symbol(font.group(1).strip() if font else "", code) if code < 0x110000 else ""


_HANDLERS: dict[str, Callable[[InlineReader, Any, Look], None]] = {
    f"{W}r": InlineReader._run,
    f"{W}t": InlineReader._text,
    f"{W}sym": InlineReader._symbol,
    f"{W}tab": InlineReader._tab,
    f"{W}ptab": InlineReader._tab,
    f"{W}br": InlineReader._break,
    f"{W}cr": InlineReader._break,
    f"{W}noBreakHyphen": InlineReader._hyphen,
    f"{W}ruby": InlineReader._ruby,
    f"{W}fldChar": InlineReader._field_mark,
    f"{W}instrText": InlineReader._instruction,
    f"{W}fldSimple": InlineReader._simple_field,
    f"{W}del": InlineReader._deleted,
    f"{W}ins": InlineReader._inserted,
    f"{W}moveFrom": InlineReader._moved_away,
    f"{W}footnoteReference": InlineReader._reference,
    f"{W}endnoteReference": InlineReader._reference,
    f"{M}oMath": InlineReader._equation,
    f"{W}txbxContent": InlineReader._box,
    f"{A}txBody": InlineReader._drawn_text,
    f"{_VML}textpath": InlineReader._art,
    f"{_VML}imagedata": InlineReader._picture,
    _PICTURE: InlineReader._picture,
    _CHART: InlineReader._chart,
    _DIAGRAM: InlineReader._diagram_lines,
    f"{W}object": InlineReader._object,
    f"{MC}AlternateContent": InlineReader._alternatives,
}

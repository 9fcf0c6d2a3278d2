"""What is typed, ticked, stamped and signed onto a PDF page, which is no part of its own text."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from bureau.kernel.retrieval.parsing.notes import NoteKind, Notes
from bureau.kernel.retrieval.parsing.pdfs.layout import Char, Line
from bureau.kernel.retrieval.parsing.pdfs.letters import letters_of

_WHITE = "\ufeff \t\r\n"
_HIDDEN = 0x02 | 0x20


@dataclass(slots=True)
class Marks:
    """Values that no letter on the page shows, each with its box."""

    values: list[tuple[str, tuple[float, float, float, float]]] = field(default_factory=list)


def marks_of(form: Any, page: Any, notes: Notes) -> Marks:
    """Ticks, values and notes of a page, from its annotations; margin comments are noted."""
    found = Marks()
    for pdfium, annotation in _annotations(page):
        kind = pdfium.FPDFAnnot_GetSubtype(annotation)
        if pdfium.FPDFAnnot_GetFlags(annotation) & _HIDDEN:
            continue
        if kind == pdfium.FPDF_ANNOT_TEXT and _string(pdfium, annotation, b"Contents"):
            notes.add(NoteKind.COMMENTS)
        elif kind == pdfium.FPDF_ANNOT_FREETEXT:
            found.values.append(
                (_string(pdfium, annotation, b"Contents"), _box(pdfium, annotation))
            )
        elif kind == pdfium.FPDF_ANNOT_FILEATTACHMENT:
            notes.add(NoteKind.EMBEDDED)
        elif kind == pdfium.FPDF_ANNOT_WIDGET and form is not None:
            value = _field_value(pdfium, form, annotation)
            found.values.append((value, _box(pdfium, annotation)))
    found.values = [
        (value.strip(_WHITE), box) for value, box in found.values if value.strip(_WHITE)
    ]
    return found


def _annotations(page: Any) -> Iterator[tuple[Any, Any]]:
    import pypdfium2.raw as pdfium

    for place in range(pdfium.FPDFPage_GetAnnotCount(page)):
        annotation = pdfium.FPDFPage_GetAnnot(page, place)
        if annotation:
            yield pdfium, annotation
            pdfium.FPDFPage_CloseAnnot(annotation)


def _field_value(pdfium: Any, form: Any, annotation: Any) -> str:
    kind = pdfium.FPDFAnnot_GetFormFieldType(form, annotation)
    if kind in (pdfium.FPDF_FORMFIELD_CHECKBOX, pdfium.FPDF_FORMFIELD_RADIOBUTTON):
        return "☒" if pdfium.FPDFAnnot_IsChecked(form, annotation) else "☐"
    if kind not in (
        pdfium.FPDF_FORMFIELD_TEXTFIELD,
        pdfium.FPDF_FORMFIELD_COMBOBOX,
        pdfium.FPDF_FORMFIELD_LISTBOX,
    ):
        return ""

    def read(buffer: Any, size: int) -> int:
        return int(pdfium.FPDFAnnot_GetFormFieldValue(form, annotation, buffer, size))

    return _text(pdfium, read)


def _string(pdfium: Any, annotation: Any, key: bytes) -> str:
    def read(buffer: Any, size: int) -> int:
        return int(pdfium.FPDFAnnot_GetStringValue(annotation, key, buffer, size))

    return _text(pdfium, read)


def _text(pdfium: Any, read: Any) -> str:
    """A string that PDFium copies into a buffer: UTF-16 with a zero behind it."""
    size = read(None, 0)
    if size <= 2:
        return ""
    buffer = ctypes.create_string_buffer(size)
    read(ctypes.cast(buffer, ctypes.POINTER(pdfium.FPDF_WCHAR)), size)
    return buffer.raw[: size - 2].decode("utf-16-le", errors="replace")


def _box(pdfium: Any, annotation: Any) -> tuple[float, float, float, float]:
    box = pdfium.FS_RECTF()
    pdfium.FPDFAnnot_GetRect(annotation, ctypes.byref(box))
    return box.left, min(box.bottom, box.top), box.right, max(box.bottom, box.top)


def drawn_into(page: Any) -> bool:
    """Draw what annotations look like into the page itself; true if there was anything."""
    import pypdfium2.raw as pdfium

    return bool(pdfium.FPDFPage_Flatten(page, pdfium.FLAT_NORMALDISPLAY) == pdfium.FLATTEN_SUCCESS)


def added_lines(
    textpage: Any, whole: tuple[float, float, float, float], before: int, marks: Marks
) -> list[Line]:
    """Lines that annotations added to a page, and values that their looks do not show.

    Args:
        before: how many letters the page had without them.
    """
    shown = letters_of(textpage, whole, before)
    lines = list(shown.lines)
    for value, box in marks.values:
        if value in "☒☐":
            lines = [line for line in lines if not _centre_inside(line, box)]
            lines.append(_as_line(value, box))
        elif not any(_centre_inside(line, box) for line in shown.lines):
            lines.append(_as_line(value, box))
    return lines


def _centre_inside(line: Line, box: tuple[float, float, float, float]) -> bool:
    left, bottom, right, top = box
    middle = (line.left + line.right) / 2, (line.bottom + line.top) / 2
    return left <= middle[0] <= right and bottom <= middle[1] <= top


def _as_line(text: str, box: tuple[float, float, float, float]) -> Line:
    left, bottom, right, top = box
    width = (right - left) / max(len(text), 1)
    flat = " ".join(text.split())
    return Line(
        [
            Char(char, left + place * width, bottom, left + (place + 1) * width, top)
            for place, char in enumerate(flat)
        ]
    )

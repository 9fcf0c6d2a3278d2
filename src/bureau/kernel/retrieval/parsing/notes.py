"""What a reader left out, guessed or could not read: notes that stay with the document.

A reader that passes over something notes it, whatever it is; nothing is dropped in silence.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum


class NoteKind(StrEnum):
    """What happened, for programs; new kinds may come, clients show the message of any."""

    # left out
    PICTURES = "PICTURES"
    CHARTS = "CHARTS"
    EMBEDDED = "EMBEDDED"
    COMMENTS = "COMMENTS"
    DELETED_TEXT = "DELETED_TEXT"
    HIDDEN_TEXT = "HIDDEN_TEXT"
    MOVED_TEXT = "MOVED_TEXT"
    FRONT_MATTER = "FRONT_MATTER"
    ATTACHMENT = "ATTACHMENT"
    # guessed
    INSERTED_TEXT = "INSERTED_TEXT"
    STRUCK_OUT = "STRUCK_OUT"
    ENCODING_GUESSED = "ENCODING_GUESSED"
    READ_BY_OCR = "READ_BY_OCR"
    TURNED = "TURNED"
    NUMBERING = "NUMBERING"
    EQUATIONS = "EQUATIONS"
    # could not be read
    SYMBOL_UNKNOWN = "SYMBOL_UNKNOWN"
    LETTERS_UNSURE = "LETTERS_UNSURE"
    CHARACTERS_LOST = "CHARACTERS_LOST"
    FONT_WITHOUT_MAP = "FONT_WITHOUT_MAP"
    PAGE_NOT_READ = "PAGE_NOT_READ"
    OCR_UNSURE = "OCR_UNSURE"
    PART_DAMAGED = "PART_DAMAGED"


# (one, several); {n} is how many, {detail} what else there is to say
_SENTENCES: dict[NoteKind, tuple[str, str]] = {
    NoteKind.PICTURES: (
        "1 picture was left out; words inside it are not read.",
        "{n} pictures were left out; words inside them are not read.",
    ),
    NoteKind.CHARTS: ("1 chart was left out.", "{n} charts were left out."),
    NoteKind.EMBEDDED: (
        "1 embedded document or object was left out.",
        "{n} embedded documents or objects were left out.",
    ),
    NoteKind.COMMENTS: (
        "1 comment in the margin was left out.",
        "{n} comments in the margin were left out.",
    ),
    NoteKind.DELETED_TEXT: (
        "1 deletion that is marked as a change was left out.",
        "{n} deletions that are marked as changes were left out.",
    ),
    NoteKind.HIDDEN_TEXT: (
        "1 stretch of hidden text was left out.",
        "{n} stretches of hidden text were left out.",
    ),
    NoteKind.MOVED_TEXT: (
        "1 stretch of text that was moved is read at its new place only.",
        "{n} stretches of text that were moved are read at their new place only.",
    ),
    NoteKind.FRONT_MATTER: (
        "The block of settings at the top of the file was left out.",
        "{n} blocks of settings at the top of files were left out.",
    ),
    NoteKind.ATTACHMENT: (
        "1 attachment was not read: {detail}.",
        "{n} attachments were not read: {detail}.",
    ),
    NoteKind.INSERTED_TEXT: (
        "1 insertion that is marked as a change was read as accepted.",
        "{n} insertions that are marked as changes were read as accepted.",
    ),
    NoteKind.STRUCK_OUT: (
        "1 stretch of text is crossed out; it stands between ~~ and ~~.",
        "{n} stretches of text are crossed out; they stand between ~~ and ~~.",
    ),
    NoteKind.ENCODING_GUESSED: (
        "The file does not say how its letters are encoded; it was read as {detail}.",
        "The file does not say how its letters are encoded; it was read as {detail}.",
    ),
    NoteKind.READ_BY_OCR: (
        "1 page is a picture and was read by {detail}; check its figures against the page.",
        "{n} pages are pictures and were read by {detail}; check their figures against the page.",
    ),
    NoteKind.TURNED: (
        "1 page lay on its side or upside down and was turned to be read.",
        "{n} pages lay on their side or upside down and were turned to be read.",
    ),
    NoteKind.NUMBERING: (
        "1 number in front of a paragraph is of a kind that was written as 1, 2, 3.",
        "{n} numbers in front of paragraphs are of a kind that was written as 1, 2, 3.",
    ),
    NoteKind.EQUATIONS: (
        "1 equation was written out on one line.",
        "{n} equations were written out on one line each.",
    ),
    NoteKind.SYMBOL_UNKNOWN: (
        "1 symbol could not be read and stands as \ufffd{detail}.",
        "{n} symbols could not be read and stand as \ufffd{detail}.",
    ),
    NoteKind.LETTERS_UNSURE: (
        "1 letter has no sure meaning in the file and may be read wrong.",
        "{n} letters have no sure meaning in the file and may be read wrong.",
    ),
    NoteKind.CHARACTERS_LOST: (
        "1 character could not be decoded and stands as \ufffd.",
        "{n} characters could not be decoded and stand as \ufffd.",
    ),
    NoteKind.FONT_WITHOUT_MAP: (
        "The letters of 1 page have no meaning in the file{detail}; its text may be wrong.",
        "The letters of {n} pages have no meaning in the file{detail}; their text may be wrong.",
    ),
    NoteKind.PAGE_NOT_READ: (
        "1 page was not read: {detail}.",
        "{n} pages were not read: {detail}.",
    ),
    NoteKind.OCR_UNSURE: (
        "1 page was hard to read as a picture ({detail}); its text may be wrong.",
        "{n} pages were hard to read as pictures ({detail}); their text may be wrong.",
    ),
    NoteKind.PART_DAMAGED: (
        "1 part of the document is damaged and was left out{detail}.",
        "{n} parts of the document are damaged and were left out{detail}.",
    ),
}
# that many of a kind's details are named
_MOST_DETAILS = 5


@dataclass(frozen=True, slots=True)
class Note:
    """One thing that is to be known about the text of a page.

    Attributes:
        kind: what happened.
        count: how often on this page.
        detail: what fits into the kind's sentence: an engine, a font, a reason.
    """

    kind: NoteKind
    count: int = 1
    detail: str = ""


@dataclass(slots=True)
class Notes:
    """Notes that gather while a page is read."""

    _counted: Counter[tuple[NoteKind, str]] = field(default_factory=Counter)

    def add(self, kind: NoteKind, count: int = 1, detail: str = "") -> None:
        """Note something `count` times."""
        if count > 0:
            self._counted[kind, detail] += count

    def all(self) -> list[Note]:
        """What was noted, in the order in which it first was."""
        return [Note(kind, count, detail) for (kind, detail), count in self._counted.items()]


@dataclass(slots=True)
class _Gathered:
    count: int = 0
    pages: list[int] = field(default_factory=list)
    details: list[str] = field(default_factory=list)


def summary(pages: Iterable[tuple[int | None, Iterable[Note]]]) -> list[dict[str, object]]:
    """The notes of a whole document by kind: `kind`, `count`, `pages`, `message`.

    Args:
        pages: number and notes of each page; no number for a format without pages.
    """
    kinds: dict[NoteKind, _Gathered] = {}
    for number, notes in pages:
        for note in notes:
            gathered = kinds.setdefault(NoteKind(note.kind), _Gathered())
            gathered.count += note.count
            if number is not None and number not in gathered.pages:
                gathered.pages.append(number)
            if note.detail and note.detail not in gathered.details:
                gathered.details.append(note.detail)
    return [
        {"kind": kind.value, "count": one.count, "pages": one.pages, "message": _message(kind, one)}
        for kind, one in kinds.items()
    ]


def _message(kind: NoteKind, gathered: _Gathered) -> str:
    named = gathered.details[:_MOST_DETAILS]
    if len(gathered.details) > _MOST_DETAILS:
        named.append("…")
    sentence = _SENTENCES[kind][gathered.count != 1]
    return sentence.format(n=f"{gathered.count:,}", detail=", ".join(named))

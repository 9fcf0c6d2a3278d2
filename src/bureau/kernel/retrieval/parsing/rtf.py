"""Rich text (`.rtf`)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from bureau.kernel.retrieval.parsing.headings import headings_in
from bureau.kernel.retrieval.parsing.notes import NoteKind, Notes
from bureau.kernel.retrieval.parsing.pages import Overview, ParsedPage, Unreadable, clean
from bureau.kernel.retrieval.parsing.plain import checked

# control symbols that the library passes over: hyphens that do not break, and those that may
_HARD_HYPHEN, _SOFT_HYPHEN = re.compile(r"(?<!\\)\\_"), re.compile(r"(?<!\\)\\-")
_DELETED = re.compile(r"\\deleted\b(?!0)")
_PICTURE, _OBJECT = re.compile(r"\\pict\b"), re.compile(r"\\object\b")


def parse(path: Path) -> Iterator[Overview | ParsedPage]:
    """The whole document as one page.

    Raises:
        Unreadable: damaged, or too long.
    """
    from striprtf.striprtf import rtf_to_text

    yield Overview(None)
    notes = Notes()
    source = path.read_bytes().decode("latin-1")
    notes.add(NoteKind.PICTURES, len(_PICTURE.findall(source)))
    notes.add(NoteKind.EMBEDDED, len(_OBJECT.findall(source)))
    notes.add(NoteKind.DELETED_TEXT, len(_DELETED.findall(source)))
    source = _SOFT_HYPHEN.sub("", _HARD_HYPHEN.sub("-", source))
    try:
        text = clean(checked(rtf_to_text(source, errors="replace")))
    except (ValueError, IndexError, KeyError, LookupError):
        raise Unreadable("DAMAGED", "The rich text document is damaged.") from None
    notes.add(NoteKind.CHARACTERS_LOST, text.count("\ufffd"))
    yield ParsedPage(1, text, headings_in(text), notes=notes.all())

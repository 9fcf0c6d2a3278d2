"""Text, Markdown and HTML of every day: what is seen is read, in the letters it was written in."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest

from bureau.kernel.errors import InvalidInput
from bureau.kernel.files.naming import called
from bureau.kernel.files.sniffing import media_type_of
from bureau.kernel.retrieval.files import format_of
from bureau.kernel.retrieval.parsing.pages import ParsedPage
from bureau.kernel.retrieval.parsing.readers import parts_of
from tests.inputs.papers import lines, pdf


def kind(content: bytes, name: str) -> str:
    return str(format_of(media_type_of(BytesIO(content)), name))


def read(tmp_path: Path, content: bytes, name: str) -> ParsedPage:
    file = tmp_path / "file"
    file.write_bytes(content)
    page = list(parts_of(kind(content, name), file, "eng"))[-1]
    assert isinstance(page, ParsedPage)
    return page


def notes(page: ParsedPage) -> dict[str, int]:
    return {note.kind.value: note.count for note in page.notes}


TEXTS = {
    "UTF-16 of Notepad": ("Grüße, Привет\r\n".encode("utf-16"), "a.txt", "Grüße, Привет", {}),
    "UTF-16, big end first": (b"\xfe\xff" + "नमस्ते".encode("utf-16-be"), "a.txt", "नमस्ते", {}),
    "UTF-8 with its mark": (b"\xef\xbb\xbfBett 3", "a.txt", "Bett 3", {}),
    "an old code page": ("Größe 3".encode("cp1252"), "a.txt", "Größe 3", {"ENCODING_GUESSED": 1}),
    "text that begins with a bracket": (b"<<< Ward 4 >>>\nBeds: 8", "a.txt", "<<< Ward 4 >>>\nBeds: 8", {}),
    "Markdown that begins with HTML": (b"<p align=\"center\">Logo</p>\n\n# Beds\n\nEight.", "a.md", '<p align="center">Logo</p>\n\n# Beds\n\nEight.', {}),
    "Markdown that begins with a comment": (b"<!-- draft -->\n\n# Beds\n\nEight.", "a.md", "<!-- draft -->\n\n# Beds\n\nEight.", {}),
    "front matter": (b"---\ntitle: Beds\ndraft: true\n---\n# Beds\n\nEight.", "a.md", "# Beds\n\nEight.", {"FRONT_MATTER": 1}),
    "a line between two paragraphs": (b"---\n\nEight.\n\n---\n", "a.md", "---\n\nEight.\n\n---", {}),
    "XHTML": (b'<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE html PUBLIC "x" "y">\n<html xmlns="http://www.w3.org/1999/xhtml"><body><p>Beds</p><p>8</p></body></html>', "a.html", "Beds\n\n8", {}),
    "a part of a page": (b"<div>Dear Ana,<br>see you on 3 May.</div>", "mail.html", "Dear Ana,\nsee you on 3 May.", {}),
    "a declared code page": ('<html><head><meta charset=iso-8859-2></head><body>Zgłoszenie, Łódź</body></html>'.encode("iso-8859-2"), "a.html", "Zgłoszenie, Łódź", {}),
    "a declared code page, the old way": ('<html><head><meta http-equiv="Content-Type" content="text/html; charset=windows-1251"></head><body>Привет</body></html>'.encode("cp1251"), "a.html", "Привет", {}),
    "hidden parts": (b'<html><body><div style="color:red; display: none">preheader</div><p hidden>x</p><p>seen</p></body></html>', "a.html", "seen", {"HIDDEN_TEXT": 2}),
    "lines that are set": (b"<html><body><pre>Mon  08:00\nTue  09:00</pre></body></html>", "a.html", "Mon  08:00\nTue  09:00", {}),
    "raised digits": (b"<html><body><p>4 x 10<sup>9</sup>/L on the 3<sup>rd</sup></p></body></html>", "a.html", "4 x 10⁹/L on the 3rd", {}),
    "crossed out": (b"<html><body><p><del>500</del> 250 mg</p></body></html>", "a.html", "~~500~~ 250 mg", {"STRUCK_OUT": 1}),
    "numbered lists": (b'<html><body><ol start="3"><li>A</li><li>B</li></ol></body></html>', "a.html", "3. A\n4. B", {}),
    "paragraphs of a cell": (b"<html><body><table><tr><td><p>Amoxicillin</p></td><td><p>500 mg</p><p>3 times daily</p></td></tr><tr><td>2</td><td>400 mg</td></tr></table></body></html>", "a.html", "Amoxicillin | 500 mg; 3 times daily\n2 | 400 mg", {}),
    "a form": (b'<html><body><p>Name <input value="Ana"> <input type=checkbox checked>fasting</p></body></html>', "a.html", "Name Ana ☒ fasting", {}),
}  # fmt: skip


@pytest.mark.parametrize("name", TEXTS)
def test_a_text_is_read_as_it_is_seen(tmp_path: Path, name: str) -> None:
    content, filename, text, said = TEXTS[name]
    page = read(tmp_path, content, filename)
    assert (page.text, notes(page)) == (text, said)


def test_a_pdf_may_begin_late_and_a_text_about_pdfs_is_a_text() -> None:
    content = pdf(lines("late"))
    assert kind(b"\r\n\r\n" + content, "a.pdf") == "pdf"
    assert kind(b"A PDF begins with %PDF-1.4 always.", "a.txt") == "text"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "an old Excel workbook"),
        (b"\x89PNG\r\n\x1a\n" + bytes(40), "a picture"),
        (b"\x1aE\xdf\xa3" + bytes(40), "video"),
    ],
)
def test_kinds_are_called_what_people_call_them(content: bytes, words: str) -> None:
    assert words in called(media_type_of(BytesIO(content)))


def test_what_is_no_document_is_refused_by_its_name() -> None:
    with pytest.raises(InvalidInput, match="The file's content is a ZIP archive; expected a PDF"):
        format_of("application/zip", "many.zip")

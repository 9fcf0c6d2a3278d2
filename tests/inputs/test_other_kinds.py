"""OpenDocument, rich text, e-books, presentations, workbooks, e-mails and pictures of pages."""

from __future__ import annotations

from email.message import EmailMessage
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest

from bureau.kernel.files.sniffing import media_type_of
from bureau.kernel.retrieval.files import format_of
from bureau.kernel.retrieval.parsing.ocr import tesseract
from bureau.kernel.retrieval.parsing.pages import Overview, ParsedPage
from bureau.kernel.retrieval.parsing.readers import parts_of
from tests.inputs.papers import lines, pdf, picture_of
from tests.inputs.word import NAMESPACES, p, packed, word

ODF = "urn:oasis:names:tc:opendocument:xmlns:"
ODF_NAMES = " ".join(
    f'xmlns:{prefix}="{ODF}{name}:1.0"'
    for prefix, name in [("office", "office"), ("text", "text"), ("table", "table"), ("draw", "drawing"), ("style", "style")]
)  # fmt: skip


def read(tmp_path: Path, content: bytes, name: str) -> list[ParsedPage]:
    file = tmp_path / "file"
    file.write_bytes(content)
    format_ = format_of(media_type_of(BytesIO(content)), name)
    overview, *pages = parts_of(str(format_), file, "eng")
    assert isinstance(overview, Overview)
    return [page for page in pages if isinstance(page, ParsedPage)]


def notes(page: ParsedPage) -> dict[str, int]:
    return {note.kind.value: note.count for note in page.notes}


def test_an_opendocument_text(tmp_path: Path) -> None:
    automatic = (
        '<style:style style:name="T1"><style:text-properties style:text-position="super 58%"/></style:style>'
        '<text:list-style style:name="L1"><text:list-level-style-number text:level="1" style:num-suffix="." style:num-format="1"/></text:list-style>'
    )
    body = (
        '<text:tracked-changes><text:changed-region><text:deletion><text:p>old</text:p></text:deletion></text:changed-region></text:tracked-changes>'
        '<text:h text:outline-level="1">Leaflet</text:h>'
        '<text:p>10<text:span text:style-name="T1">9</text:span>/L<text:note><text:note-citation>1</text:note-citation>'
        "<text:note-body><text:p>at most 10 mmol</text:p></text:note-body></text:note></text:p>"
        '<text:list text:style-name="L1"><text:list-item><text:p>Wash.</text:p></text:list-item><text:list-item><text:p>Dry.</text:p></text:list-item></text:list>'
        "<table:table><table:table-row><table:table-cell><text:p>Adults</text:p></table:table-cell>"
        "<table:table-cell><text:p>500 mg</text:p><text:p>daily</text:p></table:table-cell></table:table-row></table:table>"
        "<text:p><draw:frame><draw:text-box><text:p>Boxed.</text:p></draw:text-box></draw:frame></text:p>"
    )  # fmt: skip
    content = f"<office:document-content {ODF_NAMES}><office:automatic-styles>{automatic}</office:automatic-styles><office:body><office:text>{body}</office:text></office:body></office:document-content>"
    styles = f"<office:document-styles {ODF_NAMES}><office:master-styles><style:master-page><style:header><text:p>Ward 4</text:p></style:header></style:master-page></office:master-styles></office:document-styles>"
    made = packed(
        {
            "mimetype": "application/vnd.oasis.opendocument.text",
            "content.xml": content,
            "styles.xml": styles,
        }
    )
    (page,) = read(tmp_path, made, "a.odt")
    assert page.text == (
        "Ward 4\n\nLeaflet\n\n10⁹/L[1]\n\n[1] at most 10 mmol\n\n1. Wash.\n\n2. Dry.\n\n"
        "Adults | 500 mg; daily\n\nBoxed."
    )
    assert [title for _, title in page.headings] == ["Leaflet"]
    assert notes(page) == {"DELETED_TEXT": 1}


def test_rich_text(tmp_path: Path) -> None:
    source = rb"{\rtf1\ansi\ansicpg1252 Give 10\_15 mg, 50 \'b5g \u8805?5\par Twice daily.}"
    (page,) = read(tmp_path, source, "a.rtf")
    assert page.text.replace("\n\n", "\n") == "Give 10-15 mg, 50 µg ≥5\nTwice daily."


def test_an_e_book(tmp_path: Path) -> None:
    container = '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles><rootfile full-path="OPS/book.opf"/></rootfiles></container>'
    book = (
        '<package xmlns="http://www.idpf.org/2007/opf"><manifest><item id="b" href="two.xhtml"/><item id="a" href="one.xhtml"/>'
        '<item id="c" href="lost.xhtml"/></manifest><spine><itemref idref="a"/><itemref idref="b"/><itemref idref="c"/></spine></package>'
    )
    made = packed(
        {
            "mimetype": "application/epub+zip",
            "META-INF/container.xml": container,
            "OPS/book.opf": book,
            "OPS/one.xhtml": "<html><body><h1>One</h1><p>first</p></body></html>",
            "OPS/two.xhtml": "<html><body><h1>Two</h1><p>second</p></body></html>",
        }
    )
    (page,) = read(tmp_path, made, "a.epub")
    assert page.text == "One\n\nfirst\n\nTwo\n\nsecond"
    assert notes(page) == {"PART_DAMAGED": 1}


def test_a_presentation_has_a_page_a_slide(tmp_path: Path) -> None:
    names = NAMESPACES + ' xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"'
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
    rels = "http://schemas.openxmlformats.org/package/2006/relationships"

    def slide(title: str, text: str) -> str:
        shape = "<p:sp><p:nvSpPr><p:nvPr>{}</p:nvPr></p:nvSpPr><p:txBody><a:p><a:r><a:t>{}</a:t></a:r></a:p></p:txBody></p:sp>"
        shapes = (
            shape.format('<p:ph type="title"/>', title)
            + shape.format("", text)
            + shape.format('<p:ph type="sldNum"/>', "7")
        )
        return f"<p:sld {names}><p:cSld><p:spTree>{shapes}<p:pic/></p:spTree></p:cSld></p:sld>"

    made = packed(
        {
            "ppt/presentation.xml": f'<p:presentation {names}><p:sldIdLst><p:sldId r:id="r2"/><p:sldId r:id="r1"/></p:sldIdLst></p:presentation>',
            "ppt/_rels/presentation.xml.rels": f'<Relationships xmlns="{rels}"><Relationship Id="r1" Type="{kind}slide" Target="slides/slide1.xml"/><Relationship Id="r2" Type="{kind}slide" Target="slides/slide2.xml"/></Relationships>',
            "ppt/slides/slide1.xml": slide("Later", "second"),
            "ppt/slides/slide2.xml": slide("First", "one"),
        }
    )
    pages = read(tmp_path, made, "a.pptx")
    assert [page.text for page in pages] == ["First\n\none", "Later\n\nsecond"]
    assert notes(pages[0]) == {"PICTURES": 1}


def test_a_workbook_has_a_page_a_sheet(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.title = "Tariff"
    book.active.append(["Parking per day", 8])
    book.active.append(["Telephone per week", 6.5])
    book.create_sheet("Beds").append(["Ward 4", 12])
    out = BytesIO()
    book.save(out)
    pages = read(tmp_path, out.getvalue(), "a.xlsx")
    assert [page.text for page in pages] == [
        "Tariff\n\nParking per day | 8\nTelephone per week | 6.5",
        "Beds\n\nWard 4 | 12",
    ]
    assert [page.label for page in pages] == ["Tariff", "Beds"]


def test_an_e_mail_with_its_attachments(tmp_path: Path) -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "ana@example.org", "li@example.org", "Grüße"
    mail.set_content("Die Größe ist 3.")
    mail.add_alternative("<p>Die Größe ist 3.</p>", subtype="html")
    mail.add_attachment(
        word(p("Ten beds.")), maintype="application", subtype="x", filename="beds.docx"
    )
    mail.add_attachment(
        b"\x00\x01", maintype="application", subtype="octet-stream", filename="x.bin"
    )
    (page,) = read(tmp_path, mail.as_bytes(), "a.eml")
    assert page.text == (
        "From: ana@example.org\nTo: li@example.org\nSubject: Grüße\n\n"
        "Die Größe ist 3.\n\nbeds.docx\n\nTen beds."
    )
    assert [(note.kind.value, note.detail) for note in page.notes] == [("ATTACHMENT", "x.bin")]


@pytest.mark.parametrize("engine", ["usual", "rapidocr"])
def test_a_picture_of_a_page(tmp_path: Path, engine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if engine == "rapidocr":
        monkeypatch.setattr(tesseract, "is_installed", lambda: False)
    image = picture_of(pdf(lines("Give 2.5 ml three times daily.", "Ward 4 has twelve beds.")))
    out = BytesIO()
    image.save(out, "PNG")
    (page,) = read(tmp_path, out.getvalue(), "photo.png")
    assert "Give 2.5 ml three times daily." in page.text
    assert notes(page)["READ_BY_OCR"] == 1

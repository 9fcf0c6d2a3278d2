"""Word files: the text as it stands on the paper, and what the reader says that it left out."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import NamedTuple

import docx as python_docx
import pytest

from bureau.kernel.retrieval.parsing import docx
from bureau.kernel.retrieval.parsing.pages import ParsedPage
from tests.inputs.word import field, level, listed, lists, p, packed, r, table, word


class Case(NamedTuple):
    """A file, its text, and the reader's notes: kind -> how often."""

    file: bytes
    text: str
    notes: dict[str, int] = {}


def symbol(code: str, font: str = "Symbol") -> str:
    return f'<w:r><w:sym w:font="{font}" w:char="{code}"/></w:r>'


HYPHEN = "<w:r><w:t>10</w:t><w:noBreakHyphen/><w:t>15 mg</w:t></w:r>"
SYMBOLS = '<w:rFonts w:ascii="Symbol" w:hAnsi="Symbol"/>'
SUPER = '<w:vertAlign w:val="superscript"/>'
SUB = '<w:vertAlign w:val="subscript"/>'
TEXT_BOX = (
    "<w:txbxContent>" + p("Assembly point") + p("North car park, bay 14") + "</w:txbxContent>"
)
BOX = (
    '<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wp:anchor><a:graphic>'
    f"<a:graphicData><wps:wsp><wps:txbx>{TEXT_BOX}</wps:txbx></wps:wsp></a:graphicData></a:graphic>"
    "</wp:anchor></w:drawing></mc:Choice><mc:Fallback><w:pict><v:textbox>"
    f"{TEXT_BOX}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
)
PICTURE = "<w:r><w:drawing><a:graphic><a:graphicData><pic:pic/></a:graphicData></a:graphic></w:drawing></w:r>"
CHART = "<w:r><w:drawing><a:graphic><a:graphicData><c:chart/></a:graphicData></a:graphic></w:drawing></w:r>"
DIAGRAM = '<w:r><w:drawing><a:graphic><a:graphicData><dgm:relIds r:dm="diagramData1"/></a:graphicData></a:graphic></w:drawing></w:r>'
OBJECT = "<w:r><w:object><v:shape><v:imagedata/></v:shape><o:OLEObject/></w:object></w:r>"
FRACTION = (
    "<m:oMath><m:r><m:t>c=</m:t></m:r><m:f><m:num><m:r><m:t>m+2</m:t></m:r></m:num>"
    "<m:den><m:r><m:t>V</m:t></m:r></m:den></m:f></m:oMath>"
)
POWER = "<m:oMath><m:sSup><m:e><m:r><m:t>10</m:t></m:r></m:e><m:sup><m:r><m:t>9</m:t></m:r></m:sup></m:sSup></m:oMath>"
ROOT = (
    "<m:oMath><m:rad><m:radPr/><m:deg/><m:e><m:r><m:t>ab</m:t></m:r></m:e></m:rad>"
    "<m:nary><m:naryPr><m:chr m:val='∑'/></m:naryPr><m:sub><m:r><m:t>i=1</m:t></m:r></m:sub>"
    "<m:sup><m:r><m:t>n</m:t></m:r></m:sup><m:e><m:sSub><m:e><m:r><m:t>x</m:t></m:r></m:e>"
    "<m:sub><m:r><m:t>i</m:t></m:r></m:sub></m:sSub></m:e></m:nary></m:oMath>"
)
NESTED = table(["Room 12", "Radiology"], ["Room 15", "Laboratory"])
MERGED = (
    '<w:tc><w:tcPr><w:vMerge w:val="{}"/></w:tcPr>{}</w:tc><w:tc>{}</w:tc>'  # a cell over two rows
)
CHECKBOX = "<w:sdt><w:sdtPr/><w:sdtContent><w:r><w:t>☒</w:t></w:r></w:sdtContent></w:sdt>"
FORM_BOX = (
    '<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:checkBox><w:default w:val="0"/>'
    "<w:checked/></w:checkBox></w:ffData></w:fldChar></w:r><w:r><w:instrText>FORMCHECKBOX"
    '</w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'
)
FORM_CHOICE = (
    '<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:ddList><w:result w:val="1"/>'
    '<w:listEntry w:val="once daily"/><w:listEntry w:val="twice daily"/></w:ddList></w:ffData>'
    '</w:fldChar></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'
)
MOVED = "<w:moveFrom>" + r("Keep refrigerated. ") + "</w:moveFrom>"
SECTION = '<w:sectPr><w:headerReference w:type="default" r:id="header1"/><w:footerReference w:type="default" r:id="footer1"/>{}</w:sectPr>'
THREE = (
    level(0, "decimal", "%1.") + level(1, "lowerLetter", "%1.%2)") + level(2, "lowerRoman", "(%3)")
)
RESTARTED = (
    '<w:num w:numId="2"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0">'
    '<w:startOverride w:val="1"/></w:lvlOverride></w:num>'
)
LINKED_STYLE = (
    '<w:style w:styleId="Clause"><w:name w:val="Clause"/><w:pPr><w:numPr><w:numId w:val="1"/>'
    '</w:numPr></w:pPr></w:style><w:style w:styleId="Sub"><w:name w:val="Sub"/><w:basedOn w:val="Clause"/></w:style>'
)


def note(key: int, text: str) -> str:
    return p(text) if key < 0 else f'<w:footnote w:id="{key}">{p(text)}</w:footnote>'


CASES = {
    # --- characters ---
    "a hyphen that does not break": Case(word(p(HYPHEN)), "10-15 mg"),
    "a hyphen at which a word may break": Case(
        word(p("<w:r><w:t>peni</w:t><w:softHyphen/><w:t>cillin</w:t></w:r>")), "penicillin"
    ),
    "micro as an inserted symbol": Case(word(p("50 ", symbol("F06D"), "g")), "50 µg"),
    "comparisons and Greek letters": Case(
        word(p(symbol("F0B3"), " 5 ", symbol("F0A3"), " 9 ", symbol("F0B1"), "2 ", symbol("F061"))),
        "≥ 5 ≤ 9 ±2 α",
    ),
    "a symbol given without the private prefix": Case(word(p(symbol("B0"), "C")), "°C"),
    "ticks and boxes": Case(
        word(p(symbol("F0FE", "Wingdings"), symbol("F0A8", "Wingdings"), symbol("F0E0", "Wingdings"))),
        "☑☐→",
    ),
    "a symbol of a font that nobody knows": Case(
        word(p("50 ", symbol("F041", "Hospital Icons"), "g")), "50 \ufffdg", {"SYMBOL_UNKNOWN": 1}
    ),
    "letters set in the font Symbol": Case(word(p("50 ", r("m", SYMBOLS), "g")), "50 µg"),
    "private characters set in Symbol": Case(word(p(r("\uf0b3", SYMBOLS), " 5")), "≥ 5"),
    "a symbol field": Case(word(p(field('SYMBOL 179 \\f "Symbol"'), "5")), "≥5"),
    "tabs keep numbers apart": Case(
        word(p("<w:r><w:t>2</w:t><w:tab/><w:t>400 mg tablets</w:t></w:r>")), "2 | 400 mg tablets"
    ),
    "line breaks": Case(word(p("<w:r><w:t>one</w:t><w:br/><w:t>two</w:t></w:r>")), "one\ntwo"),
    "raised digits": Case(word(p("4.5 × 10", r("9", SUPER), "/L, 5 m", r("2", SUPER))), "4.5 × 10⁹/L, 5 m²"),
    "lowered digits": Case(word(p("SpO", r("2", SUB), " 5", r("1", SUB))), "SpO2 5₁"),
    "text above text": Case(
        word(p("<w:r><w:ruby><w:rt>" + r("kusuri") + "</w:rt><w:rubyBase>" + r("薬") + "</w:rubyBase></w:ruby></w:r>")),
        "薬(kusuri)",
    ),
    "hidden text": Case(word(p("seen", r(" unseen", "<w:vanish/>"))), "seen", {"HIDDEN_TEXT": 1}),
    "crossed out": Case(
        word(p(r("500 mg", "<w:strike/>"), " 250 mg")), "~~500 mg~~ 250 mg", {"STRUCK_OUT": 1}
    ),
    # --- changes ---
    "deleted and inserted": Case(
        word(p("Give ", "<w:del><w:r><w:delText>500</w:delText></w:r></w:del>", "<w:ins>" + r("250") + "</w:ins>", " mg")),
        "Give 250 mg",
        {"DELETED_TEXT": 1, "INSERTED_TEXT": 1},
    ),
    "moved": Case(
        word(p(MOVED, "Shake.") + p("<w:moveTo>" + r("Keep refrigerated.") + "</w:moveTo>")),
        "Shake.\n\nKeep refrigerated.",
        {"MOVED_TEXT": 1},
    ),
    "a paragraph's end deleted": Case(
        word(p("Take ", properties="<w:rPr><w:del/></w:rPr>") + p("two.")), "Take two."
    ),
    "a deleted row": Case(
        word("<w:tbl><w:tr><w:trPr><w:del/></w:trPr><w:tc>" + p("old") + "</w:tc></w:tr>"
             "<w:tr><w:tc>" + p("a") + "</w:tc><w:tc>" + p("b") + "</w:tc></w:tr></w:tbl>"),
        "a | b",
        {"DELETED_TEXT": 1},
    ),
    "comments": Case(
        word(p("Text", '<w:r><w:commentReference w:id="0"/></w:r>'), comments=f'<w:comment w:id="0">{p("Really?")}</w:comment>'),
        "Text",
        {"COMMENTS": 1},
    ),
    # --- tables ---
    "paragraphs of a cell": Case(
        word(table(["Amoxicillin", p("500 mg") + p("3 times daily") + p("7 days")])),
        "Amoxicillin | 500 mg; 3 times daily; 7 days",
    ),
    "numbers of two cells": Case(word(table(["2", "400 mg tablets"])), "2 | 400 mg tablets"),
    "a table in a cell": Case(
        word(table(["Ground floor", NESTED + p("")])),
        "Ground floor | Room 12, Radiology; Room 15, Laboratory",
    ),
    "a frame of one cell": Case(word(table([p("Warning") + p("Do not swallow.")])), "Warning\n\nDo not swallow."),
    "a cell over two rows": Case(
        word("<w:tbl><w:tr>" + MERGED.format("restart", p("Ibuprofen"), p("200 mg")) + "</w:tr><w:tr>"
             + MERGED.format("continue", p(""), p("400 mg")) + "</w:tr></w:tbl>"),
        "Ibuprofen | 200 mg\nIbuprofen | 400 mg",
    ),
    "a row in a content control": Case(
        word("<w:tbl><w:sdt><w:sdtContent><w:tr><w:tc>" + p("a") + "</w:tc><w:tc>" + p("b")
             + "</w:tc></w:tr></w:sdtContent></w:sdt></w:tbl>"),
        "a | b",
    ),
    # --- boxes and drawings ---
    "a text box that is there twice": Case(
        word(p("Leave the house.", BOX)), "Leave the house.\n\nAssembly point\n\nNorth car park, bay 14"
    ),
    "an old text box": Case(
        word(p("x", f"<w:r><w:pict><v:textbox>{TEXT_BOX}</v:textbox></w:pict></w:r>")),
        "x\n\nAssembly point\n\nNorth car park, bay 14",
    ),
    "a watermark": Case(
        word(p("x", '<w:r><w:pict><v:shape><v:textpath string="DRAFT"/></v:shape></w:pict></w:r>')), "x\n\nDRAFT"
    ),
    "a picture, a chart and an object": Case(
        word(p("x", PICTURE, CHART, OBJECT)), "x", {"PICTURES": 1, "CHARTS": 1, "EMBEDDED": 1}
    ),
    "a diagram": Case(
        word(p("x", DIAGRAM), diagramData1="<a:p><a:r><a:t>Triage</a:t></a:r></a:p><a:p><a:r><a:t>Ward</a:t></a:r></a:p>"),
        "x\n\nTriage\n\nWard",
    ),
    # --- numbers in front ---
    "levels of a list": Case(
        word(
            p("A", properties=listed()) + p("B", properties=listed(1)) + p("C", properties=listed(1))
            + p("D", properties=listed(2)) + p("E", properties=listed()) + p("F", properties=listed(1)),
            numbering=lists(THREE),
        ),
        "1. A\n\n1.a) B\n\n1.b) C\n\n(i) D\n\n2. E\n\n2.a) F",
    ),
    "a list that begins anew": Case(
        word(
            p("A", properties=listed()) + p("B", properties=listed()) + p("C", properties=listed(number=2)),
            numbering=lists(level(0, "decimal", "%1."), more=RESTARTED),
        ),
        "1. A\n\n2. B\n\n1. C",
    ),
    "a number that the style gives": Case(
        word(p("A", properties='<w:pStyle w:val="Clause"/>') + p("B", properties='<w:pStyle w:val="Sub"/>'),
             numbering=lists(level(0, "decimal", "Clause %1:", start=3)), styles=LINKED_STYLE),
        "Clause 3: A\n\nClause 4: B",
    ),
    "bullets": Case(
        word(p("rest", properties=listed()), numbering=lists(level(0, "bullet", "\uf0b7", f"<w:rPr>{SYMBOLS}</w:rPr>"))),
        "• rest",
    ),
    "Roman and legal numbers": Case(
        word(p("A", properties=listed()) + p("B", properties=listed(1)),
             numbering=lists(level(0, "upperRoman", "%1", start=4) + level(1, "decimal", "%1.%2", "<w:isLgl/>"))),
        "IV A\n\n4.1 B",
    ),
    "a kind of number that is not known": Case(
        word(p("A", properties=listed()), numbering=lists(level(0, "hebrew1", "%1."))), "1. A", {"NUMBERING": 1}
    ),
    "no number where the paragraph says so": Case(
        word(p("A", properties='<w:pStyle w:val="Clause"/>' + listed(number=0)),
             numbering=lists(level(0, "decimal", "%1.")), styles=LINKED_STYLE),
        "A",
    ),
    # --- what hangs on the text or stands around it ---
    "a footnote": Case(
        word(p("Give slowly", '<w:r><w:footnoteReference w:id="2"/></w:r>', ".") + p("Next."),
             footnotes='<w:footnote w:id="2">' + p("<w:r><w:footnoteRef/></w:r>", " maximum rate 10 mmol per hour") + "</w:footnote>"),
        "Give slowly[1].\n\n[1] maximum rate 10 mmol per hour\n\nNext.",
    ),
    "an endnote": Case(
        word(p("See", '<w:r><w:endnoteReference w:id="2"/></w:r>'), endnotes='<w:endnote w:id="2">' + p("Ward list") + "</w:endnote>"),
        "See[i]\n\n[i] Ward list",
    ),
    "a page header and footer": Case(
        word(p("Dear Ana,") + SECTION.format(""), header1=p("Ref. 17/2"), footer1=p("Tel. 0800 555", field("PAGE", "3"))),
        "Ref. 17/2\n\nDear Ana,\n\nTel. 0800 555",
    ),
    "a header of the first page that is not shown": Case(
        word(p("x") + '<w:sectPr><w:headerReference w:type="first" r:id="header1"/></w:sectPr>', header1=p("Old letterhead")), "x"
    ),
    "a header of the first page": Case(
        word(p("x") + '<w:sectPr><w:headerReference w:type="first" r:id="header1"/><w:titlePg/></w:sectPr>', header1=p("Letterhead")),
        "Letterhead\n\nx",
    ),
    # --- equations, controls, fields ---
    "a fraction": Case(word(p("so ", FRACTION)), "so c=(m+2)/V", {"EQUATIONS": 1}),
    "a power": Case(word(p(POWER, " per litre")), "10^9 per litre", {"EQUATIONS": 1}),
    "a root and a sum": Case(word(p(ROOT)), "√(ab)∑_(i=1)^n x_i", {"EQUATIONS": 1}),
    "a content control around a block": Case(
        word("<w:sdt><w:sdtContent>" + p("Name: Ana") + "</w:sdtContent></w:sdt>"), "Name: Ana"
    ),
    "a content control in a line": Case(word(p("Allergic: ", CHECKBOX, " yes")), "Allergic: ☒ yes"),
    "boxes and choices of a form": Case(word(p(FORM_BOX, " fasting, ", FORM_CHOICE)), "☒ fasting, twice daily"),
    "a field's result and not its code": Case(word(p("On ", field("DATE \\@ yyyy", "2024"))), "On 2024"),
    "a link": Case(word(p("<w:hyperlink>" + r("the list") + "</w:hyperlink>")), "the list"),
    "another document inside": Case(word(p("x") + '<w:altChunk r:id="x"/>'), "x", {"EMBEDDED": 1}),
    # --- packages ---
    "a main part of another name": Case(word(p("online"), main="word/document2.xml"), "online"),
    "a main part in another folder": Case(word(p("elsewhere"), main="content/main.xml"), "elsewhere"),
    "Strict Open XML": Case(
        word(p("strict ", POWER, properties=listed()), strict=True, numbering=lists(level(0, "decimal", "%1)"))),
        "1) strict 10^9",
        {"EQUATIONS": 1},
    ),
}  # fmt: skip


def read(tmp_path: Path, content: bytes) -> ParsedPage:
    file = tmp_path / "file.docx"
    file.write_bytes(content)
    _, page = docx.parse(file)
    assert isinstance(page, ParsedPage)
    return page


@pytest.mark.parametrize("name", CASES)
def test_a_word_file_is_read_as_it_is_seen(tmp_path: Path, name: str) -> None:
    case = CASES[name]
    page = read(tmp_path, case.file)
    assert page.text == case.text
    assert {note.kind.value: note.count for note in page.notes} == case.notes


def test_a_file_that_python_docx_writes_keeps_headings_lists_and_tables(tmp_path: Path) -> None:
    made = python_docx.Document()
    made.add_heading("Leaflet", 1)
    made.add_paragraph("Wash your hands.", style="List Number")
    made.add_paragraph("Dry them.", style="List Number")
    made.add_paragraph("soap", style="List Bullet")
    cells = made.add_table(rows=1, cols=2).rows[0].cells
    cells[0].text, cells[1].text = "Adults", "500 mg\n3 times daily"
    made.sections[0].header.paragraphs[0].text = "Ward 4"
    out = BytesIO()
    made.save(out)
    page = read(tmp_path, out.getvalue())
    assert page.text == (
        "Ward 4\n\nLeaflet\n\n1. Wash your hands.\n\n2. Dry them.\n\n• soap\n\n"
        "Adults | 500 mg 3 times daily"
    )
    assert [title for _, title in page.headings] == ["Leaflet"]
    assert page.notes == []


def test_headings_are_told_by_their_style_in_any_language_and_have_their_number(
    tmp_path: Path,
) -> None:
    styles = '<w:style w:styleId="berschrift1"><w:name w:val="heading 1"/></w:style>' + (
        '<w:style w:styleId="Own"><w:name w:val="Own"/><w:basedOn w:val="berschrift1"/></w:style>'
    )
    body = p("Scope", properties='<w:pStyle w:val="Own"/>' + listed()) + p("Text.")
    page = read(tmp_path, word(body, styles=styles, numbering=lists(level(0, "decimal", "%1."))))
    assert page.headings == [(0, "1. Scope")]


def test_a_package_without_relationships_is_read(tmp_path: Path) -> None:
    w = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    main = f'<w:document xmlns:w="{w}"><w:body>{p("alone")}</w:body></w:document>'
    assert read(tmp_path, packed({"word/document.xml": main})).text == "alone"

"""PDFs: what people see on the page is read, and what is not read is said."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bureau.kernel.retrieval.parsing import ocr, pdf
from bureau.kernel.retrieval.parsing.ocr import rapid, tesseract
from bureau.kernel.retrieval.parsing.pages import ParsedPage
from bureau.kernel.retrieval.parsing.pdfs.layout import Char, Line, text_of
from tests.inputs import papers

MINUTES = (
    "Minutes of the ward meeting",
    "Give 2.5 ml amoxicillin (250 mg/5 ml) 3 times daily.",
    "Ferritin was 18 and is 42 now; next test on 12 March 2026.",
    "The night team keeps the key of the locked cupboard.",
    "Telephone 0800 555 0142, room 17.",
)


def read(tmp_path: Path, content: bytes) -> list[ParsedPage]:
    file = tmp_path / "file.pdf"
    file.write_bytes(content)
    parts = pdf.parse(file, ocr_languages="eng", first=1)
    return [part for part in parts if isinstance(part, ParsedPage)]


def notes(page: ParsedPage) -> dict[str, int]:
    return {note.kind.value: note.count for note in page.notes}


@pytest.fixture(params=["tesseract", "rapidocr"])
def engine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Each engine; the program of the system only where it is installed."""
    if request.param == "rapidocr" or not tesseract.is_installed():
        monkeypatch.setattr(tesseract, "is_installed", lambda: False)
        return rapid.NAME
    return tesseract.NAME


def price_list(canvas: Any) -> None:
    for place, (name, price) in enumerate([("Parking per day", "8"), ("Telephone per week", "6")]):
        canvas.drawString(60, 780 - 20 * place, name)
        canvas.drawRightString(500, 780 - 20 * place, price)


def broken_words(canvas: Any) -> None:
    papers.lines(
        "Patients with COVID-", "19 wait; model AX-", "200 is new; the refri-", "gerator is old."
    )(canvas)


def raised(canvas: Any) -> None:
    text = canvas.beginText(60, 780)
    text.setFont("Helvetica", 12)
    text.textOut("WBC 4.5 x 10")
    text.setFont("Helvetica", 7)
    text.setRise(5)
    text.textOut("9")
    text.setFont("Helvetica", 12)
    text.setRise(0)
    text.textOut("/L of 83,190,556")
    text.setFont("Helvetica", 7)
    text.setRise(5)
    text.textOut("2")
    canvas.drawText(text)


def form(canvas: Any) -> None:
    fields = canvas.acroForm
    for place, label in enumerate(("Name", "Fasting", "Smoker", "Kind of leave")):
        canvas.drawString(60, 605 - 40 * place, label)
    fields.textfield(name="a", value="Amina Warsame", x=200, y=600, width=200, height=20)
    fields.checkbox(name="b", checked=True, x=200, y=560, size=20)
    fields.checkbox(name="c", checked=False, x=200, y=520, size=20)
    options = [("Annual", "A"), ("Parental", "P")]
    fields.choice(name="d", value="P", options=options, x=200, y=480, width=100, height=20)


def columns(canvas: Any) -> None:
    left = [f"left column line {n} tells of beds and of linen" for n in "abcdefgh"]
    right = [f"right column line {n} tells of meals and trays" for n in "abcdefgh"]
    canvas.setFont("Helvetica", 9)
    for place, (one, other) in enumerate(zip(left, right, strict=True)):
        canvas.drawString(60, 700 - 12 * place, one)
        canvas.drawString(310, 700 - 12 * place, other)


def test_digits_stay_apart_and_rows_together(tmp_path: Path) -> None:
    (page,) = read(tmp_path, papers.pdf(price_list))
    assert page.text == "Parking per day | 8\nTelephone per week | 6"


def test_a_hyphen_of_the_word_stays_and_one_of_the_line_goes(tmp_path: Path) -> None:
    (page,) = read(tmp_path, papers.pdf(broken_words))
    assert page.text == "Patients with COVID-19 wait; model AX-200 is new; the refrigerator is old."


def test_raised_digits_are_raised(tmp_path: Path) -> None:
    (page,) = read(tmp_path, papers.pdf(raised))
    assert page.text == "WBC 4.5 x 10⁹/L of 83,190,556²"


def test_a_filled_form_is_read_with_its_values_beside_their_labels(tmp_path: Path) -> None:
    (page,) = read(tmp_path, papers.pdf(form))
    assert page.text.split("\n") == [
        "Name | Amina Warsame",
        "Fasting | ☒",
        "Smoker | ☐",
        "Kind of leave | Parental",
    ]


def test_notes_typed_onto_the_page_are_read_and_margin_comments_are_told(tmp_path: Path) -> None:
    plain = papers.pdf(papers.lines("Discharge on Monday."))
    look = "BT /F 12 Tf 5 10 Td (Moved to Tuesday) Tj ET"
    typed = "/Subtype /FreeText /Rect [60 700 360 730] /Contents (Moved to Tuesday)"
    (page,) = read(tmp_path, papers.with_annotation(plain, typed, look))
    assert page.text == "Discharge on Monday.\nMoved to Tuesday"
    stamp = "/Subtype /Stamp /Rect [60 700 360 730]"
    (page,) = read(
        tmp_path, papers.with_annotation(plain, stamp, "BT /F 12 Tf 5 10 Td (PAID) Tj ET")
    )
    assert page.text == "Discharge on Monday.\nPAID"
    margin = "/Subtype /Text /Rect [60 700 80 720] /Contents (Really?)"
    (page,) = read(tmp_path, papers.with_annotation(plain, margin))
    assert (page.text, notes(page)) == ("Discharge on Monday.", {"COMMENTS": 1})


def test_columns_are_read_one_after_the_other(tmp_path: Path) -> None:
    (page,) = read(tmp_path, papers.pdf(columns))
    rows = page.text.split("\n")
    assert [row[:4] for row in rows] == ["left"] * 8 + ["righ"] * 8


def test_a_fax_line_does_not_hide_the_scan_under_it(tmp_path: Path, engine: str) -> None:
    image = papers.picture_of(papers.pdf(papers.lines(*MINUTES, top=700)))
    fax = papers.lines("FAX 31/12/2025 08:15 FROM WARD 4  PAGE 1/1", top=825, size=9)
    (page,) = read(tmp_path, papers.pdf(papers.scan(image, [fax])))
    assert "Ferritin was 18 and is 42 now" in page.text
    assert "FROM WARD 4" in page.text
    assert page.by_ocr
    assert [note.detail for note in page.notes if note.kind == "READ_BY_OCR"] == [engine]


@pytest.mark.parametrize("turned", [90, 180, 270])
def test_a_scan_is_turned_upright(tmp_path: Path, engine: str, turned: int) -> None:
    image = papers.picture_of(papers.pdf(papers.lines(*MINUTES)), turned)
    (page,) = read(tmp_path, papers.pdf(papers.scan(image)))
    assert "Give 2.5 ml amoxicillin (250 mg/5 ml) 3 times daily." in page.text
    assert page.text.index("Minutes of") < page.text.index("0800 555 0142")
    assert "READ_BY_OCR" in notes(page)


def test_a_page_that_cannot_be_read_is_told_and_the_others_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(image: object, languages: str = "") -> ocr.Reading:
        raise ocr.OcrFailed("no engine")

    monkeypatch.setattr(rapid, "read", fail)
    monkeypatch.setattr(tesseract, "read", fail)
    cover = papers.scan(papers.picture_of(papers.pdf(papers.lines("Leaflet"))))
    first, second, third = read(
        tmp_path, papers.pdf(cover, papers.lines("Annex A"), papers.lines(*MINUTES))
    )
    assert (first.text, notes(first)) == ("", {"PAGE_NOT_READ": 1})
    assert (second.text, notes(second)) == ("Annex A", {})
    assert "Ferritin" in third.text


def test_a_box_outside_the_page_costs_nothing(tmp_path: Path) -> None:
    content = papers.pdf(papers.lines("Readable text of the page."))
    for box in (b"/CropBox [ 900 900 950 950 ]", b"/CropBox [ 10 10 10 10 ]"):
        (page,) = read(tmp_path, content.replace(b"/MediaBox", box + b" /MediaBox"))
        assert page.text == "Readable text of the page."


def test_the_number_that_is_printed_on_a_page_is_kept(tmp_path: Path) -> None:
    content = papers.pdf(*[papers.lines(f"This is page {n}.") for n in ("i", "ii", "1", "2")])
    labels = b"/PageLabels << /Nums [ 0 << /S /r >> 2 << /S /D >> ] >> /Type /Catalog"
    pages = read(tmp_path, content.replace(b"/Type /Catalog", labels))
    assert [(page.number, page.label) for page in pages] == [
        (1, "i"),
        (2, "ii"),
        (3, "1"),
        (4, "2"),
    ]


def test_letters_without_a_meaning_are_read_as_a_picture(tmp_path: Path) -> None:
    from reportlab.pdfbase import pdfmetrics

    def signs(canvas: Any) -> None:
        # what a font without a map leaves: signs in place of letters
        encoded = "\n".join('!"#$%&*+<=>?@' * 3 for _ in range(6))
        text = canvas.beginText(60, 780)
        text.setFont("Helvetica", 12)
        text.setTextRenderMode(3)
        text.textLines(encoded)
        canvas.drawText(text)
        text = canvas.beginText(60, 780)
        text.setTextRenderMode(0)
        canvas.drawText(text)

    assert pdfmetrics.getFont("Helvetica")
    image = papers.picture_of(papers.pdf(papers.lines(*MINUTES)))
    (page,) = read(tmp_path, papers.pdf(papers.scan(image, [signs])))
    assert page.by_ocr
    assert "Ferritin was 18" in page.text
    assert "#$%" not in page.text


def test_devanagari_of_browsers_is_whole(tmp_path: Path) -> None:
    """Glyphs of several letters: blanks that PDFium puts inside words, letters it finds twice."""

    def char(text: str, left: float, right: float) -> Char:
        return Char(text, left, 0, right, 0 if text == " " else 10)

    hand = [char("ह", 0, 4), char("ा", 4, 8), char(" ", 0.5, 0.5), char("त", 11, 19)]
    assert text_of([Line(hand)]) == "हात"
    apart = [*hand[:3], char("त", 15, 23), char(" ", 24, 24), char("म", 26, 30)]
    assert text_of([Line(apart)]) == "हा त म"
    opens = [("ख", 0, 6), ("ु", 6, 12), ("ल", 12, 20), ("्", 12, 20), ("ख", 5, 8), ("ु", 8, 12)]
    assert text_of([Line([char(*one) for one in [*opens, ("छ", 20, 30)]])]) == "खुल्छ"

"""How far a sheet reaches is found before its values are read, however it is written."""

from __future__ import annotations

import io
import zipfile

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from bureau.kernel.errors import InvalidInput
from bureau.kernel.files.guards import check_workbook
from bureau.kernel.files.sheets import SheetTooLarge

LIMIT = 1_000
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def workbook(sheet: str | bytes, **parts: str) -> io.BytesIO:
    """A workbook with this part as its sheet, under a name of its own."""
    content = sheet if isinstance(sheet, bytes) else sheet.encode()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("xl/workbook.xml", "<workbook/>")
        made.writestr("xl/pages/anything.xml", content)
        for name, text in parts.items():
            made.writestr(name, text)
    return out


def sheet(body: str, prefix: str = "", dimension: str = "A1") -> str:
    mark, colon = (f":{prefix}", f"{prefix}:") if prefix else ("", "")
    return (
        f'<{colon}worksheet xmlns{mark}="{MAIN}"><{colon}dimension ref="{dimension}"/>'
        f"<{colon}sheetData>{body}</{colon}sheetData></{colon}worksheet>"
    )


# two cells, each spelled so that a reader finds the second in a far corner
FAR = {
    "as Excel writes it": sheet(
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="9000"><c r="ZZ9000"><v>1</v></c></row>'
    ),
    "in single quotes": sheet("<row><c r='ZZ9000'><v>1</v></c></row>"),
    "with blanks and a break": sheet('<row><c\n s="1"  r = "ZZ9000" ><v>1</v></c></row>'),
    "in small letters": sheet('<row><c r="zz9000"><v>1</v></c></row>'),
    "with a prefix": sheet('<x:row><x:c r="ZZ9000"><x:v>1</x:v></x:c></x:row>', "x"),
    "as numbered characters": sheet('<row><c r="&#90;Z9000"><v>1</v></c></row>'),
    "without any reference": sheet(
        "<row>" + "<c><v>1</v></c>" * 40 + "</row>" + "<row/>" * 30 + "<row><c><v>1</v></c></row>"
    ),
    "after a row's number": sheet('<row r="9000"><c><v>1</v></c><c><v>1</v></c></row>'),
    "as text of its own": sheet('<row><c r="ZZ9000" t="inlineStr"><is><t>a</t></is></c></row>'),
    "in another encoding": sheet('<row><c r="ZZ9000"><v>1</v></c></row>').encode("utf-16"),
}


@pytest.mark.security("a workbook of a few kilobytes whose sheet reaches over billions of cells")
@pytest.mark.parametrize("spelling", FAR)
def test_a_far_cell_is_found_however_it_is_written(spelling: str) -> None:
    with pytest.raises(SheetTooLarge, match=r"cells; 1,000 is the limit\.") as caught:
        check_workbook(workbook(FAR[spelling]), LIMIT)
    assert "anything reaches to row" in caught.value.message
    check_workbook(workbook(FAR[spelling]), 10_000_000)


def test_what_a_sheet_says_of_itself_is_not_believed() -> None:
    body = '<row r="1"><c r="A1"><v>1</v></c></row>'
    check_workbook(workbook(sheet(body, dimension="A1:XFD1048576")), LIMIT)


def test_cells_without_content_do_not_count() -> None:
    """Programs write styled cells far beyond the table."""
    styled = "".join(f'<c r="{letters}9000" s="1"/>' for letters in ("A", "B", "ZZ"))
    check_workbook(workbook(sheet(f'<row><c r="A1"><v>1</v></c></row><row>{styled}</row>')), LIMIT)


def test_a_tag_that_is_cut_by_a_block_is_seen_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    from bureau.kernel.files import sheets

    for size in range(20, 60):
        monkeypatch.setattr(sheets, "CHUNK", size)
        with pytest.raises(SheetTooLarge):
            check_workbook(workbook(FAR["as Excel writes it"]), LIMIT)


def test_entities_are_not_followed() -> None:
    declared = '<!DOCTYPE a [<!ENTITY e "ZZ9000">]>'
    named = declared + sheet("<row><c r='&e;'><v>1</v></c></row>")
    with pytest.raises(SheetTooLarge, match="entities"):
        check_workbook(workbook(named), LIMIT)


@pytest.mark.parametrize("other", ["xl/workbook.bin", "content.xml"])
def test_two_workbooks_in_one_are_none(other: str) -> None:
    plain = sheet('<row r="1"><c r="A1"><v>1</v></c></row>')
    check_workbook(workbook(plain), LIMIT)
    with pytest.raises(InvalidInput, match=r"no \.xlsx file"):
        check_workbook(workbook(plain, **{other: "x"}), LIMIT)


@pytest.mark.parametrize("writer", ["openpyxl", "xlsxwriter"])
def test_workbooks_of_real_writers_pass_up_to_the_limit(writer: str) -> None:
    out = io.BytesIO()
    rows = [[row * column for column in range(10)] for row in range(50)]
    if writer == "openpyxl":
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append(row)
        book.save(out)
    else:
        with xlsxwriter.Workbook(out) as made:
            page = made.add_worksheet()
            for number, row in enumerate(rows):
                page.write_row(number, 0, row)
    check_workbook(out, 500)
    with pytest.raises(SheetTooLarge, match="row 50 and column 10, over 500 cells"):
        check_workbook(out, 499)


@given(st.text("<>/c row=\"'AZ19:vsheetData\n", max_size=200))
def test_anything_passes_or_is_refused(text: str) -> None:
    try:
        check_workbook(workbook(text), 10)
    except InvalidInput as refusal:
        assert refusal.message.endswith(".")

"""Files that are no workbook are refused with a sentence that says what they are."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest

from bureau.desks.insights.errors import ValidationProblem
from bureau.desks.insights.ingestion.load import load_datasets
from bureau.desks.insights.ingestion.opening import open_book
from bureau.desks.insights.tests.books import named_workbook


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty"),
        (b"  \n", "The file is empty"),
        (b"%PDF-1.7 ...", "a PDF document"),
        (b"\x89PNG\r\n\x1a\n", "a PNG image"),
        (b"<!DOCTYPE html><html></html>", "a web page or XML"),
        (b"\x00\x01\x02\x03" * 20, "not an Excel workbook or a text table"),
        (b"PK\x03\x04" + b"rubbish" * 9, "damaged or holds something else"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "damaged or holds something else"),
    ],
)
def test_what_is_no_workbook_is_refused(content: bytes, sentence: str) -> None:
    with pytest.raises(ValidationProblem, match=sentence) as caught:
        open_book(content)
    assert caught.value.code == "VALIDATION_ERROR"
    assert caught.value.status == 400


def test_a_cut_off_workbook_is_refused(sample_path: Path) -> None:
    content = sample_path.read_bytes()
    assert open_book(content).sheet_names
    with pytest.raises(ValidationProblem, match="Export it again"):
        open_book(content[: len(content) // 2])


def test_the_content_decides_and_not_the_file_name(sample_path: Path, tmp_path: Path) -> None:
    renamed = tmp_path / "export.xls"
    renamed.write_bytes(sample_path.read_bytes())
    assert "Inventors" in open_book(renamed).sheet_names
    with renamed.open("rb") as file:
        assert "Inventors" in open_book(file).sheet_names
    assert "Inventors" in open_book(BytesIO(sample_path.read_bytes())).sheet_names


def test_a_workbook_of_something_else_is_refused_with_its_sheets() -> None:
    book = named_workbook({"Budget": [["Item", "Price"], ["Paper", 3]]})
    with pytest.raises(ValidationProblem, match="Sheets found: Budget"):
        load_datasets(book, ["countries"])

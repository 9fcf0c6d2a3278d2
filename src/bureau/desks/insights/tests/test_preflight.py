"""The quick look at an upload tells which charts can be drawn, and why others cannot."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest

from bureau.desks.insights import catalogue, sample
from bureau.desks.insights.errors import ValidationProblem
from bureau.desks.insights.ingestion import preflight
from bureau.desks.insights.tests.books import named_workbook

COUNT = "Number of documents"
ALL = {spec.key: spec.facet for spec in catalogue.specs()}


def test_a_full_export_can_draw_everything(workbook_path: Path) -> None:
    report = preflight.inspect(workbook_path, ALL)
    assert report.form == "filters"
    assert report.drawable == list(ALL)
    assert report.is_valid
    assert report.problems == {}


def test_the_details_have_the_shape_of_the_wire_contract(workbook_path: Path) -> None:
    details = preflight.inspect(workbook_path, ALL).details
    assert list(details) == ["found_sheets", "available_sheets", "sheet_validations"]
    assert "Query" in details["available_sheets"]
    assert "Query" not in details["found_sheets"]
    assert details["sheet_validations"]["Inventors"] == {
        "has_data": True,
        "columns": ["Inventors", COUNT],
        "has_numeric_column": True,
        "has_text_column": True,
        "is_valid": True,
        "errors": [],
        "warnings": [],
    }


def test_missing_and_broken_sheets_stop_only_their_own_charts() -> None:
    book = named_workbook(
        {
            "Countries (family)": [["Countries (family)", COUNT], ["EC", 3]],
            "Inventors": [["Inventors", COUNT], ["DOE JANE", "several"]],
        }
    )
    report = preflight.inspect(book, ALL)
    assert report.drawable == ["top_patent_countries"]
    assert "holds no numbers" in report.problems["top_patent_inventors"]
    assert "no sheet 'Applicants'" in report.problems["top_patent_applicants"]
    assert not report.details["sheet_validations"]["Inventors"]["is_valid"]
    assert report.message.startswith("Some charts cannot be drawn: ")


def test_nothing_drawable_is_not_valid() -> None:
    report = preflight.inspect(named_workbook({"Budget": [["Item", "Price"]]}), ALL)
    assert not report.is_valid
    assert set(report.problems) == set(ALL)
    assert "Sheets found: Budget" in report.message


def test_a_results_list_is_recognised_by_its_columns() -> None:
    buffer = BytesIO()
    sample.write_results(buffer, 5)
    report = preflight.inspect(buffer.getvalue(), ALL)
    assert report.form == "results"
    assert report.drawable == list(ALL)
    assert "Family number" in report.details["sheet_validations"]["Results"]["columns"]


def test_a_results_list_without_a_column_names_it() -> None:
    header = ["No", "Title", "Inventors", "Applicants", "Publication number"]
    book = named_workbook({"Results": [header, [1, "Ink", "DOE JANE", "ACME", "EC1234A"]]})
    report = preflight.inspect(book, ALL)
    assert report.drawable == [
        "top_patent_applicants",
        "top_patent_countries",
        "top_patent_inventors",
    ]
    assert "Expected values in column 'Cpc'" in report.problems["cpc_treemap"]


def test_a_large_file_is_judged_by_its_sheet_names(
    sample_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preflight, "READ_FULLY_BELOW", 1)
    report = preflight.inspect(sample_path, ALL)
    assert report.drawable == list(ALL)
    assert "not read" in report.details["sheet_validations"]["Inventors"]["warnings"][0].lower()


def test_a_file_that_cannot_be_opened_raises() -> None:
    with pytest.raises(ValidationProblem, match="PDF"):
        preflight.inspect(b"%PDF-1.4", ALL)

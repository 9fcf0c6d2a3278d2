"""Files as people really have them: other languages, Lens, own sheets, totals, errors, code pages."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
import xlsxwriter

from bureau.desks.insights.ingestion.load import load_datasets
from bureau.desks.insights.ingestion.preflight import inspect
from bureau.desks.insights.tests.books import named_workbook

HEADER = ["Applicants", "Number of documents"]


def csv_bytes(rows: list[list[Any]], encoding: str = "utf-8-sig") -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode(encoding)


def table(content: bytes, facet: str, encoding: str = "") -> dict[Any, int]:
    return dict(load_datasets(content, [facet], encoding=encoding).datasets[facet].rows)


def test_the_exact_title_wins_over_one_that_contains_it() -> None:
    book = named_workbook(
        {
            "Top countries chart": [["Country", "Number"], ["CN", 52.7]],
            "Countries (family)": [["Countries (family)", "Number of documents"], ["CN", 7]],
        }
    )
    assert table(book, "countries") == {"CN": 7}


def test_a_total_that_a_person_added_is_left_out_and_named() -> None:
    book = named_workbook({"Applicants": [HEADER, ["A", 3], ["B", 4], ["Total", 7]]})
    dataset = load_datasets(book, ["applicants"]).datasets["applicants"]
    assert dict(dataset.rows) == {"A": 3, "B": 4}
    assert "'Total'" in dataset.notes[0]
    # a company of that name is no sum
    company = named_workbook({"Applicants": [HEADER, ["A", 3], ["TOTAL", 4], ["B", 2]]})
    assert table(company, "applicants")["TOTAL"] == 4


def test_errors_of_formulas_are_named_and_not_counted_as_nothing() -> None:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer)
    sheet = book.add_worksheet("Applicants")
    for number, row in enumerate([HEADER, ["A", 3], ["B"]]):
        sheet.write_row(number, 0, row)
    sheet.write_formula(2, 1, "=1/0", None, "#DIV/0!")
    book.close()
    dataset = load_datasets(buffer.getvalue(), ["applicants"]).datasets["applicants"]
    assert dict(dataset.rows) == {"A": 3}
    assert "'B'" in dataset.notes[0]
    assert "a formula's error" in dataset.notes[0]
    text = load_datasets(csv_bytes([HEADER, ["A", 3], ["B", "#DIV/0!"]]), ["applicants"])
    assert "the error #DIV/0!" in text.datasets["applicants"].notes[0]


def test_all_columns_of_a_lens_export_are_used() -> None:
    content = csv_bytes(
        [
            ["#", "Jurisdiction", "Kind", "Display Key", "Lens ID", "Publication Date", "Publication Year",
             "Earliest Priority Date", "Title", "Applicants", "Inventors", "CPC Classifications",
             "IPCR Classifications"],
            [1, "US", "A1", "US 2020/1 A1", "000-1", "2020-01-02", 2020, "2018-03-04", "One", "ACME INC;;BETA AG",
             "DOE JANE", "A61K9/0019;;C12N5/10", "A61K9/00"],
            [2, "WO", "A1", "WO 2021/2 A1", "000-2", "2021-01-02", 2021, "2019-03-04", "Two", "ACME INC",
             "ROE RICHARD", "A61K9/0019", "A61K9/00"],
        ]
    )  # fmt: skip
    assert table(content, "countries") == {"US": 1, "WO": 1}
    assert table(content, "cpc_subgroups") == {"A61K9/0019": 2, "C12N5/10": 1}
    assert table(content, "ipc_main_groups") == {"A61K9": 2}
    assert table(content, "applicants") == {"ACME INC": 2, "BETA AG": 1}
    assert table(content, "earliest_priority_year") == {2018: 1, 2019: 1}


@pytest.mark.parametrize(
    "header",
    [
        [
            "Titel",
            "Erfinder",
            "Anmelder",
            "Veröffentlichungsnummer",
            "Früheste Priorität",
            "IPC",
            "CPC",
        ],
        [
            "Titre",
            "Inventeurs",
            "Demandeurs",
            "Numéro de publication",
            "Priorité la plus ancienne",
            "CIB",
            "CPC",
        ],
        [
            "Título",
            "Inventores",
            "Solicitantes",
            "Número de publicación",
            "Prioridad más antigua",
            "CIP",
            "CPC",
        ],
    ],
)
def test_headings_of_espacenet_in_other_languages(header: list[str]) -> None:
    row = [
        "T",
        "DOE JANE [DE]",
        "ACME AG [DE]",
        "DE102020001A1",
        "2019-01-02",
        "A61K9/00",
        "A61K9/0019 (EP)",
    ]
    content = csv_bytes([header, row])
    assert table(content, "applicants") == {"ACME AG": 1}
    assert table(content, "countries") == {"DE": 1}
    assert table(content, "ipc_main_groups") == {"A61K9": 1}
    report = inspect(content, {"one": "applicants", "two": "earliest_publication_year"})
    assert report.drawable == ["one"]
    assert list(report.problems) == ["two"]


def test_sheets_of_the_german_filters_export() -> None:
    book = named_workbook(
        {
            "Anmelder": [["Anmelder", "Anzahl der Dokumente"], ["ACME AG", 3]],
            "Anmelder - Länder": [["Anmelder - Länder", "Anzahl der Dokumente"], ["DE", 3]],
        }
    )
    assert table(book, "applicants") == {"ACME AG": 3}
    assert table(book, "applicant_countries") == {"DE": 3}


def test_names_in_a_code_page_are_right_or_warned_about() -> None:
    rows = [HEADER, ["浙江大学", 9], ["清华大学", 7], ["中山大学", 5]]
    content = csv_bytes(rows, "gb18030")
    assert table(content, "applicants", "gbk")["浙江大学"] == 9
    report = inspect(content, {"one": "applicants"})
    dataset = load_datasets(content, ["applicants"]).datasets["applicants"]
    assert "浙江大学" in dict(dataset.rows)
    assert report.warnings
    assert report.warnings[0] == dataset.notes[0]

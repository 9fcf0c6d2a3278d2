"""Imports over HTTP: asked for, done by a worker, reported row by row, taken back."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.contract.imaging import Person, run_all, study

from bureau.desks.imaging.importing.side_values import TIME_FORMS
from bureau.desks.imaging.models import Study
from bureau.desks.imaging.tests import sources
from bureau.kernel.jobs.models import Task

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_files")]


def table(*rows: dict[str, Any]) -> bytes:
    return sources.csv_bytes(sources.tabular(rows, sources.system_headers()))


def upload(content: bytes, name: str = "export.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def test_an_import_is_accepted_done_and_reported(admin: Person) -> None:
    rows = [sources.row(1), sources.row(2, order_datetime="old"), sources.row(1)]
    answer = admin.upload("/import/studies", file=upload(table(*rows)))
    asked = answer.json()
    assert (answer.status_code, asked["status"], asked["progress"]) == (202, "pending", 0)
    assert not Study.objects.exists()
    run_all()
    done = admin.get(f"/import/tasks/{asked['import_id']}").json()
    assert (done["status"], done["progress"]) == ("completed", 100)
    assert done["counts"] == {
        "rows_read": 3,
        "inserted": 1,
        "updated": 0,
        "unchanged": 0,
        "skipped": 0,
        "rejected": 2,
    }
    assert done["problems"] == [
        {
            "row": 3,
            "field": "order_datetime",
            "reason": f"Row 3: Invalid datetime format: old. Taken are {TIME_FORMS}",
        },
        {
            "row": 4,
            "field": "exam_id",
            "reason": "Row 4: Duplicate exam_id 00000000001: first in row 2",
        },
    ]
    page = admin.get(f"/import/tasks/{asked['import_id']}/problems", page=2, page_size=1).json()
    assert (page["total"], [one["row"] for one in page["data"]]) == (2, [4])
    listed = admin.get("/import/tasks").json()
    assert [one["import_id"] for one in listed["data"]] == [asked["import_id"]]
    # what was imported is found and offered at once
    assert admin.ids(q="王小1") == ["00000000001"]
    assert admin.get("/studies/filters/options").json()["exam_statuses"] == ["終審報告"]


def test_an_import_is_taken_back_once(admin: Person) -> None:
    study(7, patient_name="Stays")
    changed = sources.row(7, patient_name="Changed", equipment_type="MR")
    admin.upload("/import/studies", file=upload(table(sources.row(1), changed)))
    run_all()
    number = admin.get("/import/tasks").json()["data"][0]["import_id"]
    assert admin.ids(q="changed") == ["00000000007"]
    assert admin.post(f"/import/tasks/{number}/undo").json()["undone"] is True
    assert admin.ids() == ["00000000007"]
    assert admin.ids(q="stays") == ["00000000007"]
    again = admin.post(f"/import/tasks/{number}/undo")
    assert (again.status_code, again.json()) == (
        409,
        {"detail": f"Import {number} is not one that can be undone."},
    )


def test_a_preview_shows_what_the_columns_mean_and_keeps_nothing(admin: Person) -> None:
    content = sources.csv_bytes(
        [
            ["Nr", "姓名", "開單日期/時間", "生日", "狀態"],
            ["0012", "王小明", "2024-01-02 03:04", "", "x"],
        ],
        "cp950",
    )
    shown = admin.upload("/import/preview", file=upload(content)).json()
    assert [one["suggested_field"] for one in shown["columns"]] == [
        None,
        "patient_name",
        "order_datetime",
        "patient_birth_date",
        "exam_status",
    ]
    types = [one["detected_type"] for one in shown["columns"]]
    assert types == ["text", "text", "datetime", "empty", "text"]
    assert shown["missing_required"] == ["exam_id", "exam_source", "exam_item"]
    assert (shown["encoding"], shown["delimiter"]) == ("cp950", ",")
    assert shown["preview_rows"] == [["0012", "王小明", "2024-01-02 03:04", None, "x"]]
    mapped = admin.upload(
        "/import/preview", file=upload(content), mapping=json.dumps({"Nr": "exam_id"})
    ).json()
    assert mapped["columns"][0]["suggested_field"] == "exam_id"
    assert not Task.objects.exists()


def test_a_mapping_and_a_dry_run(admin: Person) -> None:
    content = table(sources.row(1)).replace("檢查流水號".encode(), b"Nr")
    fields = {"mapping": json.dumps({"Nr": "exam_id"}), "dry_run": "true", "batch_size": 10}
    admin.upload("/import/studies", file=upload(content), **fields)
    run_all()
    (done,) = admin.get("/import/tasks").json()["data"]
    assert (done["status"], done["dry_run"], done["counts"]["inserted"]) == ("completed", True, 1)
    assert not Study.objects.exists()


def test_a_file_that_cannot_be_imported_fails_with_a_reason(admin: Person) -> None:
    admin.upload("/import/studies", file=upload(b"a,b,c\n1,2,3\n"))
    run_all()
    (done,) = admin.get("/import/tasks").json()["data"]
    assert done["status"] == "failed"
    assert done["message"].startswith("No row of headers was found")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "application/vnd.ms-excel"),
        (b"\0" * 8 + b"DUCK" + b"\0" * 100, "expected one of"),
        (b"%PDF-1.7 x", "application/pdf"),
    ],
)
def test_other_files_are_refused_at_the_door(admin: Person, content: bytes, reason: str) -> None:
    for path in ("/import/studies", "/import/preview"):
        answer = admin.upload(path, file=upload(content, "renamed.xlsx"))
        assert answer.status_code == 400
        assert set(answer.json()) == {"detail"}
    assert reason in admin.upload("/import/studies", file=upload(content)).json()["detail"]


def test_a_sheet_that_unpacks_to_gigabytes_is_refused(admin: Person) -> None:
    import io
    import zipfile

    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            for _ in range(300):
                sheet.write(b"\0" * (1 << 20))
    for path in ("/import/studies", "/import/preview"):
        answer = admin.upload(path, file=upload(bomb.getvalue(), "a.xlsx"))
        assert answer.status_code == 400
        assert "unpacks to more than 256 MB" in answer.json()["detail"]


def test_wrong_forms_are_named(admin: Person) -> None:
    file = table(sources.row(1))
    refusals = [
        ({}, "file must be sent"),
        ({"file": upload(file), "mapping": "["}, "mapping must be a JSON object"),
        ({"file": upload(file), "on_conflict": "guess"}, "on_conflict"),
        ({"file": upload(file), "batch_size": 0}, "batch_size"),
    ]
    for fields, reason in refusals:
        answer = admin.upload("/import/studies", **fields)
        assert answer.status_code == 400, fields
        assert answer.json()["detail"].startswith("Invalid parameter: "), answer.content
        assert reason in answer.json()["detail"]
    assert not Task.objects.exists()


def test_times_of_day_are_kept_as_they_were_written(admin: Person) -> None:
    row = sources.row(1, order_datetime="2024/1/2 3:04", check_in_datetime="2024-01-02T03:04:05")
    admin.upload("/import/studies", file=upload(table(row)))
    run_all()
    shown = admin.get("/studies/00000000001").json()
    assert shown["order_datetime"] == "2024-01-02T03:04:00"
    assert shown["check_in_datetime"] == "2024-01-02T03:04:05"
    assert datetime.fromisoformat(shown["data_load_time"])

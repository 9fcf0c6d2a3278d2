"""Reports and analyses as the imaging contract writes them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.contract.imaging import Person, person, run_all, study

from bureau.desks.imaging.models import Report, ReportVersion
from bureau.desks.imaging.tests import sources
from bureau.kernel.accounts.models import Role
from bureau.kernel.jobs.models import Task

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_files")]

HEADERS = ["報告編號", "檢查流水號", "影像所見", "診斷", "建議", "報告醫師", "報告狀態", "報告時間"]
ROWS: list[list[Any]] = [
    ["R1", "00000000001", "There is a 3 mm nodule in the left lung. No effusion.", "Small nodule.",
     "Follow-up in 12 months.", "Dr. Lee", "completed", "2025-01-03 10:00:00"],
    ["R2", "00000000002", "右肺未見積液。左肺有結節。", "", "", "", "草稿", ""],
]  # fmt: skip


@pytest.fixture
def doctor() -> Person:
    return person("dora", Role.DOCTOR)


def bring(admin: Person, rows: list[list[Any]], **fields: Any) -> dict[str, Any]:
    content = sources.csv_bytes([HEADERS, *rows])
    answer = admin.upload("/import/reports", file=SimpleUploadedFile("r.csv", content), **fields)
    assert answer.status_code == 202, answer.content
    run_all()
    found: dict[str, Any] = admin.get(f"/import/tasks/{answer.json()['import_id']}").json()
    return found


def counts(done: dict[str, Any]) -> tuple[int, ...]:
    found = done["counts"]
    assert found.pop("rows_read") == sum(found.values())
    return tuple(found.values())


# --- reports --------------------------------------------------------------------------------


def test_reports_are_imported_searched_and_read(admin: Person, doctor: Person) -> None:
    study(1, patient_name="張偉", exam_item="Chest CT")
    study(2, patient_name="Ann Lee", certified_physician="Dr. Wu")
    assert counts(bring(admin, ROWS)) == (2, 0, 0, 0, 0)
    page = doctor.get("/reports/search").json()
    assert list(page) == ["data", "total", "page", "page_size", "filters"]
    assert page["filters"] == {"statuses": ["draft", "completed", "archived"]}
    first = next(one for one in page["data"] if one["report_id"] == "R1")
    assert first == {
        "report_id": "R1",
        "exam_id": "00000000001",
        "patient_name": "張偉",
        "exam_item": "Chest CT",
        "findings": ROWS[0][2],
        "radiologist": "Dr. Lee",
        "created_at": "2025-01-03T10:00:00",
        "status": "completed",
    }
    detail = doctor.get("/reports/R1").json()
    assert detail.items() >= first.items()
    assert (detail["impression"], detail["recommendation"]) == (ROWS[0][3], ROWS[0][4])
    # what the report does not say, its study does
    assert doctor.get("/reports/R2").json()["radiologist"] == "Dr. Wu"
    for query, found in {
        "NODULE": ["R1"], "結節": ["R2"], "張偉": ["R1"], "肺": ["R2"], "chest": ["R1", "R2"], "nodule in": ["R1"], "%": [], "": ["R1", "R2"],
    }.items():  # fmt: skip
        data = doctor.get("/reports/search", q=query).json()["data"]
        assert sorted(one["report_id"] for one in data) == found, query
    drafts = doctor.get("/reports/search", exam_status="draft").json()
    assert [one["report_id"] for one in drafts["data"]] == ["R2"]
    options = doctor.get("/reports/filters/options").json()
    assert options["radiologists"] == ["Dr. Lee", "Dr. Wu"]
    missing = doctor.get("/reports/R9")
    assert (missing.status_code, missing.json()) == (404, {"detail": "Report not found"})
    assert doctor.get("/reports/search", page=0).json() == {
        "detail": "Invalid parameter: page must be > 0"
    }


def test_a_changed_text_is_a_new_version_and_the_same_text_none(
    admin: Person, doctor: Person
) -> None:
    study(1)
    study(2)
    bring(admin, ROWS)
    assert counts(bring(admin, ROWS)) == (0, 0, 2, 0, 0)
    changed = [[*ROWS[0][:2], "All clear.", *ROWS[0][3:]]]
    assert counts(bring(admin, changed, dry_run="true")) == (0, 1, 0, 0, 0)
    assert doctor.get("/reports/R1").json()["version_number"] == 1
    assert counts(bring(admin, changed, on_conflict="skip")) == (0, 0, 0, 1, 0)
    assert counts(bring(admin, changed, on_conflict="reject")) == (0, 0, 0, 0, 1)
    assert counts(bring(admin, changed)) == (0, 1, 0, 0, 0)
    shown = doctor.get("/reports/R1/versions").json()["versions"]
    assert [(one["version_number"], one["change_type"]) for one in shown] == [
        (2, "update"),
        (1, "create"),
    ]
    assert [one["findings"] for one in shown] == ["All clear.", ROWS[0][2]]


def test_an_import_of_reports_is_taken_back_newest_first(admin: Person, doctor: Person) -> None:
    study(1)
    study(2)
    first = bring(admin, ROWS[:1])["import_id"]
    second = bring(admin, [[*ROWS[0][:2], "All clear.", *ROWS[0][3:]], ROWS[1]])["import_id"]
    too_early = admin.post(f"/import/tasks/{first}/undo")
    assert (too_early.status_code, "later imports" in too_early.json()["detail"]) == (409, True)
    assert admin.post(f"/import/tasks/{second}/undo").json()["undone"] is True
    again = doctor.get("/reports/R1").json()
    assert (again["findings"], again["version_number"]) == (ROWS[0][2], 1)
    assert doctor.get("/reports/search", q="all clear").json()["total"] == 0
    assert doctor.get("/reports/R2").status_code == 404
    # what was taken back can be brought again
    assert counts(bring(admin, ROWS)) == (1, 0, 1, 0, 0)
    assert admin.post(f"/import/tasks/{second}/undo").status_code == 409


def test_wrong_rows_of_reports_are_reported(admin: Person) -> None:
    study(1)
    rows = [
        ROWS[0],
        ROWS[0],
        ["R3", "404", "text", "", "", "", "", ""],
        ["R4", "00000000001", "", "", "", "", "", ""],
        ["R5", "00000000001", "text", "", "", "", "lost", ""],
        ["R6", "00000000001", "text", "", "", "", "", "soon"],
    ]
    done = bring(admin, rows)
    assert counts(done) == (1, 0, 0, 0, 5)
    # what is taken instead follows each
    assert [one["reason"].partition(". Taken are ")[0] for one in done["problems"]] == [
        "Row 3: Duplicate report_id R1: first in row 2",
        "Row 4: No study has this exam_id, and the row names no patient",
        "Row 5: Missing required fields: [findings]",
        "Row 6: Invalid status: lost",
        "Row 7: Invalid datetime format: soon",
    ]
    assert (Report.objects.count(), ReportVersion.objects.count()) == (1, 1)


# --- analyses -------------------------------------------------------------------------------


def test_an_analysis_is_asked_for_done_and_removed(doctor: Person) -> None:
    start = datetime(2025, 1, 2, 8)
    for number, minutes in enumerate((10, 20, 30, 40)):
        study(
            number,
            order_datetime=start,
            check_in_datetime=start + timedelta(minutes=minutes),
            patient_birth_date="19900101",
            patient_age=70,
        )
    answer = doctor.post(
        "/analysis/tasks", {"exam_id": "00000000002", "analysis_type": "turnaround"}
    )
    made = answer.json()
    assert answer.status_code == 201
    assert list(made) == ["task_id", "exam_id", "analysis_type", "status", "progress", "created_at"]
    assert (made["status"], made["progress"]) == ("pending", 0)
    assert datetime.fromisoformat(made["created_at"]).tzinfo is None
    assert isinstance(made["task_id"], str)
    waiting = doctor.get(f"/analysis/tasks/{made['task_id']}").json()
    assert list(waiting) == [
        "task_id", "exam_id", "patient_name", "analysis_type", "status", "progress", "results",
        "created_at", "completed_at",
    ]  # fmt: skip
    assert (waiting["results"], waiting["completed_at"]) == ({}, None)
    run_all()
    done = doctor.get(f"/analysis/tasks/{made['task_id']}").json()
    assert (done["status"], done["progress"], done["patient_name"]) == (
        "completed",
        100,
        "Patient 2",
    )
    assert done["results"]["order_to_check_in_minutes"] == 30.0
    # two of the three others were quicker
    assert done["results"]["order_to_check_in_percentile"] == 66.7
    assert done["results"]["order_to_certification_minutes"] is None
    assert done["results"]["provider"] == "builtin"
    doctor.post("/analysis/tasks", {"exam_id": "00000000001", "analysis_type": "completeness"})
    run_all()
    page = doctor.get("/analysis/tasks", status="completed", page_size=1).json()
    assert (page["total"], page["filters"]) == (
        2,
        {"statuses": ["pending", "running", "completed", "failed"]},
    )
    assert page["data"][0]["results"]["contradictions"] == [
        "patient_age 70 does not fit patient_birth_date"
    ]
    assert "medical_record_no" in page["data"][0]["results"]["missing"]
    removed = doctor.delete(f"/analysis/tasks/{made['task_id']}")
    assert (removed.status_code, removed.content) == (204, b"")
    for again in (doctor.get, doctor.delete):
        for named in (made["task_id"], "nope", "9" * 30):
            gone = again(f"/analysis/tasks/{named}")
            assert (gone.status_code, gone.json()) == (404, {"detail": "Task not found"})


def test_a_report_is_summarised_from_its_own_words(admin: Person, doctor: Person) -> None:
    study(1)
    study(2)
    study(3)
    bring(admin, ROWS)
    for number in (1, 2, 3):
        body = {"exam_id": f"{number:011d}", "analysis_type": "report_summary"}
        assert doctor.post("/analysis/tasks", body).status_code == 201
    run_all()
    data = doctor.get("/analysis/tasks").json()["data"]
    third, second, first = data
    assert first["results"]["summary"] == "Small nodule."
    assert first["results"]["denied_sentences"] == ["No effusion."]
    assert second["results"]["summary"] == "左肺有結節。"
    # nothing is made up where there is no report
    assert (third["status"], third["results"]) == (
        "failed",
        {"error": "The study has no report to summarise."},
    )
    assert doctor.get("/analysis/statistics").json() == {
        "total_tasks": 3,
        "completed_tasks": 2,
        "running_tasks": 0,
        "failed_tasks": 1,
        "average_duration_seconds": pytest.approx(0, abs=60),
        "success_rate": 0.6667,
    }


def test_a_waiting_analysis_is_stopped_when_it_is_removed(doctor: Person) -> None:
    study(1)
    made = doctor.post(
        "/analysis/tasks", {"exam_id": "00000000001", "analysis_type": "completeness"}
    ).json()
    assert doctor.delete(f"/analysis/tasks/{made['task_id']}").status_code == 204
    assert Task.objects.get(pk=made["task_id"]).status == "CANCELLED"
    assert doctor.get("/analysis/statistics").json()["total_tasks"] == 0


def test_wrong_requests_for_analyses(doctor: Person) -> None:
    study(1)
    types = "completeness, turnaround, report_summary"
    for body, status, detail in (
        ({"exam_id": "9", "analysis_type": "completeness"}, 404, "Study not found"),
        (
            {"exam_id": "00000000001", "analysis_type": "magic"},
            400,
            f"Invalid parameter: analysis_type must be one of {types}",
        ),
        ({"exam_id": "x"}, 400, "Invalid parameter: analysis_type: This field is required."),
    ):
        answer = doctor.post("/analysis/tasks", body)
        assert (answer.status_code, answer.json()) == (status, {"detail": detail})
    assert doctor.get("/analysis/options").json()["analysis_types"] == types.split(", ")

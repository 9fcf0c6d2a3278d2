"""The officers' side: search, the machine's suggestions and their correction, the spreadsheet."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import SecretStr
from tests.fixtures import SetEnvironment

from bureau.desks.grievances.classification.classifying import Suggestion, keep
from bureau.desks.grievances.models import Correction, Grievance
from bureau.desks.grievances.reports.sheets import harmless
from bureau.desks.grievances.tests.conftest import COMPLAINT, Visitor
from bureau.kernel.events.models import Event

pytestmark = pytest.mark.django_db
AIR, NOISE = "Environmental - Air Pollution", "Environmental - Noise Pollution"


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", 1),
        ("status=pending", 1),
        ("status=CLOSED", 0),
        ("municipality=birtamod", 1),
        ("ward=4&district=jh", 1),
        ("date_from=2020-01-01", 1),
        ("date_to=2020-01-01", 0),
        ("sensitive=true", 0),
        ("high_priority=false", 1),
    ],
)
def test_cases_are_found_by_what_is_not_sealed(
    officer: Visitor, filed: dict[str, Any], query: str, count: int
) -> None:
    assert officer.get(f"/api/grievances?{query}").json()["count"] == count


@pytest.mark.parametrize(
    "query", ["status=HAPPY", "date_from=yesterday", "ward=x", "sensitive=maybe"]
)
def test_a_filter_that_cannot_be_one_is_named(officer: Visitor, query: str) -> None:
    answer = officer.get(f"/api/grievances?{query}")
    assert answer.status_code == 400
    assert list(answer.json()["error"]["fields"]) == [query.partition("=")[0]]


def test_a_list_holds_no_word_of_what_was_said(officer: Visitor, filed: dict[str, Any]) -> None:
    text = officer.get("/api/grievances").content.decode()
    assert filed["grievance_id"] in text
    for name in ("grievance_description", "complainant_full_name", "complainant_phone"):
        assert COMPLAINT[name] not in text


def test_officers_never_see_who_complained(officer: Visitor, filed: dict[str, Any]) -> None:
    text = officer.get(f"/api/grievance/{filed['grievance_id']}").content.decode()
    assert COMPLAINT["grievance_description"] in text
    for name in ("complainant_full_name", "complainant_email", "complainant_address"):
        assert COMPLAINT[name] not in text
    assert "9841234567" not in text
    assert Event.objects.filter(type="grievance.opened").exists()


def test_an_officers_word_stands_and_the_machine_is_measured_by_it(
    officer: Visitor, filed: dict[str, Any]
) -> None:
    path = f"/api/grievance/{filed['grievance_id']}/classification"
    case = Grievance.objects.get()
    keep(case, Suggestion([(AIR, 0.8), (NOISE, 0.15)], "Dust.", "builtin", "e5"))
    agreed = officer.call("PATCH", path, {"grievance_categories": [AIR.upper()]}).json()
    assert (agreed["ok"], agreed["officer_confirmed"]) == (True, True)
    officer.call("PATCH", path, {"grievance_categories": [NOISE]})
    assert list(Correction.objects.values_list("was_right", flat=True).order_by("id")) == [
        True,
        False,
    ]
    data = officer.get("/api/classification-accuracy").json()["data"]
    assert (data["n"], data["accuracy"]) == (2, 0.5)
    assert [one["accuracy"] for one in data["categories"]] == [1.0, 0.0]
    # a later run of the machine does not overrule a person
    keep(Grievance.objects.get(), Suggestion([(AIR, 0.9)], "Other.", "builtin", "e5"))
    assert Grievance.objects.get().categories == [NOISE]
    unknown = officer.call("PATCH", path, {"grievance_categories": ["Weather"]})
    assert unknown.status_code == 400


def test_whoever_filed_reviews_the_suggestion_before_an_officer_does(
    nobody: Visitor, bot: Visitor, officer: Visitor, filed: dict[str, Any]
) -> None:
    path = f"/grievance-review/{filed['grievance_id']}"
    keep(Grievance.objects.get(), Suggestion([(AIR, 0.8)], "Dust.", "builtin", "e5"))
    assert bot.get(path).json()["data"]["grievance_categories"] == [AIR]
    mine = nobody.with_token(filed["token"])
    changed = mine.post(path, {"grievance_categories": [NOISE], "grievance_summary": "Noise."})
    assert changed.json()["data"]["grievance_classification_status"] == "complainant_confirmed"
    assert mine.post(path, {"grievance_description": "something else"}).status_code == 409
    forged = mine.post(path, {"grievance_classification_status": "officer_confirmed"})
    assert forged.status_code == 400
    officer.call("PATCH", f"/api/grievance/{filed['grievance_id']}/classification", {})
    assert mine.post(path, {"grievance_summary": "Again."}).status_code == 409


def test_the_sheet_has_the_columns_of_its_script_and_no_identity_unless_allowed(
    nobody: Visitor,
    officer: Visitor,
    other_officer: Visitor,
    environment: SetEnvironment,
    filed: Any,
) -> None:
    environment(gsheet_bearer_token=SecretStr("sheet-token-of-some-length"))
    sheet = nobody.with_token("sheet-token-of-some-length")
    body = sheet.get("/gsheet-get-grievances").json()
    row = body["data"]["data"][0]
    assert list(row) == [
        "complainant_id",
        "grievance_id",
        "status",
        "grievance_timeline",
        "complainant_full_name",
        "complainant_phone",
        "complainant_municipality",
        "complainant_village",
        "complainant_address",
        "grievance_description",
        "grievance_summary",
        "grievance_categories",
        "grievance_sensitive_issue",
        "grievance_high_priority",
        "grievance_creation_date",
        "grievance_status_update_date",
        "notes",
    ]
    assert row["grievance_timeline"] > row["grievance_creation_date"]
    assert row["grievance_status_update_date"]
    assert (row["complainant_full_name"], row["complainant_phone"]) == ("", "")
    assert other_officer.get("/gsheet-get-grievances").json()["data"]["count"] == 0
    assert nobody.with_token("sita").get("/gsheet-get-grievances").status_code == 401
    assert nobody.get("/gsheet-get-grievances").status_code == 403
    environment(gsheet_with_identity=True)
    allowed = sheet.get("/gsheet-get-grievances").json()["data"]["data"][0]
    assert (allowed["complainant_full_name"], allowed["complainant_phone"]) == (
        "Ram Bahadur Thapa",
        "'+9779841234567",
    )
    assert Event.objects.filter(type="grievance.exported").count() == 3


def test_the_sheets_script_finds_the_words_of_a_refusal(nobody: Visitor, officer: Visitor) -> None:
    refused = nobody.with_token("sita").get("/gsheet-get-grievances")
    assert refused.status_code == 401
    assert refused.json()["message"] == refused.json()["error"]["message"] != ""
    answer = officer.get("/gsheet-get-grievances?start_date=yesterday")
    assert answer.status_code == 400
    assert "date_from" in answer.json()["error"]["fields"]
    assert "2026-01-31" in answer.json()["message"]


def test_the_sheet_shows_the_newest_note_with_the_identity(
    officer: Visitor, environment: SetEnvironment, filed: Any
) -> None:
    path = f"/api/grievance/{filed['grievance_id']}/status"
    said = {"status_code": "UNDER_EVALUATION", "notes": "An engineer comes on Monday."}
    assert officer.post(path, said).status_code == 200
    row = officer.get("/gsheet-get-grievances").json()["data"]["data"][0]
    assert row["notes"] == ""
    environment(gsheet_with_identity=True)
    row = officer.get("/gsheet-get-grievances").json()["data"]["data"][0]
    assert row["notes"] == "An engineer comes on Monday."


def test_cells_that_a_spreadsheet_would_run_are_made_harmless(
    nobody: Visitor, officer: Visitor, jhapa: Any
) -> None:
    for said in ("=HYPERLINK(1)", "+1+1", "-2+3", "@SUM(A1)", "\t=1", " =1"):
        nobody.post("/submit-grievance", {**COMPLAINT, "grievance_description": f"{said} dust"})
    rows = officer.get("/gsheet-get-grievances").json()["data"]["data"]
    assert len(rows) == 6
    assert all(
        not str(row["grievance_description"]).startswith(("=", "+", "-", "@", "\t")) for row in rows
    )
    assert harmless("plain") == "plain"


def test_a_bot_fills_in_what_is_blank_and_overwrites_nothing(
    bot: Visitor, filed: dict[str, Any]
) -> None:
    path = f"/api/complainant/{filed['complainant_id']}"
    said = {"complainant_phone": "9811111111", "complainant_village": "Tole", "complainant_ward": 7}
    answer = bot.call("PATCH", path, said).json()
    assert answer["updated_fields"] == ["complainant_ward", "complainant_village"]
    person = Grievance.objects.get().complainant
    assert (person.phone, person.village, person.ward) == ("+9779841234567", "Tole", 7)


def test_a_forged_report_reaches_nobody(
    nobody: Visitor, officer: Visitor, bot: Visitor, filed: dict[str, Any]
) -> None:
    forged = {"grievance_id": filed["grievance_id"], "status": "SUCCESS", "result": {"x": 1}}
    mine = nobody.with_token(filed["token"])
    assert [who.post("/task-status", forged).status_code for who in (nobody, mine, officer)] == [
        403,
        403,
        403,
    ]
    assert not Event.objects.filter(type="grievance.task_reported").exists()
    assert bot.post("/task-status", {"task_id": "1", "status": "SUCCESS"}).json() == {
        "status": "acknowledged"
    }
    told = bot.post("/task-status", forged).json()
    assert (told["status"], told["data"]) == ("acknowledged", {"x": 1})
    assert "x" not in Event.objects.get(type="grievance.task_reported").payload


def test_health_and_statuses_are_public(nobody: Visitor) -> None:
    health = nobody.get("/health").json()
    assert (health["status"], health["database"], health["redis"]) == (
        "healthy",
        "connected",
        "connected",
    )
    data = nobody.get("/api/grievance/statuses").json()["data"]
    assert [one["sort_order"] for one in data] == list(range(1, 8))
    categories = nobody.get("/api/categories").json()["data"]
    assert len(categories) == 24
    assert all(one["follow_up_question_description_ne"] for one in categories)

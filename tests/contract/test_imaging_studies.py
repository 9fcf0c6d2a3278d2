"""Studies as the imaging contract writes them: shape, filters, order, refusals, options, export."""

from __future__ import annotations

import csv
import io
import json
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from tests.contract.imaging import BASE, Person, person, study

from bureau.desks.imaging.models import Study
from bureau.kernel.accounts.models import Role

pytestmark = pytest.mark.django_db

SEARCH = "/studies/search"
COLUMNS = [
    "exam_id",
    "medical_record_no",
    "application_order_no",
    "patient_name",
    "patient_gender",
    "patient_birth_date",
    "patient_age",
    "exam_status",
    "exam_source",
    "exam_item",
    "exam_description",
    "exam_room",
    "exam_equipment",
    "equipment_type",
    "order_datetime",
    "check_in_datetime",
    "report_certification_datetime",
    "certified_physician",
    "data_load_time",
]
NULLABLE = [
    "medical_record_no",
    "patient_gender",
    "patient_age",
    "exam_description",
    "check_in_datetime",
    "report_certification_datetime",
]
REQUIRED = [
    "exam_id",
    "patient_name",
    "exam_status",
    "exam_source",
    "exam_item",
    "equipment_type",
    "order_datetime",
]


@pytest.fixture
def doctor() -> Person:
    return person("radiologist", Role.DOCTOR)


@pytest.fixture
def three() -> None:
    """The contract's fixtures: CT, MRI and X-ray."""
    study(
        1,
        medical_record_no="00012345",
        application_order_no="A1",
        patient_name="張偉",
        patient_gender="M",
        patient_birth_date="1980-01-15",
        patient_age=45,
        exam_description="Chest with contrast",
        exam_room="Room 1",
        exam_equipment="Scanner 1",
        check_in_datetime=datetime(2025, 1, 2, 10),
        report_certification_datetime=datetime(2025, 1, 2, 11, 0, 0, 250_000),
        certified_physician="Dr. Lee",
        data_load_time=datetime(2025, 2, 1),
    )
    study(2, exam_source="MRI", exam_item="Brain MRI", equipment_type="MR", exam_status="pending")
    study(3, exam_source="X-ray", exam_item="Hand", equipment_type="CR", patient_name="Ann Lee")


def refused(answer: Any, detail: str, status: int = 400) -> None:
    assert (answer.status_code, answer.json()) == (status, {"detail": detail})


# --- shape ----------------------------------------------------------------------------------


def test_a_page_has_the_keys_of_the_contract_in_their_order(doctor: Person, three: None) -> None:
    answer = doctor.get(SEARCH)
    body = json.loads(answer.content, object_pairs_hook=list)
    assert [key for key, _ in body] == ["data", "total", "page", "page_size", "filters"]
    assert [key for key, _ in dict(body)["filters"]] == [
        "exam_statuses",
        "exam_sources",
        "exam_items",
        "equipment_types",
    ]
    page = answer.json()
    assert (page["total"], page["page"], page["page_size"]) == (3, 1, 20)
    assert page["filters"] == {
        "exam_statuses": ["completed", "pending"],
        "exam_sources": ["CT", "MRI", "X-ray"],
        "exam_items": ["Brain MRI", "Chest CT", "Hand"],
        "equipment_types": ["CR", "CT", "MR"],
    }


def test_a_list_item_has_the_contracts_fields_and_nulls_are_null(
    doctor: Person, three: None
) -> None:
    full, bare = doctor.get(SEARCH, sort="order_datetime_asc").json()["data"][:2]
    assert set(REQUIRED) | set(NULLABLE) <= full.keys()
    assert list(full) == [name for name in COLUMNS if name in full]
    assert all(isinstance(full[name], str) and full[name] for name in REQUIRED)
    assert {name: bare[name] for name in NULLABLE} == dict.fromkeys(NULLABLE)
    assert full["patient_age"] == 45
    # what a list does not need it does not tell
    assert not {"patient_birth_date", "exam_room", "exam_equipment"} & full.keys()


def test_a_detail_has_nineteen_fields_in_model_order_with_naive_times(
    doctor: Person, three: None
) -> None:
    answer = doctor.get("/studies/00000000001")
    shown = answer.json()
    assert list(shown) == COLUMNS
    assert shown["order_datetime"] == "2025-01-02T09:30:00"
    assert shown["report_certification_datetime"] == "2025-01-02T11:00:00"
    assert shown["patient_birth_date"] == "1980-01-15"
    assert shown["medical_record_no"] == "00012345"
    for name in COLUMNS[14:17]:
        assert datetime.fromisoformat(shown[name]).tzinfo is None
    # Chinese is written as it is
    assert '"patient_name":"張偉"'.encode() in answer.content
    assert answer["Content-Type"] == "application/json"


def test_an_unknown_study_is_not_found(doctor: Person, three: None) -> None:
    refused(doctor.get("/studies/99999999999"), "Study not found", 404)
    refused(doctor.get("/studies/%00"), "Study not found", 404)
    refused(doctor.get("/nothing/here"), "Resource not found", 404)


# --- searching ------------------------------------------------------------------------------


def test_a_term_is_looked_for_in_name_description_and_item_in_any_case(
    doctor: Person, three: None
) -> None:
    assert doctor.ids(q="MRI") == ["00000000002"]
    assert doctor.ids(q="mri") == ["00000000002"]
    assert doctor.ids(q="WITH CONTRAST") == ["00000000001"]
    assert doctor.ids(q="張") == doctor.ids(q="張偉") == ["00000000001"]
    # full-width letters are the same letters
    assert doctor.ids(q="ＭＲＩ") == ["00000000002"]
    assert doctor.ids(q="Room 1") == doctor.ids(q="00012345") == []
    assert doctor.ids(q="  ") == doctor.ids(q="") == doctor.ids()


@pytest.mark.parametrize(
    "term", ["%", "_", "\\", "%_\\", "*", "'", '"', "(", "[", "$1", "%s", "{}"]
)
def test_wildcards_are_characters_like_any_other(doctor: Person, term: str) -> None:
    study(1, exam_item="plain")
    assert doctor.ids(q=term) == []
    study(2, exam_description=f"a{term}b")
    assert doctor.ids(q=term) == ["00000000002"]
    assert doctor.ids(q=f"A{term}B") == ["00000000002"]


def test_all_fields_are_searched_where_that_is_asked_for(doctor: Person, three: None) -> None:
    for term in ("00012345", "2345", "A1", "room 1", "Scanner", "dr. lee"):
        assert "00000000001" in doctor.ids(q=term, fields="all"), term
    assert set(doctor.ids(q="lee", fields="all")) == {"00000000001", "00000000003"}
    assert doctor.ids(q="lee") == ["00000000003"]


def test_filters_are_exact_and_may_be_repeated(doctor: Person, three: None) -> None:
    assert doctor.ids(exam_status="pending") == ["00000000002"]
    assert doctor.ids(exam_status="Pending") == []
    assert set(doctor.ids(exam_source=["CT", "MRI"])) == {"00000000001", "00000000002"}
    assert set(doctor.ids(**{"exam_source[]": ["CT", "MRI"]})) == {"00000000001", "00000000002"}
    assert doctor.ids(exam_item="Hand", equipment_type="CR") == ["00000000003"]
    assert doctor.ids(exam_item="Hand", equipment_type="CT") == []
    for name, value in {
        "application_order_no": "A1",
        "patient_gender": "M",
        "exam_description": "Chest with contrast",
        "exam_room": "Room 1",
        "exam_equipment": "Scanner 1",
    }.items():
        assert doctor.ids(**{name: value}) == ["00000000001"], name
    assert doctor.ids(exam_status="", exam_item="") == doctor.ids()


def test_ages_are_inclusive_and_leave_unknown_ages_out(doctor: Person, three: None) -> None:
    assert doctor.ids(patient_age_min=45) == doctor.ids(patient_age_max=45) == ["00000000001"]
    assert doctor.ids(patient_age_min=46) == doctor.ids(patient_age_max=44) == []


def test_a_day_is_meant_to_its_end(doctor: Person) -> None:
    study(1, order_datetime=datetime(2025, 3, 1, 0, 0))
    study(2, order_datetime=datetime(2025, 3, 1, 23, 59, 59))
    study(3, order_datetime=datetime(2025, 3, 2, 0, 0))
    assert doctor.ids(
        start_date="2025-03-01", end_date="2025-03-01", sort="order_datetime_asc"
    ) == [
        "00000000001",
        "00000000002",
    ]
    assert doctor.ids(end_date="2025-03-01T23:59:58") == ["00000000001"]
    assert doctor.ids(end_date="2025-03-02T00:00:00", start_date="2025-03-02") == ["00000000003"]


def test_pages_are_stable_when_times_are_equal(doctor: Person) -> None:
    same = datetime(2025, 5, 5, 12)
    for number in range(25):
        study(number, order_datetime=same, patient_name="Same Name")
    for sort in ("order_datetime_desc", "order_datetime_asc", "patient_name_asc"):
        pages = [doctor.ids(sort=sort, page=page, page_size=10) for page in (1, 2, 3)]
        assert [len(page) for page in pages] == [10, 10, 5]
        numbers = [one for page in pages for one in page]
        assert sorted(numbers) == numbers or sorted(numbers, reverse=True) == numbers
        assert len(set(numbers)) == 25


def test_sorts(doctor: Person, three: None) -> None:
    newest_first = ["00000000003", "00000000002", "00000000001"]
    assert doctor.ids() == doctor.ids(sort="order_datetime_desc") == newest_first
    assert doctor.ids(sort="order_datetime_asc") == newest_first[::-1]
    assert doctor.ids(sort="patient_name_asc")[0] == "00000000003"
    assert doctor.ids(sort="drop table") == newest_first


def test_a_page_past_the_end_is_empty_and_knows_the_total(doctor: Person, three: None) -> None:
    for page in (2, 1_000_000, 10**17):
        body = doctor.get(SEARCH, page=page, page_size=3).json()
        assert (body["data"], body["total"], body["page"]) == ([], 3, page)


def test_limit_and_offset_are_older_names(doctor: Person, three: None) -> None:
    body = doctor.get(SEARCH, limit=2, offset=2).json()
    assert [one["exam_id"] for one in body["data"]] == ["00000000001"]
    assert (body["total"], body["page"], body["page_size"]) == (3, 2, 2)
    assert doctor.get(SEARCH, limit=101, offset=-1).json()["page_size"] == 20


def test_pages_by_the_last_study_seen(doctor: Person) -> None:
    for number in range(7):
        study(number, order_datetime=datetime(2025, 5, 5, number // 3))
    for sort in ("order_datetime_desc", "order_datetime_asc", "patient_name_asc"):
        seen, after = [], ""
        while after is not None:
            body = doctor.get(SEARCH, after=after, page_size=3, sort=sort).json()
            seen += [one["exam_id"] for one in body["data"]]
            after = body["next_after"]
            assert body["total"] == 7
        assert seen == doctor.ids(sort=sort)
    refused(
        doctor.get(SEARCH, after="gone"),
        "Invalid parameter: after names no study; begin again without it",
    )


# --- refusals -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "detail"),
    [
        ({"page": 0}, "page must be > 0"),
        ({"page": -1}, "page must be > 0"),
        ({"page": "two"}, "page must be a whole number"),
        ({"page": "1" * 30}, "page must be a whole number"),
        ({"page_size": 0}, "page_size must be > 0"),
        ({"page_size": 101}, "page_size must be <= 100"),
        ({"q": "x" * 201}, "q must have at most 200 characters"),
        ({"q": "x" * 10_240}, "q must have at most 200 characters"),
        ({"q": "a\tb"}, "q must not contain control characters"),
        ({"exam_status": "a\x1fb"}, "exam_status must not contain control characters"),
        (
            {"start_date": "yesterday"},
            "start_date must be a date (YYYY-MM-DD) or YYYY-MM-DDTHH:MM:SS",
        ),
        ({"end_date": "2025-02-30"}, "end_date must be a date (YYYY-MM-DD) or YYYY-MM-DDTHH:MM:SS"),
        (
            {"start_date": "2025-W01"},
            "start_date must be a date (YYYY-MM-DD) or YYYY-MM-DDTHH:MM:SS",
        ),
        ({"end_date": "9999-12-31"}, "end_date must be a date (YYYY-MM-DD) or YYYY-MM-DDTHH:MM:SS"),
        (
            {"start_date": "2025-03-02", "end_date": "2025-03-01"},
            "end_date must not be before start_date",
        ),
        ({"patient_age_min": "old"}, "patient_age_min must be a whole number"),
        (
            {"patient_age_min": 9, "patient_age_max": 8},
            "patient_age_max must not be below patient_age_min",
        ),
        ({"fields": "some"}, "fields must be all or left out"),
    ],
)
def test_a_wrong_parameter_is_named(doctor: Person, query: dict[str, Any], detail: str) -> None:
    refused(doctor.get(SEARCH, **query), f"Invalid parameter: {detail}")


def test_nul_is_refused_and_harms_nothing(doctor: Person) -> None:
    for name in ("q", "exam_item", "page", "sort", "format"):
        answer = doctor.get(SEARCH, **{name: "a\0b"})
        assert answer.status_code in {200, 400}, name
    assert doctor.get(SEARCH, q="a\0b").status_code == 400
    assert doctor.get(SEARCH, after="a\0b").status_code == 400


# --- beyond the contract, for who asks -------------------------------------------------------


def test_facets_count_under_the_other_filters(doctor: Person, three: None) -> None:
    facets = doctor.get(SEARCH, facets="true", exam_status="completed").json()["facets"]
    assert facets["exam_statuses"] == [
        {"value": "completed", "count": 2, "selected": True},
        {"value": "pending", "count": 1, "selected": False},
    ]
    assert [one["value"] for one in facets["exam_sources"]] == ["CT", "X-ray"]
    facets = doctor.get(SEARCH, facets="true", q="lee").json()["facets"]
    assert facets["exam_items"] == [{"value": "Hand", "count": 1, "selected": False}]
    assert "facets" not in doctor.get(SEARCH).json()


def test_typing_errors_are_forgiven_where_asked_and_only_add(doctor: Person) -> None:
    study(1, patient_name="John Smith")
    study(2, patient_name="Jane Smyth")
    study(3, patient_name="林淑美")
    study(4, patient_name="林淑芬")
    study(5, patient_name="王小明")
    assert doctor.ids(q="smyth") == ["00000000002"]
    assert set(doctor.ids(q="smyth", typo="true")) == {"00000000001", "00000000002"}
    assert set(doctor.ids(q="林淑美", typo="1")) == {"00000000003", "00000000004"}
    assert doctor.ids(q="王小", typo="1") == ["00000000005"]
    body = doctor.get(SEARCH, q="smyth", typo="true", why="true").json()
    reasons = {one["exam_id"][-1]: one["matched"] for one in body["data"]}
    assert body["total"] == 2
    assert reasons == {
        "1": [{"field": "patient_name", "how": "resembles"}],
        "2": [{"field": "patient_name", "how": "contains"}],
    }


def test_why_it_matched(doctor: Person, three: None) -> None:
    (found,) = doctor.get(SEARCH, q="chest", why="true").json()["data"]
    fields = [reason["field"] for reason in found["matched"]]
    assert fields == ["exam_description", "exam_item"]


# --- options --------------------------------------------------------------------------------


def test_options_follow_the_records_at_once(doctor: Person, three: None) -> None:
    options = doctor.get("/studies/filters/options").json()
    assert options["exam_sources"] == ["CT", "MRI", "X-ray"]
    assert options["exam_rooms"] == ["Room 1"]
    assert options["exam_descriptions"] == ["Chest with contrast"]
    Study.objects.filter(exam_source="MRI").update(exam_source="超音波")
    Study.objects.filter(exam_source="X-ray").delete()
    assert doctor.get("/studies/filters/options").json()["exam_sources"] == ["CT", "超音波"]
    assert doctor.get(SEARCH, facets="1").json()["facets"]["exam_sources"] == [
        {"value": "CT", "count": 1, "selected": False},
        {"value": "超音波", "count": 1, "selected": False},
    ]


# --- export ---------------------------------------------------------------------------------


def body_of(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


def test_csv_export(doctor: Person, three: None) -> None:
    answer = doctor.get("/studies/export", format="pdf", sort="order_datetime_asc")
    content = body_of(answer)
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert rows[0] == COLUMNS[:-1]
    assert rows[1][:4] == ["00000000001", "00012345", "A1", "張偉"]
    assert rows[1][14] == "2025-01-02T09:30:00"
    assert rows[2][1] == ""
    name = answer["Content-Disposition"]
    stamp = name.removeprefix("attachment; filename=studies_export_").removesuffix(".csv")
    assert datetime.strptime(stamp, "%Y%m%d_%H%M%S")
    assert "Content-Disposition" in answer["Access-Control-Expose-Headers"]
    assert answer["X-Export-Truncated"] == "false"
    chosen = body_of(doctor.get("/studies/export", exam_ids=["00000000002"], q="mri"))
    assert len(chosen.splitlines()) == 2


def test_xlsx_export(doctor: Person, three: None) -> None:
    import openpyxl

    content = body_of(doctor.get("/studies/export", format="xlsx", q="chest"))
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book["Studies Export"]
    assert [cell.value for cell in sheet[1]] == COLUMNS[:-1]
    assert sheet["A1"].font.bold
    assert sheet.freeze_panes == "A2"
    assert (sheet["A2"].value, sheet["G2"].value) == ("00000000001", 45)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "＝1", " =1"])
def test_no_exported_cell_is_a_formula(doctor: Person, text: str) -> None:
    import openpyxl

    study(1, patient_name=text)
    content = body_of(doctor.get("/studies/export")).decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(content)))[1][3] == f"'{text}"
    book = openpyxl.load_workbook(io.BytesIO(body_of(doctor.get("/studies/export", format="xlsx"))))
    assert book["Studies Export"]["D2"].data_type == "s"


def test_a_capped_export_says_so(doctor: Person, three: None, monkeypatch: Any) -> None:
    monkeypatch.setattr("bureau.desks.imaging.services.exports.LIMIT", 2)
    answer = doctor.get("/studies/export")
    assert len(body_of(answer).splitlines()) == 3
    assert answer["X-Export-Truncated"] == "true"
    assert (answer["X-Total-Count"], answer["X-Exported-Count"]) == ("3", "2")


def test_an_export_without_names(doctor: Person, three: None) -> None:
    study(4, patient_name="張偉", medical_record_no="00012345", exam_description="of 張偉")
    content = body_of(doctor.get("/studies/export", pseudonymised="true")).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(content)))
    for secret in ("張偉", "00012345", "1980-01-15", "Dr. Lee", "00000000001"):
        assert secret not in content
    same = [row for row in rows if row["exam_description"] in {"of ***", "Chest with contrast"}]
    assert len({row["patient_name"] for row in same}) == 1
    assert len({row["exam_id"] for row in rows}) == 4


# --- service routes -------------------------------------------------------------------------


def test_service_routes() -> None:
    client = Client()
    assert client.get(f"{BASE}/health").json() == {"status": "ok", "version": "1.0.0"}
    index = client.get(f"{BASE}/").json()
    assert list(index) == ["app", "version", "docs"]
    page = client.get(index["docs"])
    assert "医疗影像管理系统 API" in page.content.decode()
    assert f'data-schema="{BASE}/openapi.json"' in page.content.decode()
    document = client.get(f"{BASE}/openapi.json").json()
    assert document["info"]["title"] == "医疗影像管理系统 API"
    names = {
        one["name"] for one in document["paths"][f"{BASE}/studies/search"]["get"]["parameters"]
    }
    assert {"q", "exam_status", "exam_source", "exam_item", "page", "page_size"} <= names

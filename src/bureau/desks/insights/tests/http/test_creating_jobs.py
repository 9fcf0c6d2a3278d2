"""A request for charts becomes a job, or is refused in the contract's words and leaves nothing."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from django.conf import settings

from bureau.desks.insights import catalogue
from bureau.desks.insights.ingestion import sandboxed
from bureau.desks.insights.models import ChartJob
from bureau.desks.insights.tests.books import named_workbook
from bureau.desks.insights.tests.http.desk import (
    COUNTRIES,
    INVENTORS,
    Analyst,
    countries_only,
    nothing_is_left,
    upload,
)
from bureau.kernel.files.models import StoredFile
from bureau.kernel.jobs.models import Task
from bureau.kernel.sandbox.tests import misbehaving


def test_a_form_with_a_workbook_becomes_a_job(ana: Analyst, filters: bytes) -> None:
    answer = ana.ask(filters, COUNTRIES, INVENTORS)
    assert answer.status_code == 201
    job_id = answer.json()["job_id"]
    assert answer.json() == {
        "job_id": job_id,
        "status": "PENDING",
        "message": "Job created and enqueued",
    }
    assert ChartJob.objects.get(pk=job_id).job.owner == ana.user
    assert [path.read_bytes() for path in settings.FILES_DIR.rglob("*") if path.is_file()] == [
        filters
    ]
    kinds = Task.objects.filter(job_id=job_id).order_by("id").values_list("kind", "counts")
    assert list(kinds) == [
        ("insights.ingest", False),
        ("insights.render_chart", True),
        ("insights.render_chart", True),
    ]


def test_a_json_body_becomes_a_lens_job(ana: Analyst, environment: Any) -> None:
    from pydantic import SecretStr

    environment(lens_api_token=SecretStr("token"))
    body = {
        "source_type": "lens",
        "source_params": {"query": "biopolymer", "jurisdiction": "EC"},
        "images": [{"algorithm_key": COUNTRIES, "params": {"top_n": 5}, "output_format": "svg"}],
        "visualization_config": {"color_palette": "ocean"},
    }
    answer = ana.post("/api/jobs/", body)
    assert answer.status_code == 201
    job = ana.job(answer.json()["job_id"])
    assert (job["source_type"], job["created_by"]) == ("lens", ana.user.pk)
    assert job["images"][0]["params"] == {"top_n": 5}
    assert job["images"][0]["output_format"] == "svg"


def test_a_table_as_csv_is_accepted_as_an_export(ana: Analyst) -> None:
    text = "Countries (family),Number of documents\nUS,30\nCN,20\n"
    job = ana.finished_job(text.encode(), COUNTRIES)
    assert job["status"] == "SUCCESS", job["image_tasks"]


REFUSALS: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"source_type": "custom"}, {"error": "Unsupported source_type: custom"}),
    (
        {"source_type": "espacenet_excel"},
        {"non_field_errors": ["source_data is required for espacenet_excel"]},
    ),
    ({"source_type": "lens"}, {"non_field_errors": ["source_params is required for lens"]}),
    ({"source_type": "ftp"}, {"source_type": ['"ftp" is not a valid choice.']}),
    ({"source_type": None}, {"source_type": ['"None" is not a valid choice.']}),
    ({"images": []}, {"images": ["This list may not be empty."]}),
    (
        {"images": [{"algorithm_key": COUNTRIES}] * 101},
        {"images": ["Ensure this list has no more than 100 entries."]},
    ),
    (
        {"idempotency_key": "k" * 256},
        {"idempotency_key": ["Ensure this field has no more than 255 characters."]},
    ),
    ({"images": [{}]}, {"images": [{"algorithm_key": ["This field is required."]}]}),
    (
        {"source_params": {"jurisdiction": "Ecuador"}, "source_type": "lens"},
        {"source_params": ["jurisdiction 'ECUADOR' is not a two-letter code such as EC or US."]},
    ),
]


@pytest.mark.parametrize(("change", "body"), REFUSALS, ids=lambda value: str(value)[:40])
def test_a_wrong_request_is_refused_in_the_contracts_words(
    ana: Analyst, change: dict[str, Any], body: dict[str, Any]
) -> None:
    request = {"source_type": "lens", "images": [{"algorithm_key": COUNTRIES}], **change}
    answer = ana.post("/api/jobs/", request)
    assert (answer.status_code, answer.json()) == (400, body)
    assert nothing_is_left()


def test_an_unknown_algorithm_is_named_at_its_place(ana: Analyst, filters: bytes) -> None:
    answer = ana.ask(filters, COUNTRIES, "x")
    sentence = (
        "Algorithm 'x' version '1.0' not found in registry. "
        f"Available algorithms: {catalogue.available()}"
    )
    assert answer.status_code == 400
    assert answer.json() == {"images": [{}, {"algorithm_key": [sentence]}]}
    assert nothing_is_left()


def test_wrong_parameters_are_named_below_params(ana: Analyst, filters: bytes) -> None:
    images = json.dumps([{"algorithm_key": COUNTRIES, "params": {"top_n": 0}}])
    answer = ana.ask(filters, images=images)
    assert answer.status_code == 400
    assert list(answer.json()["images"][0]["params"]) == ["top_n"]
    assert nothing_is_left()


def test_a_wrong_palette_of_the_whole_job_is_named(ana: Analyst, filters: bytes) -> None:
    config = json.dumps({"color_palette": "neon"})
    answer = ana.ask(filters, COUNTRIES, visualization_config=config)
    assert (answer.status_code, list(answer.json())) == (400, ["visualization_config"])
    assert nothing_is_left()


def test_images_that_are_no_json_are_refused(ana: Analyst, filters: bytes) -> None:
    answer = ana.ask(filters, images="[{")
    assert (answer.status_code, list(answer.json())) == (400, ["images"])
    assert nothing_is_left()


@pytest.mark.parametrize(
    "content",
    [b"%PDF-1.7 not a table", b"PK\x03\x04 broken archive", b"<html></html>", b"\x00\x01\x02"],
    ids=["pdf", "broken archive", "web page", "binary"],
)
def test_a_file_that_is_no_workbook_leaves_nothing(ana: Analyst, content: bytes) -> None:
    answer = ana.ask(content, COUNTRIES)
    assert answer.status_code == 400
    assert answer.json()["error"] == "Source file not found or could not be processed"
    assert answer.json()["detail"]
    assert nothing_is_left()


def test_a_workbook_without_any_needed_sheet_says_what_it_has(ana: Analyst) -> None:
    answer = ana.ask(countries_only(), INVENTORS)
    assert answer.status_code == 400
    details = answer.json()["validation_details"]
    assert details["found_sheets"] == ["Countries (family)"]
    assert "Inventors" in answer.json()["detail"]
    assert nothing_is_left()


def test_a_file_over_the_limit_is_refused(ana: Analyst, filters: bytes, monkeypatch: Any) -> None:
    from dataclasses import replace

    from bureau.desks.insights import files
    from bureau.kernel.files import kinds

    small = replace(kinds.kind_of(files.SOURCE), max_bytes=1000)
    monkeypatch.setitem(kinds._kinds, files.SOURCE, small)
    assert ana.ask(filters, COUNTRIES).status_code == 413
    assert nothing_is_left()


def test_lens_without_a_token_says_what_the_operator_has_to_set(ana: Analyst) -> None:
    body = {
        "source_type": "lens",
        "source_params": {"query": "biopolymer"},
        "images": [{"algorithm_key": COUNTRIES}],
    }
    answer = ana.post("/api/jobs/", body)
    assert answer.status_code == 400
    assert "LENS_API_TOKEN" in answer.json()["error"]
    assert nothing_is_left()


def test_nobody_gets_in_without_signing_in(client: Any, db: None) -> None:
    assert client.post("/api/jobs/", {}).status_code == 403
    assert client.get("/api/image-tasks/").status_code == 403


def test_the_same_key_and_request_give_the_same_job(ana: Analyst, filters: bytes) -> None:
    first = ana.ask(filters, COUNTRIES, idempotency_key="k1")
    again = ana.ask(filters, COUNTRIES, idempotency_key="k1")
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json()["job_id"] == first.json()["job_id"]
    assert again.json()["message"] == "Job already exists (idempotency)"
    assert StoredFile.objects.count() == 1


def test_the_same_key_with_another_file_is_a_conflict(ana: Analyst, filters: bytes) -> None:
    ana.ask(filters, COUNTRIES, idempotency_key="k1")
    answer = ana.ask(countries_only(), COUNTRIES, idempotency_key="k1")
    assert (answer.status_code, list(answer.json())) == (409, ["error"])
    assert StoredFile.objects.count() == 1


def test_a_key_belongs_to_its_owner(ana: Analyst, ben: Analyst, filters: bytes) -> None:
    mine = ana.ask(filters, COUNTRIES, idempotency_key="k1")
    yours = ben.ask(filters, COUNTRIES, idempotency_key="k1")
    assert yours.status_code == 201
    assert yours.json()["job_id"] != mine.json()["job_id"]


def test_an_upload_can_be_looked_at_first(ana: Analyst) -> None:
    answer = ana.post_form("/api/validate-excel/", file=upload(countries_only()))
    body = answer.json()
    assert (answer.status_code, body["is_valid"]) == (200, True)
    assert body["details"]["drawable"] == [COUNTRIES]
    broken = ana.post_form("/api/validate-excel/", file=upload(b"%PDF-")).json()
    assert broken["is_valid"] is False
    assert nothing_is_left()


@pytest.mark.security("a small workbook whose sheet reaches over more cells than are read")
def test_a_sheet_that_reaches_too_far_is_refused_everywhere(
    ana: Analyst, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "MAX_SHEET_CELLS", 1_000)
    rows = [["Countries (family)", "Number of documents"], ["EC", 3]]
    far = named_workbook({"Countries (family)": [*rows, *[[]] * 2_000, [None, None, "far away"]]})
    near = named_workbook({"Countries (family)": rows})
    looked = ana.post_form("/api/validate-excel/", file=upload(far))
    assert looked.status_code == 200
    assert "1,000 is the limit" in looked.json()["message"]
    refused = ana.ask(far, COUNTRIES)
    assert refused.status_code == 400
    assert "1,000 is the limit" in refused.json()["detail"]
    assert nothing_is_left()
    assert ana.post_form("/api/validate-excel/", file=upload(near)).json()["is_valid"] is True
    assert ana.ask(near, COUNTRIES).status_code == 201


@pytest.mark.security("a workbook that makes the library that reads it abort")
def test_an_upload_that_kills_its_parser_is_refused_and_the_next_is_read(
    ana: Analyst, monkeypatch: pytest.MonkeyPatch
) -> None:
    aborts = replace(sandboxed.INSPECT, function=f"{misbehaving.__name__}:abort")
    with monkeypatch.context() as patched:
        patched.setattr(sandboxed, "INSPECT", aborts)
        looked = ana.post_form("/api/validate-excel/", file=upload(countries_only()))
        assert (looked.status_code, looked.json()["is_valid"]) == (200, False)
        assert "was stopped" in looked.json()["message"]
        refused = ana.ask(countries_only(), COUNTRIES)
        assert (refused.status_code, list(refused.json())) == (400, ["error", "detail"])
        assert nothing_is_left()
    assert ana.ask(countries_only(), COUNTRIES).status_code == 201


def test_the_look_at_an_upload_needs_a_file(ana: Analyst) -> None:
    answer = ana.post_form("/api/validate-excel/")
    assert (answer.status_code, answer.json()) == (400, {"file": ["No file was submitted."]})


def test_the_second_of_two_requests_at_once_gets_the_first_ones_job(
    ana: Analyst, filters: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bureau.desks.insights.services import jobs

    first = ana.ask(filters, COUNTRIES, idempotency_key="k1")
    look = jobs.existing_job
    answers = iter([None])
    # the first look comes too early to see the other request's job
    monkeypatch.setattr(jobs, "existing_job", lambda *asked: next(answers, look(*asked)))
    second = ana.ask(filters, COUNTRIES, idempotency_key="k1")
    assert (second.status_code, second.json()["job_id"]) == (200, first.json()["job_id"])
    assert StoredFile.objects.count() == 1
    assert len([path for path in settings.FILES_DIR.rglob("*") if path.is_file()]) == 1

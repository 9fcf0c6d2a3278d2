"""What a job's tasks leave behind: datasets, charts, events, and sentences where something is missing."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import pytest

from bureau.desks.insights import demo
from bureau.desks.insights.models import Dataset, ImageTask
from bureau.desks.insights.services.datasets import read_dataset
from bureau.desks.insights.tests.http.desk import (
    COUNTRIES,
    INVENTORS,
    Analyst,
    analyst_named,
    countries_only,
    run_all,
)
from bureau.desks.insights.tests.lens_service import TOKEN, record, serving
from bureau.kernel.files.models import StoredFile
from bureau.kernel.files.services import open_file
from bureau.kernel.jobs.control import retry_task
from bureau.kernel.jobs.models import Task
from bureau.kernel.jobs.runner import run_task

JOB_KEYS = [
    "id",
    "created_by",
    "dataset_id",
    "status",
    "progress_total",
    "progress",
    "idempotency_key",
    "image_tasks",
    "images",
    "description_tasks",
    "events",
    "source_type",
    "created_at",
    "updated_at",
]
IMAGE_KEYS = [
    "id",
    "job",
    "algorithm_key",
    "algorithm_version",
    "params",
    "output_format",
    "status",
    "progress",
    "artifact_png_url",
    "artifact_svg_url",
    "chart_data",
    "error_code",
    "error_message",
    "trace_id",
    "created_at",
    "updated_at",
]
EVENT_KEYS = ["id", "event_type", "level", "message", "progress", "created_at", "payload"]


def test_a_finished_job_has_the_contracts_shape(ana: Analyst, filters: bytes) -> None:
    job = ana.finished_job(filters, COUNTRIES)
    assert list(job) == JOB_KEYS
    assert (job["status"], job["progress"], job["progress_total"]) == ("SUCCESS", 100, 100)
    image = job["image_tasks"][0]
    assert list(image)[: len(IMAGE_KEYS)] == IMAGE_KEYS
    assert job["images"] == job["image_tasks"]
    assert (image["status"], image["error_code"], image["error_message"]) == ("SUCCESS", None, None)
    assert image["chart_data"]["type"]
    assert len(image["input_hash"]) == 64
    assert image["counting_rule"]
    assert image["alt_text"]
    assert job["created_at"].endswith("Z")
    assert len(job["created_at"]) == len("2026-01-01T00:00:00.000000Z")
    assert all(list(event) == EVENT_KEYS for event in job["events"])


def test_progress_is_told_at_the_documented_points(ana: Analyst, filters: bytes) -> None:
    job = ana.finished_job(filters, COUNTRIES)
    told = [(event["progress"], event["message"]) for event in job["events"]]
    assert (30, "Executing algorithm") in told
    assert (70, "Saving artifacts") in told
    payloads = [event["payload"] for event in job["events"] if event["event_type"] == "DONE"]
    names = next(payload["artifacts"] for payload in payloads if "artifacts" in payload)
    image = job["image_tasks"][0]
    assert image["artifact_png_url"] == f"http://testserver{names['png']}"
    assert image["artifact_svg_url"] == f"http://testserver{names['svg']}"
    task = f"/media/artifacts/png/job_{job['id']}/task_{image['id']}.png"
    assert names["png"] == task


@pytest.mark.parametrize(("asked", "made"), [("png", ["png"]), ("svg", ["svg"])])
def test_only_the_files_asked_for_are_made(
    ana: Analyst, filters: bytes, asked: str, made: list[str]
) -> None:
    images = json.dumps([{"algorithm_key": COUNTRIES, "output_format": asked}])
    image = ana.finished_job(filters, images=images)["images"][0]
    found = [name for name in ("png", "svg") if image[f"artifact_{name}_url"]]
    assert found == made


def test_a_missing_sheet_fails_only_its_chart(ana: Analyst) -> None:
    job = ana.finished_job(countries_only(), COUNTRIES, INVENTORS)
    assert job["status"] == "PARTIAL_SUCCESS"
    drawn, failed = job["image_tasks"]
    assert drawn["status"] == "SUCCESS"
    assert (failed["status"], failed["error_code"]) == ("FAILED", "VALIDATION_ERROR")
    assert "Inventors" in failed["error_message"]
    assert failed["chart_data"] is None
    assert failed["artifact_png_url"] is None
    assert Dataset.objects.count() == 1


def test_a_dataset_says_what_it_holds_and_no_path(ana: Analyst) -> None:
    job = ana.finished_job(countries_only(), COUNTRIES)
    dataset = Dataset.objects.get(pk=job["dataset_id"])
    assert dataset.owner == ana.user
    assert dataset.summary_stats["sheet_name"] == "Countries (family)"
    assert dataset.columns_map
    assert read_dataset(dataset).rows == (("US", 30), ("CN", 20), ("EC", 2))
    with open_file(dataset.rows_json) as content:
        rows = json.loads(content.read())
    assert rows[0] == {"Countries (family)": "US", "Number of documents": 30}
    assert "/" not in json.dumps(dataset.summary_stats)


def test_reading_the_source_again_replaces_the_datasets(ana: Analyst) -> None:
    job_id = ana.ask(countries_only(), COUNTRIES).json()["job_id"]
    ingestion = Task.objects.get(job_id=job_id, kind="insights.ingest")
    run_task(ingestion.pk)
    first = Dataset.objects.get(job_id=job_id)
    files = StoredFile.objects.count()
    Task.objects.filter(pk=ingestion.pk).update(status="FAILED")
    retry_task(ingestion.pk)
    run_task(ingestion.pk)
    second = Dataset.objects.get(job_id=job_id)
    assert second.pk != first.pk
    assert second.content_hash == first.content_hash
    assert StoredFile.objects.count() == files


def test_the_same_request_draws_the_same_chart(ana: Analyst, filters: bytes) -> None:
    hashes = set()
    for _ in range(2):
        image_id = ana.finished_job(filters, COUNTRIES)["images"][0]["id"]
        image = ImageTask.objects.select_related("png", "svg").get(pk=image_id)
        assert image.png is not None
        assert image.svg is not None
        hashes.add((image.input_hash, image.png.sha256, image.svg.sha256))
    assert len(hashes) == 1


def test_a_lens_search_is_read_and_drawn(ana: Analyst, environment: Any) -> None:
    from pydantic import SecretStr

    with serving([record(number, applicants=()) for number in range(130)]) as service:
        environment(lens_api_token=SecretStr(TOKEN), lens_base_url=service.address)
        body = {
            "source_type": "lens",
            "source_params": {"query": "biopolymer"},
            "images": [{"algorithm_key": COUNTRIES}, {"algorithm_key": "top_patent_applicants"}],
        }
        job_id = ana.post("/api/jobs/", body).json()["job_id"]
        run_all(job_id)
    drawn, failed = ana.job(job_id)["images"]
    assert drawn["status"] == "SUCCESS"
    assert (failed["status"], failed["error_code"]) == ("FAILED", "VALIDATION_ERROR")
    assert "Applicants" in failed["error_message"]


def test_a_refused_lens_token_fails_every_chart_and_is_not_shown(
    ana: Analyst, environment: Any
) -> None:
    from pydantic import SecretStr

    with serving([record(1)]) as service:
        environment(lens_api_token=SecretStr("wrong-token"), lens_base_url=service.address)
        body = {
            "source_type": "lens",
            "source_params": {"query": "x"},
            "images": [{"algorithm_key": COUNTRIES}],
        }
        job_id = ana.post("/api/jobs/", body).json()["job_id"]
        run_all(job_id)
    answer = ana.get(f"/api/jobs/{job_id}/")
    assert answer.json()["status"] == "FAILED"
    assert answer.json()["images"][0]["error_code"] == "EXTERNAL_API_ERROR"
    assert b"wrong-token" not in answer.content


def test_all_charts_of_a_job_come_in_one_zip_without_collisions(
    ana: Analyst, filters: bytes
) -> None:
    job = ana.finished_job(filters, COUNTRIES, COUNTRIES)
    first, second = (image["id"] for image in job["images"])
    answer = ana.get(f"/api/jobs/{job['id']}/download-zip/", image_format="both")
    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as archive:
        names = archive.namelist()
        assert archive.read(names[0]).startswith(b"\x89PNG")
    assert names == [
        f"png/{COUNTRIES}_task_{first}.png",
        f"svg/{COUNTRIES}_task_{first}.svg",
        f"png/{COUNTRIES}_task_{second}.png",
        f"svg/{COUNTRIES}_task_{second}.svg",
    ]


def test_a_zip_of_one_format_holds_that_format_only(ana: Analyst, filters: bytes) -> None:
    job = ana.finished_job(filters, COUNTRIES)
    answer = ana.get(f"/api/jobs/{job['id']}/download-zip/", image_format="svg")
    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as archive:
        assert [name[:4] for name in archive.namelist()] == ["svg/"]


def test_a_zip_before_any_chart_is_refused(ana: Analyst, filters: bytes) -> None:
    job_id = ana.ask(filters, COUNTRIES).json()["job_id"]
    answer = ana.get(f"/api/jobs/{job_id}/download-zip/")
    assert (answer.status_code, list(answer.json())) == (400, ["error"])
    assert ana.get(f"/api/jobs/{job_id}/download-zip/", image_format="gif").status_code == 400


def test_chart_files_are_attachments_behind_the_door(
    ana: Analyst, ben: Analyst, admin: Analyst, client: Any, filters: bytes
) -> None:
    image = ana.finished_job(filters, COUNTRIES)["images"][0]
    for name, media_type in (("png", "image/png"), ("svg", "image/svg+xml")):
        path = image[f"artifact_{name}_url"].removeprefix("http://testserver")
        answer = ana.get(path)
        assert (answer.status_code, answer["Content-Type"]) == (200, media_type)
        assert answer["Content-Disposition"].startswith("attachment")
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert admin.get(path).status_code == 200
        assert ben.get(path).status_code == 404
        assert client.get(path).status_code == 403
        assert ana.get(path.replace(f"job_{image['job']}", "job_999")).status_code == 404


def test_the_demonstration_is_a_job_whose_charts_are_drawn(db: None) -> None:
    analyst = analyst_named("analyst")
    job_id = demo.seed()["job"]
    run_all(job_id)
    shown = analyst.job(job_id)
    assert shown["status"] == "SUCCESS"
    assert [image["algorithm_key"] for image in shown["images"]] == list(demo.CHARTS)
    assert all(image["artifact_svg_url"] for image in shown["images"])

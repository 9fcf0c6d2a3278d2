"""Lists are paged and filtered with a constant number of queries; what is another's looks absent."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bureau.desks.insights.tests.http.desk import COUNTRIES, INVENTORS, Analyst


def queries_of(ana: Analyst, path: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as seen:
        assert ana.get(path).status_code == 200
    return len(seen)


@pytest.mark.parametrize("path", ["/api/jobs/", "/api/image-tasks/", "/api/description-tasks/"])
def test_a_list_costs_the_same_however_long_it_is(ana: Analyst, filters: bytes, path: str) -> None:
    ana.ask(filters, COUNTRIES)
    short = queries_of(ana, path)
    for _ in range(4):
        ana.ask(filters, COUNTRIES, INVENTORS)
    assert queries_of(ana, path) == short


def test_jobs_come_newest_first_twenty_a_page(ana: Analyst, filters: bytes) -> None:
    ids = [ana.ask(filters, COUNTRIES).json()["job_id"] for _ in range(21)]
    first = ana.get("/api/jobs/").json()
    assert (first["count"], len(first["results"])) == (21, 20)
    assert first["previous"] is None
    assert [row["id"] for row in first["results"]] == ids[:0:-1]
    second = ana.client.get(first["next"]).json()
    assert [row["id"] for row in second["results"]] == ids[:1]
    assert ana.get("/api/jobs/", page=3).status_code == 404


def test_jobs_are_filtered(ana: Analyst, filters: bytes) -> None:
    one = ana.ask(filters, COUNTRIES, idempotency_key="spring-report").json()["job_id"]
    two = ana.ask(filters, INVENTORS).json()["job_id"]
    ana.post(f"/api/jobs/{two}/cancel/")
    day = ana.job(one)["created_at"][:10]
    expected: list[tuple[dict[str, str], list[int]]] = [
        ({"status": "PENDING"}, [one]),
        ({"status": "CANCELLED"}, [two]),
        ({"source_type": "lens"}, []),
        ({"source_type": "espacenet_excel"}, [two, one]),
        ({"date_from": day, "date_to": day}, [two, one]),
        ({"date_to": "2020-01-01"}, []),
        ({"search": "spring"}, [one]),
        ({"search": "inventors"}, [two]),
    ]
    for query, ids in expected:
        rows = ana.get("/api/jobs/", **query).json()["results"]
        assert [row["id"] for row in rows] == ids, query
    assert ana.get("/api/jobs/", status="ODD").status_code == 400


def test_charts_are_filtered(ana: Analyst, filters: bytes) -> None:
    job_id = ana.ask(filters, COUNTRIES, INVENTORS).json()["job_id"]
    other = ana.ask(filters, COUNTRIES).json()["job_id"]

    def found(**query: Any) -> list[tuple[int, str]]:
        rows = ana.get("/api/image-tasks/", **query).json()["results"]
        return [(row["job"], row["algorithm_key"]) for row in rows]

    assert found(job=job_id) == [(job_id, INVENTORS), (job_id, COUNTRIES)]
    assert found(algorithm_key=COUNTRIES) == [(other, COUNTRIES), (job_id, COUNTRIES)]
    assert found(status="SUCCESS") == []


def test_what_is_anothers_looks_absent(
    ana: Analyst, ben: Analyst, admin: Analyst, filters: bytes
) -> None:
    job = ana.finished_job(filters)
    image = job["images"][0]["id"]
    made = ana.post("/api/ai/describe/", {"image_task_id": image}).json()["description_task_id"]
    doors = {
        f"/api/jobs/{job['id']}/": "Job",
        f"/api/jobs/{job['id']}/download-zip/": "Job",
        f"/api/image-tasks/{image}/": "ImageTask",
        f"/api/description-tasks/{made}/": "DescriptionTask",
    }
    for path, noun in doors.items():
        answer = ben.get(path)
        assert (answer.status_code, answer.json()["detail"]) == (
            404,
            f"No {noun} matches the given query.",
        )
        assert admin.get(path).status_code == 200
    for verb in (f"jobs/{job['id']}/cancel", f"image-tasks/{image}/retry"):
        assert ben.post(f"/api/{verb}/").status_code == 404
    assert ben.post("/api/ai/describe/", {"image_task_id": image}).status_code == 404
    for path in ("/api/jobs/", "/api/image-tasks/", "/api/description-tasks/"):
        assert ben.get(path).json()["count"] == 0
        assert admin.get(path).json()["count"] == 1


def test_the_catalogue_names_parameters_and_tables(ana: Analyst) -> None:
    listed = {one["key"]: one for one in ana.get("/api/algorithms/").json()}
    assert len(listed) == 8
    assert listed[COUNTRIES]["facet"] == "countries"
    assert "top_n" in listed[COUNTRIES]["parameters"]["properties"]


def test_charts_are_filtered_and_paged_as_asked(ana: Analyst, filters: bytes) -> None:
    one = ana.ask(filters, COUNTRIES).json()["job_id"]
    two = ana.ask(filters, INVENTORS).json()["job_id"]
    ana.post(f"/api/jobs/{two}/cancel/")
    day = ana.job(one)["created_at"][:10]
    first, second = ana.job(one)["images"][0]["id"], ana.job(two)["images"][0]["id"]
    expected: list[tuple[dict[str, str], list[int]]] = [
        ({"status": "CANCELLED"}, [second]),
        ({"search": "inventors"}, [second]),
        ({"search": f"nothing {first}"}, [first]),
        ({"search": "nothing"}, []),
        ({"date_from": day, "date_to": day}, [second, first]),
        ({"date_to": "2020-01-01"}, []),
        ({"page_size": "1"}, [second]),
    ]
    for query, ids in expected:
        rows = ana.get("/api/image-tasks/", **query).json()["results"]
        assert [row["id"] for row in rows] == ids, query
    assert ana.get("/api/image-tasks/", page_size="1000").status_code == 400
    refused = ana.get("/api/image-tasks/", tags="wind")
    assert (refused.status_code, list(refused.json()["errors"])) == (400, ["tags"])

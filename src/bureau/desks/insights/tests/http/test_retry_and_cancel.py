"""Cancelling and retrying: who may, when, and in which words."""

from __future__ import annotations

from bureau.desks.insights.tests.http.desk import (
    COUNTRIES,
    INVENTORS,
    Analyst,
    countries_only,
    run_all,
)


def waiting_job(ana: Analyst, filters: bytes, *algorithms: str) -> dict:
    return ana.job(ana.ask(filters, *(algorithms or (COUNTRIES,))).json()["job_id"])


def test_a_waiting_job_is_cancelled_with_its_tasks(ana: Analyst, filters: bytes) -> None:
    job = waiting_job(ana, filters)
    answer = ana.post(f"/api/jobs/{job['id']}/cancel/")
    expected = {"job_id": job["id"], "status": "CANCELLED", "message": "Job cancelled"}
    assert (answer.status_code, answer.json()) == (200, expected)
    run_all(job["id"])
    after = ana.job(job["id"])
    assert [after["status"], after["images"][0]["status"]] == ["CANCELLED", "CANCELLED"]


def test_a_finished_job_is_not_cancelled(ana: Analyst, filters: bytes) -> None:
    job = ana.finished_job(filters)
    answer = ana.post(f"/api/jobs/{job['id']}/cancel/")
    assert (answer.status_code, list(answer.json())) == (400, ["error"])
    assert ana.job(job["id"])["status"] == "SUCCESS"


def test_a_cancelled_chart_can_be_retried(ana: Analyst, filters: bytes) -> None:
    job = waiting_job(ana, filters, COUNTRIES, INVENTORS)
    task_id = job["images"][0]["id"]
    answer = ana.post(f"/api/image-tasks/{task_id}/cancel/")
    assert answer.status_code == 200
    assert answer.json()["message"] == "Task cancelled successfully"
    assert answer.json()["image_task_id"] == task_id
    assert answer.json()["status"] == answer.json()["task"]["status"] == "CANCELLED"
    again = ana.post(f"/api/image-tasks/{task_id}/cancel/")
    assert again.json() == {
        "error": "Task status is CANCELLED. Only PENDING or RUNNING tasks can be cancelled."
    }
    retried = ana.post(f"/api/image-tasks/{task_id}/retry/")
    assert retried.json()["message"] == "Task retry initiated"
    assert retried.json()["status"] == retried.json()["task"]["status"] == "PENDING"
    run_all(job["id"])
    assert ana.job(job["id"])["status"] == "SUCCESS"


def test_a_chart_that_succeeded_is_neither_retried_nor_cancelled(
    ana: Analyst, filters: bytes
) -> None:
    task_id = ana.finished_job(filters)["images"][0]["id"]
    retried = ana.post(f"/api/image-tasks/{task_id}/retry/")
    assert (retried.status_code, retried.json()) == (
        400,
        {
            "error": "Task status is SUCCESS. Only FAILED, RUNNING, PENDING, or CANCELLED tasks "
            "can be retried."
        },
    )
    assert ana.post(f"/api/image-tasks/{task_id}/cancel/").status_code == 400


def test_charts_of_a_cancelled_job_stay_as_they_are(ana: Analyst, filters: bytes) -> None:
    job = waiting_job(ana, filters)
    task_id = job["images"][0]["id"]
    ana.post(f"/api/jobs/{job['id']}/cancel/")
    retried = ana.post(f"/api/image-tasks/{task_id}/retry/")
    assert retried.json() == {"error": "Cannot retry task: Job is cancelled."}
    cancelled = ana.post(f"/api/image-tasks/{task_id}/cancel/")
    assert cancelled.json() == {"error": "Cannot cancel task: Job is already cancelled."}


def test_a_failed_chart_retried_fails_with_the_same_sentence(ana: Analyst) -> None:
    job = ana.finished_job(countries_only(), COUNTRIES, INVENTORS)
    failed = job["images"][1]
    retried = ana.post(f"/api/image-tasks/{failed['id']}/retry/").json()["task"]
    assert (retried["error_code"], retried["error_message"]) == (None, None)
    assert ana.job(job["id"])["status"] == "RUNNING"
    run_all(job["id"])
    after = ana.job(job["id"])
    assert after["status"] == "PARTIAL_SUCCESS"
    assert after["images"][1]["error_message"] == failed["error_message"]

"""`kill -9` of all workers in the middle of a job: every chart is finished, each exactly once."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from pytest_django import Settings

from bureau.desks.insights.models import ImageTask
from bureau.desks.insights.sample import write_filters
from bureau.desks.insights.tests.http.desk import Analyst, analyst_named, upload
from bureau.kernel.events.models import Event
from bureau.kernel.files.models import StoredFile
from bureau.kernel.jobs.models import Job, Task
from bureau.kernel.jobs.status import FINISHED_JOB, JobStatus, TaskStatus
from tests.conformance.workers import (
    LEASE_SECONDS,
    Workers,
    eventually,
    let_leases_run_out,
    publishing_to,
    purge,
)

CHARTS = 50
QUEUES = "ingestion_io,charts_cpu,maintenance"
KEYS = ["patent_evolution", "patent_cumulative", "patent_trends_cumulative", "cpc_treemap"]


def finished(**filters: object) -> int:
    return Task.objects.filter(
        kind="insights.render_chart", status=TaskStatus.SUCCESS, **filters
    ).count()


def fifty_charts(analyst: Analyst, workbook: Path) -> int:
    write_filters(workbook)
    images = [
        {"algorithm_key": KEYS[number % len(KEYS)], "output_format": "png"}
        for number in range(CHARTS)
    ]
    answer = analyst.post_form(
        "/api/jobs/",
        source_type="espacenet_excel",
        source_data=upload(workbook.read_bytes()),
        images=json.dumps(images),
    )
    assert answer.status_code == 201, answer.content
    return int(answer.json()["job_id"])


@pytest.mark.django_db(transaction=True)
def test_a_killed_worker_group_loses_no_chart_and_draws_none_twice(
    broker: str, settings: Settings, tmp_path: Path
) -> None:
    settings.BUREAU_LEASE_SECONDS = LEASE_SECONDS
    workers = Workers(broker, tmp_path, QUEUES)
    with publishing_to(broker):
        purge()
        try:
            workers.start()
            job_id = fifty_charts(analyst_named("ada"), tmp_path / "sample.xlsx")
            eventually(lambda: finished() >= 8)
            workers.kill()
            assert finished() < CHARTS
            let_leases_run_out()
            workers.start()
            eventually(lambda: Job.objects.get(pk=job_id).status in FINISHED_JOB)
        finally:
            workers.kill()
            purge()
    assert Job.objects.get(pk=job_id).status == JobStatus.SUCCESS
    assert finished() == CHARTS
    ends = Counter(
        Event.objects.filter(type="DONE", subject__startswith="image_task").values_list(
            "subject", flat=True
        )
    )
    assert len(ends) == CHARTS
    assert set(ends.values()) == {1}
    assert StoredFile.objects.filter(kind="insights.png").count() == CHARTS
    assert ImageTask.objects.filter(png__isnull=True).count() == 0


def test_workers_start_while_the_broker_still_believes_in_those_before(
    broker: str, tmp_path: Path
) -> None:
    before, after = Workers(broker, tmp_path / "before"), Workers(broker, tmp_path / "after")
    try:
        before.start()
        before.freeze()
        after.start()
    finally:
        after.kill()
        before.kill()

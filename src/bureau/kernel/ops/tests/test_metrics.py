"""What Prometheus reads, who may read it, and that deploy/ asks for what is there."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families
from pydantic import SecretStr
from tests.fixtures import SetEnvironment

from bureau.kernel.accounts.models import User
from bureau.kernel.events.log import emit
from bureau.kernel.jobs.models import Task
from bureau.kernel.jobs.registry import handler
from bureau.kernel.jobs.runner import TaskRun, run_task
from bureau.kernel.jobs.services import create_job, enqueue
from bureau.kernel.jobs.testing import kinds_for_a_while
from bureau.kernel.ops.metrics import counters
from bureau.kernel.trace import tracing

TOKEN = "a-token-of-prometheus"
DEPLOY = Path(__file__).resolve().parents[5] / "deploy"
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _ground() -> Iterator[None]:
    with counters.client() as server:
        server.delete(counters.KEY)
    with kinds_for_a_while():
        handler("ops.noted", queue="default")(_noted)
        yield


@pytest.fixture
def scrape(environment: SetEnvironment) -> Any:
    """Read the page as Prometheus does: sample's name and labels -> value."""
    environment(bureau_metrics_token=SecretStr(TOKEN))

    def read() -> dict[tuple[str, frozenset[str]], float]:
        answer = Client().get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
        assert answer.status_code == 200
        families = text_string_to_metric_families(answer.content.decode())
        return {
            (sample.name, frozenset(sample.labels.values())): sample.value
            for family in families
            for sample in family.samples
        }

    return read


def test_it_is_closed_without_a_token_and_to_whoever_has_another(
    environment: SetEnvironment,
) -> None:
    assert Client().get("/metrics").status_code == 404
    environment(bureau_metrics_token=SecretStr(TOKEN))
    assert Client().get("/metrics").status_code == 401
    assert Client().get("/metrics", headers={"Authorization": "Bearer x"}).status_code == 401
    right = {"Authorization": f"Bearer {TOKEN}"}
    assert Client().get("/metrics", headers=right).status_code == 200
    assert Client().post("/metrics", headers=right).status_code == 405


def _noted(run: TaskRun) -> None:
    """Nothing to do."""


def test_requests_tasks_events_and_the_ground_are_counted(scrape: Any) -> None:
    before = scrape()
    Client().get("/api/health/")
    Client().get("/no/such/page/")
    job = create_job(None, "ops.test")
    done, waiting = (enqueue(job, "ops.noted") for _ in range(2))
    run_task(done.pk)
    emit("test:1", "test.said")
    found = scrape()

    def grew(name: str, *labels: str) -> float:
        key = (name, frozenset(labels))
        return float(found[key] - before.get(key, 0.0))

    assert grew("bureau_http_requests_total", "GET", "/api/health/", "200") == 1
    assert grew("bureau_http_requests_total", "GET", "none", "404") == 1
    assert grew("bureau_http_request_duration_seconds_count", "/api/health/") == 1
    assert grew("bureau_tasks_total", "default", "ops.noted", "SUCCESS") == 1
    assert grew("bureau_tasks_waiting", "default") == 1
    assert found["bureau_tasks_waiting_oldest_seconds", frozenset({"default"})] >= 0
    assert grew("bureau_events_unsealed") == len_of_log()
    assert found["bureau_database_connections", frozenset()] >= 1
    assert found["bureau_database_connections_limit", frozenset()] == 85
    assert found["bureau_disk_free_bytes", frozenset()] > 0
    assert found["bureau_beat_running", frozenset()] == 0
    assert found["bureau_up", frozenset({"database"})] == 1
    assert Task.objects.get(pk=waiting.pk).status == "PENDING"


def len_of_log() -> int:
    from bureau.kernel.events.models import Event

    return Event.objects.count()


def test_no_name_of_a_person_or_path_that_a_stranger_typed_is_shown(scrape: Any) -> None:
    User.objects.create(username="sita-rai", email="sita@example.org")
    Client().get("/sita-rai/secret-path/")
    assert not any("sita" in label for _, labels in scrape() for label in labels)


def test_a_redis_that_is_away_leaves_the_rest(scrape: Any, settings: Any) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    found = scrape()
    assert found["bureau_up", frozenset({"redis"})] == 0
    assert found["bureau_up", frozenset({"database"})] == 1
    assert ("bureau_events_unsealed", frozenset()) in found


def test_a_run_of_a_task_is_one_line_with_the_trace_id_of_who_asked(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with tracing("click-1"):
        task = enqueue(create_job(None, "ops.test"), "ops.noted")
    with caplog.at_level(logging.INFO, "bureau.kernel.jobs.runner"):
        run_task(task.pk)
    (line,) = [record.msg for record in caplog.records if _event(record) == "task"]
    assert isinstance(line, dict)
    assert (line["task"], line["kind"], line["outcome"]) == (task.pk, "ops.noted", "SUCCESS")
    assert (line["queue"], line["attempt"], line["trace_id"]) == ("default", 1, "click-1")
    assert line["ms"] >= 0


def _event(record: logging.LogRecord) -> Any:
    return record.msg.get("event") if isinstance(record.msg, dict) else record.msg


def names_in(text: str) -> set[str]:
    return set(re.findall(r"\bbureau_[a-z_]+", text))


def test_rules_and_dashboard_ask_for_metrics_that_are_there(scrape: Any) -> None:
    job = create_job(None, "ops.test")
    run_task(enqueue(job, "ops.noted").pk)
    Client().get("/api/health/")
    there = {name for name, _ in scrape()}
    ai = {f"bureau_ai_{word}_today" for word in ("calls", "tokens", "cost_dollars")}
    rules = (DEPLOY / "prometheus-rules.yaml").read_text()
    dashboard = json.loads((DEPLOY / "grafana-dashboard.json").read_text())
    asked = names_in(
        json.dumps([target["expr"] for panel in dashboard["panels"] for target in panel["targets"]])
    )
    in_rules = names_in("\n".join(re.findall(r"expr: (.*)", rules)))
    assert asked and in_rules
    assert (asked | in_rules) - there - ai == set()
    assert re.findall(r"alert: (\w+)", rules) == sorted(set(re.findall(r"alert: (\w+)", rules)))

"""Descriptions keep to the chart's numbers and say who wrote them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from pydantic import SecretStr

from bureau.desks.insights.describe.numbers import check_numbers
from bureau.desks.insights.tests.http.desk import COUNTRIES, INVENTORS, Analyst, run_all

CREATED = "Description task created and enqueued"


@contextmanager
def model_server(*texts: str) -> Iterator[tuple[str, list[Any]]]:
    """A server of OpenAI's chat API that gives these answers in order, the last one for ever."""
    asked: list[Any] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            asked.append(json.loads(self.rfile.read(length)))
            text = texts[min(len(asked), len(texts)) - 1]
            message = {"role": "assistant", "content": text}
            choice = {"index": 0, "message": message, "finish_reason": "stop"}
            usage = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
            content = json.dumps(
                {
                    "id": "1",
                    "object": "chat.completion",
                    "created": 1,
                    "model": "tiny-1",
                    "choices": [choice],
                    "usage": usage,
                }
            ).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1", asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def job(ana: Analyst, filters: bytes) -> Any:
    return ana.finished_job(filters, COUNTRIES)


def described(ana: Analyst, job: Any, **body: Any) -> Any:
    image_id = job["images"][0]["id"]
    answer = ana.post("/api/ai/describe/", {"image_task_id": image_id, **body})
    assert answer.status_code == 201, answer.content
    run_all(job["id"])
    return ana.get(f"/api/description-tasks/{answer.json()['description_task_id']}/").json()


def test_a_description_is_made_by_rule_without_a_model(ana: Analyst, job: Any) -> None:
    task = described(ana, job, provider_preference="mock", user_context="Ecuador")
    assert (task["status"], task["progress"]) == ("SUCCESS", 100)
    assert (task["provider_used"], task["model_used"]) == ("builtin", "builtin")
    assert check_numbers(task["result_text"], job["images"][0]["chart_data"]) == []
    assert task["prompt_snapshot"]["user_context"] == "Ecuador"
    assert ana.job(job["id"])["description_tasks"] == [task]


def test_the_request_is_answered_as_the_contract_says(ana: Analyst, job: Any) -> None:
    answer = ana.post("/api/ai/describe/", {"image_task_id": job["images"][0]["id"]})
    body = answer.json()
    assert answer.status_code == 201
    assert (body["status"], body["message"]) == ("PENDING", CREATED)
    assert body["provider_preference"] is None
    wrong = {"image_task_id": job["images"][0]["id"], "provider_preference": "oracle"}
    assert ana.post("/api/ai/describe/", wrong).status_code == 400
    assert ana.post("/api/ai/describe/", {"image_task_id": 10**9}).status_code == 404


def test_describing_leaves_a_finished_job_finished(ana: Analyst, job: Any) -> None:
    ana.post("/api/ai/describe/", {"image_task_id": job["images"][0]["id"]})
    assert (ana.job(job["id"])["status"], ana.job(job["id"])["progress"]) == ("SUCCESS", 100)
    run_all(job["id"])
    assert ana.job(job["id"])["status"] == "SUCCESS"


def test_a_chart_that_is_not_drawn_is_not_described(ana: Analyst, filters: bytes) -> None:
    waiting = ana.job(ana.ask(filters, INVENTORS).json()["job_id"])
    answer = ana.post("/api/ai/describe/", {"image_task_id": waiting["images"][0]["id"]})
    assert (answer.status_code, answer.json()) == (400, {"error": "ImageTask has no chart_data"})


def test_a_provider_without_a_key_fails_and_says_so(ana: Analyst, job: Any) -> None:
    task = described(ana, job, provider_preference="openai")
    assert (task["status"], task["error_code"]) == ("FAILED", "AI_PROVIDER_ERROR")
    assert "OPENAI_API_KEY" in task["error_message"]
    assert task["provider_used"] is None
    assert ana.job(job["id"])["status"] == "SUCCESS"


def test_a_model_that_invents_a_number_is_asked_again(
    ana: Analyst, job: Any, environment: Any
) -> None:
    with model_server("Hay 987654 patentes.", "China encabeza la lista.") as (url, asked):
        environment(openai_base_url=url, openai_model="tiny", openai_api_key=SecretStr("sk-secret"))
        task = described(ana, job, provider_preference="openai")
    assert (task["status"], task["result_text"]) == ("SUCCESS", "China encabeza la lista.")
    assert (task["provider_used"], task["model_used"]) == ("openai", "tiny-1")
    assert task["prompt_snapshot"]["refused_numbers"] == [["987654"]]
    assert "987654" in json.dumps(asked[1]["messages"])
    assert "sk-secret" not in json.dumps(task)


def test_a_model_that_keeps_inventing_numbers_fails(
    ana: Analyst, job: Any, environment: Any
) -> None:
    with model_server("Hay 987654 patentes.") as (url, asked):
        environment(openai_base_url=url, openai_model="tiny")
        task = described(ana, job, provider_preference="openai")
    assert len(asked) == 3
    assert (task["status"], task["error_code"]) == ("FAILED", "AI_PROVIDER_ERROR")
    assert "987654" in task["error_message"]
    assert task["result_text"] is None

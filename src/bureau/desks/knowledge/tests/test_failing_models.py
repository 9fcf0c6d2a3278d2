"""A model server that fails ends every answer in a clear state, whole or streamed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from bureau.desks.knowledge.models import Message
from bureau.desks.knowledge.services import answers
from bureau.desks.knowledge.tests.desk import Person
from bureau.kernel.ai.testing import MODEL, local_model_server
from bureau.kernel.ai.tests.scripted import (
    Reply,
    answer,
    scripted_server,
    silence,
    streamed,
)

ASKED = {"message": "How often must the pump be greased?"}
Serve = Callable[[Reply], None]


def piece(text: str) -> bytes:
    choice = {"index": 0, "delta": {"content": text}, "finish_reason": None}
    return b"data: " + json.dumps({"id": "1", "model": "m", "choices": [choice]}).encode() + b"\n\n"


@pytest.fixture
def greased(ana: Person) -> Person:
    ana.shelve("Pump", "The pump has to be greased every 90 days with lithium grease.")
    return ana


@pytest.fixture
def serve(environment: Callable[..., None]) -> Iterator[Serve]:
    """Let the next answers come from a server that replies by script."""
    with scripted_server() as server:

        def use(reply: Reply) -> None:
            server.script[:] = [reply]
            use_server(environment, server.url)

        yield use


def use_server(environment: Callable[..., None], url: str, **more: Any) -> None:
    environment(
        ai_provider="openai",
        openai_base_url=f"{url}/v1",
        openai_model=MODEL,
        ai_timeout_seconds=more.pop("timeout", 1.0),
        ai_max_retries=0,
        **more,
    )


FAILURES = {
    "time-out": (silence, "timeout", 503),
    "429": (answer({"error": {"message": "slow down"}}, 429, {"Retry-After": "7"}), "busy", 503),
    "truncated": (streamed([piece("The pump has to be gre")]), "", 502),
    "malformed": (streamed([b"data: {not json\n\n"]), "", 502),
    "wrong key": (answer({"error": {"message": "no"}}, 401), "credentials", 502),
}


@pytest.mark.parametrize("name", FAILURES)
def test_a_failing_model_is_an_error_and_never_an_answer(
    greased: Person, serve: Serve, name: str
) -> None:
    reply, reason, status = FAILURES[name]
    serve(reply)
    refused = greased.post("/api/chat/", ASKED)
    assert refused.status_code in {status, 503}, refused.content
    assert refused.json()["code"] == "AI_PROVIDER_ERROR"
    events = greased.stream(ASKED["message"])
    assert [kind for kind, _ in events if kind != "delta"] == ["start", "error"]
    failure = events[-1][1]
    assert failure["code"] == "AI_PROVIDER_ERROR"
    assert not reason or failure["reason"] in {reason, "cooling_down"}
    assert Message.objects.filter(role="assistant").count() == 0
    assert Message.objects.filter(role="user").count() == 2


@pytest.mark.needs("openmp")
def test_a_real_model_streams_and_what_it_makes_up_is_not_shown(
    greased: Person, environment: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    # the same words each time, and few: a small model goes on and on
    monkeypatch.setattr(answers, "TEMPERATURE", 0.0)
    monkeypatch.setattr(answers, "MAX_TOKENS", 48)
    with local_model_server() as url:
        use_server(environment, url, timeout=120.0)
        events = greased.stream(ASKED["message"])
    name, told = events[-1]
    if name == "error":
        # what was cut off in the middle is no answer
        assert told["reason"] == "truncated", events
        assert not Message.objects.filter(role="assistant").exists()
        return
    metadata = told["message"]["metadata"]
    assert (metadata["model"], metadata["completion_tokens"] > 0) == (MODEL, True)
    for citation in told["message"]["citations"]:
        assert citation["quote"] == "The pump has to be greased every 90 days with lithium grease."

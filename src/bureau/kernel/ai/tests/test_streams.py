"""Answers in pieces when something goes wrong, over real connections."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from bureau.kernel.ai.adapters.base import ProviderChat
from bureau.kernel.ai.calling import RetryPolicy
from bureau.kernel.ai.ports import Chat, Completion, Delta, ProviderError
from bureau.kernel.ai.tests.conformance import GREETING
from bureau.kernel.ai.tests.dialects import Dialect, event
from bureau.kernel.ai.tests.scripted import (
    Reply,
    ScriptedServer,
    answer,
    reset,
    silence,
    streamed,
    white_space,
)

TEXT = "Good day to you."


@pytest.fixture
def chat(server: ScriptedServer, dialect: Dialect) -> ProviderChat:
    return dialect.adapter(
        base_url=server.url + dialect.prefix,
        api_key="sk-secret",
        model="some-model",
        timeout=10,
        policy=RetryPolicy(max_retries=2, first_wait=0.01),
    )


def ended(
    chat: Chat, server: ScriptedServer, *script: Reply, timeout: float = 10
) -> tuple[int, ProviderError]:
    """The number of pieces before the failure, and the failure."""
    server.script = list(script)
    pieces = 0
    with pytest.raises(ProviderError) as caught:
        for item in chat.stream(GREETING, max_tokens=60, timeout=timeout):
            assert isinstance(item, Delta)
            pieces += 1
    return pieces, caught.value


def broken(dialect: Dialect, *rest: bytes) -> Sequence[bytes]:
    """A stream whose end is missing or something else."""
    return [*dialect.in_pieces(TEXT)[:-2], *rest]


def test_the_request_asks_for_pieces_and_for_counts(
    chat: Chat, server: ScriptedServer, dialect: Dialect
) -> None:
    server.script = [streamed(dialect.in_pieces(TEXT))]
    *_, last = chat.stream(GREETING, max_tokens=60)
    assert isinstance(last, Completion)
    assert (last.usage.prompt_tokens, last.usage.completion_tokens) == (19, 10)
    assert server.requests[0].body["stream"] is True


def test_events_may_be_cut_anywhere(chat: Chat, server: ScriptedServer, dialect: Dialect) -> None:
    whole = b"".join(dialect.in_pieces("नमस्ते तपाईंलाई")).replace(b"\n", b"\r\n")
    server.script = [streamed([whole[place : place + 3] for place in range(0, len(whole), 3)])]
    *pieces, last = chat.stream(GREETING, max_tokens=60)
    assert isinstance(last, Completion)
    assert (len(pieces), last.text) == (2, "नमस्ते तपाईंलाई")


def test_a_stream_that_breaks_off_is_a_failure_that_may_pass(
    chat: Chat, server: ScriptedServer, dialect: Dialect
) -> None:
    for reply in (streamed(broken(dialect)), streamed(broken(dialect), then=reset)):
        pieces, problem = ended(chat, server, reply)
        assert (pieces, problem.reason, problem.temporary) == (4, "connection", True)
    # after the first piece nobody is asked again: the pieces would come twice
    assert len(server.requests) == 2


@pytest.mark.parametrize("line", [b'data: {"choices": [{\n\n', b"data: [1]\n\n", b"data: \xff\n\n"])
def test_a_piece_that_is_no_json_ends_the_answer(
    chat: Chat, server: ScriptedServer, dialect: Dialect, line: bytes
) -> None:
    pieces, problem = ended(chat, server, streamed(broken(dialect, line)))
    assert (pieces, problem.reason, problem.temporary) == (4, "malformed", False)


def test_a_stream_that_stalls_runs_out_of_time(
    chat: Chat, server: ScriptedServer, dialect: Dialect
) -> None:
    stall = streamed(broken(dialect), then=silence)
    pieces, problem = ended(chat, server, stall, timeout=1.5)
    assert (pieces, problem.reason) == (4, "timeout")


def test_a_stream_kept_open_with_blanks_runs_out_of_time(
    chat: Chat, server: ScriptedServer, dialect: Dialect
) -> None:
    pieces, problem = ended(chat, server, white_space, timeout=1.5)
    assert (pieces, problem.reason) == (0, "timeout")


def test_a_failure_that_is_told_in_the_middle_is_named_without_the_key(
    chat: Chat, server: ScriptedServer, dialect: Dialect
) -> None:
    for kind, reason in (("overloaded_error", "server_error"), ("rate_limit_error", "busy")):
        told = event(dialect.refusal("Too hot for sk-secret", kind), "error")
        pieces, problem = ended(chat, server, streamed(broken(dialect, told)))
        assert (pieces, problem.reason, problem.temporary) == (4, reason, True)
        assert problem.detail == "Too hot for [key]"


def test_before_the_first_piece_a_temporary_failure_is_tried_again(
    chat: Chat, server: ScriptedServer, dialect: Dialect
) -> None:
    busy = answer(dialect.refusal("Slow down", "rate_limit_error"), 429, {"Retry-After": "0"})
    server.script = [busy, reset, streamed(dialect.in_pieces(TEXT))]
    *_, last = chat.stream(GREETING, max_tokens=60)
    assert isinstance(last, Completion)
    assert (last.text, len(server.requests)) == (TEXT, 3)
    pieces, problem = ended(chat, server, busy)
    assert (pieces, problem.reason) == (0, "busy")


def test_a_parameter_that_is_not_taken_is_left_out_of_the_stream(
    chat: Chat, server: ScriptedServer, dialect: Dialect
) -> None:
    refused = answer(dialect.parameter_refusals()["temperature"], 400)
    server.script = [refused, streamed(dialect.in_pieces(TEXT))]
    *_, last = chat.stream(GREETING, max_tokens=60)
    assert isinstance(last, Completion)
    assert "temperature" in server.requests[0].body
    assert "temperature" not in server.requests[1].body


def test_streams_that_break_off_open_the_breaker(
    chat: Chat, server: ScriptedServer, dialect: Dialect
) -> None:
    for _ in range(3):
        ended(chat, server, streamed(broken(dialect)))
    _, problem = ended(chat, server, streamed(dialect.in_pieces(TEXT)))
    assert problem.reason == "cooling_down"
    assert len(server.requests) == 3

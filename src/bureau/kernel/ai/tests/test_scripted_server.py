"""The adapters against the failures of both protocols, over real connections."""

from __future__ import annotations

import logging

import pytest

from bureau.kernel.ai.adapters.base import ProviderChat
from bureau.kernel.ai.breaker import Breaker
from bureau.kernel.ai.calling import RetryPolicy
from bureau.kernel.ai.ports import (
    Chat,
    Message,
    ProviderAnswerUnusable,
    ProviderBusy,
    ProviderError,
    ProviderRefused,
    ProviderUnavailable,
)
from bureau.kernel.ai.tests.conformance import GREETING, ChatConformance
from bureau.kernel.ai.tests.dialects import Dialect
from bureau.kernel.ai.tests.scripted import (
    Reply,
    ScriptedServer,
    answer,
    broken_off,
    chosen,
    computed,
    reset,
    scripted_server,
    silence,
    white_space,
)

KEY = "sk-very-secret-0123456789"
RETRIES = 2


class Clock:
    """A clock that moves when told to."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def opened(server: ScriptedServer, dialect: Dialect, key: str = KEY) -> ProviderChat:
    return dialect.adapter(
        base_url=server.url + dialect.prefix,
        api_key=key,
        model="some-model",
        timeout=10,
        policy=RetryPolicy(max_retries=RETRIES, first_wait=0.01),
    )


@pytest.fixture
def chat(server: ScriptedServer, dialect: Dialect) -> Chat:
    server.script = [chosen(dialect.well_behaved)]
    return opened(server, dialect)


class TestAScriptedServer(ChatConformance):
    """The vendors' own shapes of answers."""


def failure(
    chat: Chat, server: ScriptedServer, *script: Reply, timeout: float = 10
) -> ProviderError:
    server.script = list(script)
    with pytest.raises(ProviderError) as caught:
        chat.complete(GREETING, max_tokens=60, timeout=timeout)
    return caught.value


class TestWhatIsSent:
    def test_the_request_holds_the_conversation_and_its_limits(
        self, chat: Chat, server: ScriptedServer, dialect: Dialect
    ) -> None:
        talk = [Message("system", "Be brief."), Message("user", "Hello.")]
        chat.complete(talk, max_tokens=60, temperature=0.5)
        request = server.requests[0]
        assert request.path == dialect.path
        assert request.headers["authorization"] == f"Bearer {KEY}"
        assert {
            "model": "some-model",
            "max_tokens": 60,
            "temperature": 0.5,
        }.items() <= (request.body.items())
        assert request.body["messages"][-1] == {"role": "user", "content": "Hello."}
        rules = request.body.get("system") or request.body["messages"][0]["content"]
        assert rules == "Be brief."

    def test_without_a_key_no_credentials_are_sent(
        self, server: ScriptedServer, dialect: Dialect, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("OPENAI_API_KEY", "sk-of-somebody-else")
        monkeypatch.setenv("ANTHROPIC_AUTH_TOKEN", "token-of-somebody-else")
        server.script = [computed(dialect.polite)]
        opened(server, dialect, key="").complete(GREETING, max_tokens=60)
        assert not {"authorization", "x-api-key"} & server.requests[0].headers.keys()

    def test_neither_key_nor_prompt_reaches_the_log(
        self,
        chat: Chat,
        server: ScriptedServer,
        dialect: Dialect,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        caplog.set_level(logging.DEBUG)
        server.script = [
            answer(dialect.refusal("Oops", "api_error"), 500),
            answer(dialect.whole("Yes")),
        ]
        chat.complete([Message("user", "My private matter")], max_tokens=60)
        assert caplog.text
        assert KEY not in caplog.text
        assert "private matter" not in caplog.text


class TestTemporaryFailures:
    @pytest.mark.parametrize("first", [reset, broken_off], ids=["reset", "broken off"])
    def test_a_broken_connection_is_tried_again(
        self, chat: Chat, server: ScriptedServer, dialect: Dialect, first: Reply
    ) -> None:
        server.script = [first, answer(dialect.whole("Here I am."))]
        assert chat.complete(GREETING, max_tokens=60).text == "Here I am."
        problem = failure(chat, server, first)
        assert isinstance(problem, ProviderUnavailable)
        assert problem.reason == "connection"
        assert len(server.requests) == 2 + 1 + RETRIES

    @pytest.mark.parametrize("status", [408, 500, 502, 503, 529])
    def test_a_fault_of_the_server_is_tried_again(
        self, chat: Chat, server: ScriptedServer, dialect: Dialect, status: int
    ) -> None:
        fault = answer(dialect.refusal("Overloaded", "overloaded_error"), status)
        server.script = [fault, answer(dialect.whole("Here I am."))]
        assert chat.complete(GREETING, max_tokens=60).text == "Here I am."
        problem = failure(chat, server, fault)
        assert isinstance(problem, ProviderUnavailable)
        assert problem.temporary
        assert str(status) in problem.message
        assert len(server.requests) == 2 + 1 + RETRIES

    def test_a_full_provider_is_asked_again_when_it_says(
        self, chat: Chat, server: ScriptedServer, dialect: Dialect
    ) -> None:
        body = dialect.refusal("Rate limit reached", "rate_limit_error")
        server.script = [
            answer(body, 429, {"retry-after": "0"}),
            answer(dialect.whole("Yes.")),
        ]
        assert chat.complete(GREETING, max_tokens=60).text == "Yes."
        problem = failure(chat, server, answer(body, 429, {"retry-after": "3600"}))
        assert isinstance(problem, ProviderBusy)
        assert problem.temporary
        assert problem.retry_after == 3600
        assert problem.headers == {"Retry-After": "3600"}
        # an hour is longer than anyone waits for: it is not tried again here
        assert len(server.requests) == 3

    @pytest.mark.parametrize("slow", [silence, white_space], ids=["silence", "white space"])
    def test_a_slow_answer_ends_with_the_callers_time(
        self, chat: Chat, server: ScriptedServer, slow: Reply
    ) -> None:
        problem = failure(chat, server, slow, timeout=1.5)
        assert isinstance(problem, ProviderUnavailable)
        assert problem.reason == "timeout"
        assert len(server.requests) == 1

    def test_nobody_listening_is_said_with_the_place_and_without_the_key(
        self, dialect: Dialect
    ) -> None:
        with scripted_server() as gone:
            chat = opened(gone, dialect)
        with pytest.raises(ProviderUnavailable, match=r"127\.0\.0\.1:\d+ failed") as caught:
            chat.complete(GREETING, max_tokens=60)
        assert caught.value.reason == "connection"
        assert "refused" in caught.value.detail
        assert KEY not in caught.value.message + caught.value.detail


class TestPermanentFailures:
    @pytest.mark.parametrize(
        ("status", "reason"),
        [
            (400, "request"),
            (401, "credentials"),
            (402, "quota"),
            (403, "credentials"),
            (404, "not_found"),
            (413, "request"),
            (422, "request"),
        ],
    )
    def test_a_refusal_is_not_tried_again(
        self,
        chat: Chat,
        server: ScriptedServer,
        dialect: Dialect,
        status: int,
        reason: str,
    ) -> None:
        body = dialect.refusal(f"No, not with {KEY}.", "invalid_request_error")
        problem = failure(chat, server, answer(body, status))
        assert isinstance(problem, ProviderRefused)
        assert not problem.temporary
        assert (problem.reason, problem.code) == (reason, "AI_PROVIDER_ERROR")
        assert problem.detail == "No, not with [key]."
        assert KEY not in problem.message
        assert len(server.requests) == 1

    def test_a_redirect_is_not_followed(
        self, chat: Chat, server: ScriptedServer, dialect: Dialect
    ) -> None:
        with scripted_server() as elsewhere:
            elsewhere.script = [computed(dialect.polite)]
            moved = answer({}, 307, {"Location": elsewhere.url + dialect.path})
            problem = failure(chat, server, moved)
            assert elsewhere.requests == []
        assert problem.reason == "redirect"

    @pytest.mark.parametrize(
        "body",
        [
            b'{"id": "1", "choi',
            b"<html>Sign in</html>",
            b"[]",
            b"{}",
            b'"text"',
            b"\xff\xfe",
        ],
        ids=["cut JSON", "a page", "a list", "an empty object", "a string", "no text"],
    )
    def test_an_answer_in_another_form_is_unusable(
        self, chat: Chat, server: ScriptedServer, body: bytes
    ) -> None:
        problem = failure(chat, server, answer(body))
        assert isinstance(problem, ProviderAnswerUnusable)
        assert (problem.reason, problem.temporary) == ("malformed", False)
        assert len(server.requests) == 1

    def test_an_endless_answer_is_given_up(
        self, chat: Chat, server: ScriptedServer, dialect: Dialect
    ) -> None:
        problem = failure(chat, server, answer(dialect.whole("x" * 9_000_000)))
        assert isinstance(problem, ProviderAnswerUnusable)

    def test_an_answer_without_text_is_unusable(
        self, chat: Chat, server: ScriptedServer, dialect: Dialect
    ) -> None:
        for body in (dialect.nothing(), dialect.whole(""), dialect.whole(" \n\x00")):
            problem = failure(chat, server, answer(body))
            assert isinstance(problem, ProviderAnswerUnusable)
            assert problem.reason == "empty"

    def test_an_answer_held_back_by_content_rules_is_a_refusal(
        self, chat: Chat, server: ScriptedServer, dialect: Dialect
    ) -> None:
        body = dialect.whole("I would", stopped=dialect.withheld)
        problem = failure(chat, server, answer(body))
        assert isinstance(problem, ProviderRefused)
        assert problem.reason == "content_filter"


class TestParametersThatAModelRefuses:
    def test_they_are_changed_once_and_left_out_from_then_on(
        self, chat: Chat, server: ScriptedServer, dialect: Dialect
    ) -> None:
        refusals = dialect.parameter_refusals()
        whole = answer(dialect.whole("Yes."))
        server.script = [*(answer(body, 400) for body in refusals.values()), whole]
        assert chat.complete(GREETING, max_tokens=60).text == "Yes."
        assert len(server.requests) == len(refusals) + 1
        chat.complete(GREETING, max_tokens=60)
        assert len(server.requests) == len(refusals) + 2
        body = server.requests[-1].body
        assert not refusals.keys() & body.keys()
        # the limit on tokens stays, under the name that this model knows
        assert 60 in body.values()

    def test_a_model_that_goes_on_complaining_is_not_asked_for_ever(
        self, chat: Chat, server: ScriptedServer, dialect: Dialect
    ) -> None:
        body = dialect.parameter_refusals()["temperature"]
        problem = failure(chat, server, answer(body, 400))
        assert problem.reason == "request"
        assert len(server.requests) == 2


def test_a_provider_that_is_down_is_left_alone_for_a_while(
    server: ScriptedServer, dialect: Dialect
) -> None:
    clock = Clock()
    chat = dialect.adapter(
        base_url=server.url + dialect.prefix,
        api_key=KEY,
        model="some-model",
        timeout=10,
        policy=RetryPolicy(max_retries=0),
        breaker=Breaker(threshold=2, cool_down=30, clock=clock),
        clock=clock,
    )
    down = answer(dialect.refusal("Down", "api_error"), 503)
    assert [failure(chat, server, down).reason for _ in range(2)] == ["server_error"] * 2
    refused = failure(chat, server, down)
    assert isinstance(refused, ProviderUnavailable)
    assert (refused.reason, refused.retry_after) == ("cooling_down", 30)
    assert len(server.requests) == 2
    clock.now += 30
    server.script = [answer(dialect.whole("Back."))]
    assert chat.complete(GREETING, max_tokens=60).text == "Back."


def test_a_refusal_shows_that_the_provider_is_up(server: ScriptedServer, dialect: Dialect) -> None:
    chat = opened(server, dialect)
    for _ in range(5):
        problem = failure(chat, server, answer(dialect.refusal("No", "invalid_request_error"), 400))
        assert problem.reason == "request"

"""Answers in an agreed form."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel, Field

from bureau.kernel.ai.adapters.base import ProviderChat
from bureau.kernel.ai.adapters.forms import filled, strict_schema
from bureau.kernel.ai.ports import Chat, Message, ProviderAnswerUnusable
from bureau.kernel.ai.testing import MODEL
from bureau.kernel.ai.tests.conformance import Sorted
from bureau.kernel.ai.tests.dialects import OpenAI
from bureau.kernel.ai.tests.scripted import ScriptedServer, answer

QUESTION = [Message("system", "Sort complaints."), Message("user", "The road is broken.")]


class Inner(BaseModel):
    title: str = "none"


class Outer(BaseModel):
    default: int
    inner: list[Inner] = Field(default_factory=list)


@pytest.fixture
def chat(server: ScriptedServer, dialect: Any) -> ProviderChat:
    return dialect.adapter(
        base_url=server.url + dialect.prefix, api_key="", model="some-model", timeout=10
    )


def test_a_real_server_holds_even_a_tiny_model_to_the_form(model_server: str) -> None:
    chat = OpenAI.adapter(base_url=model_server + "/v1", api_key="", model=MODEL, timeout=60)
    assert isinstance(chat.structured(QUESTION, Sorted, max_tokens=80), Sorted)


def test_the_schema_is_sent_and_told_in_words(
    chat: Chat, server: ScriptedServer, dialect: Any
) -> None:
    server.script = [answer(dialect.whole('```json\n{"category": "road", "urgent": true}\n```'))]
    assert chat.structured(QUESTION, Sorted, max_tokens=80) == Sorted(category="road", urgent=True)
    request = server.requests[0]
    assert dialect.form_of(request) == strict_schema(Sorted)
    rules = request.body.get("system") or request.body["messages"][0]["content"]
    assert '"enum": ["water", "road"]' in rules


@pytest.mark.parametrize(
    ("text", "detail"),
    [
        ("The category is road.", "json_invalid"),
        ('{"category": "road"', "json_invalid"),
        ('{"category": "my secret", "urgent": "perhaps"}', "category, urgent"),
        ("[]", "model_type"),
    ],
)
def test_an_answer_that_does_not_fit_is_unusable_and_not_repeated(
    chat: Chat, server: ScriptedServer, dialect: Any, text: str, detail: str
) -> None:
    server.script = [answer(dialect.whole(text))]
    with pytest.raises(ProviderAnswerUnusable) as caught:
        chat.structured(QUESTION, Sorted, max_tokens=80)
    assert (caught.value.reason, caught.value.temporary) == ("malformed", False)
    assert caught.value.detail == detail
    assert "secret" not in str(caught.value)
    assert len(server.requests) == 1


def test_a_server_that_takes_no_schema_is_asked_in_words_alone(
    chat: Chat, server: ScriptedServer, dialect: Any
) -> None:
    name = "output_config" if dialect.name == "anthropic" else "response_format"
    refused = dialect.refusal(f"Unsupported parameter: '{name}'.", "invalid_request_error")
    good = answer(dialect.whole('{"category": "water", "urgent": false}'))
    server.script = [answer(refused, 400), good]
    assert chat.structured(QUESTION, Sorted, max_tokens=80).category == "water"
    assert dialect.form_of(server.requests[1]) is None


def test_the_schema_is_strict_all_the_way_down() -> None:
    schema = strict_schema(Outer)
    assert schema["required"] == ["default", "inner"]
    assert schema["additionalProperties"] is False
    inner = schema["$defs"]["Inner"]
    assert inner["properties"] == {"title": {"type": "string"}}
    assert inner["required"] == ["title"]
    assert filled(Outer, '{"default": 1, "inner": [{"title": "x"}]}', "p").inner[0].title == "x"

"""How answers are read, apart from any connection."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bureau.kernel.ai.adapters.anthropic import answers as anthropic
from bureau.kernel.ai.adapters.openai_compatible import answers as openai
from bureau.kernel.ai.adapters.texts import storable
from bureau.kernel.ai.ports import Completion, ProviderError, ProviderRefused, Usage

Read = Callable[..., Completion]
KEYS = [
    "choices",
    "message",
    "content",
    "refusal",
    "finish_reason",
    "stop_reason",
    "model",
] + [
    "usage",
    "prompt_tokens",
    "input_tokens",
    "text",
    "type",
]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(["text", "stop", ""]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner),
    max_leaves=12,
)
OBJECTS = st.dictionaries(st.sampled_from(KEYS), JSON)


@pytest.mark.parametrize("read", [openai.completion_of, anthropic.completion_of])
@given(answer=OBJECTS)
def test_any_object_is_a_completion_or_one_of_our_errors(
    read: Read, answer: dict[str, Any]
) -> None:
    try:
        completion = read(answer, provider="p", asked_model="asked")
    except ProviderError as problem:
        assert not problem.temporary
    else:
        assert completion.text.strip() == completion.text != ""
        assert completion.model


@given(st.text(st.characters(exclude_categories=())))
def test_a_storable_text_has_no_nul_and_can_be_encoded(text: str) -> None:
    clean = storable(text)
    assert "\x00" not in clean
    clean.encode("utf-8")
    assert storable(clean) == clean


def test_counts_that_the_server_does_not_give_are_unknown_and_not_zero() -> None:
    answer = {"choices": [{"message": {"content": "Yes"}}]}
    completion = openai.completion_of(answer, provider="openai", asked_model="asked")
    assert completion.usage == Usage(None, None)
    assert (completion.model, completion.finish_reason) == ("asked", "")


def test_a_prompt_that_came_from_the_cache_counts() -> None:
    usage = {"input_tokens": 1, "cache_read_input_tokens": 32, "output_tokens": 12}
    answer = {"content": [{"type": "text", "text": "Yes"}], "usage": usage}
    completion = anthropic.completion_of(answer, provider="anthropic", asked_model="asked")
    assert completion.usage == Usage(33, 12)


def test_thinking_is_not_part_of_the_answer() -> None:
    blocks = [
        {"type": "thinking", "thinking": "Hm."},
        {"type": "text", "text": "Yes, "},
        {"type": "text", "text": "indeed."},
    ]
    completion = anthropic.completion_of({"content": blocks}, provider="a", asked_model="m")
    assert completion.text == "Yes, indeed."


def test_a_refusal_in_words_is_a_refusal() -> None:
    message = {"content": None, "refusal": "I can't help with that."}
    answer = {"choices": [{"message": message, "finish_reason": "stop"}]}
    with pytest.raises(ProviderRefused) as caught:
        openai.completion_of(answer, provider="openai", asked_model="m")
    assert caught.value.reason == "content_filter"

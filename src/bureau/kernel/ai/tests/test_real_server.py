"""The adapters against a real language model server (llama.cpp with SmolLM2)."""

from __future__ import annotations

import pytest

from bureau.kernel.ai.ports import Chat, Message, ProviderRefused, ProviderUnavailable
from bureau.kernel.ai.testing import CONTEXT, MODEL
from bureau.kernel.ai.tests.conformance import GREETING, ChatConformance
from bureau.kernel.ai.tests.dialects import Dialect


@pytest.fixture
def chat(model_server: str, dialect: Dialect) -> Chat:
    return dialect.adapter(
        base_url=model_server + dialect.prefix, api_key="", model=MODEL, timeout=60
    )


class TestARealServer(ChatConformance):
    """One model behind both protocols."""


def test_the_model_is_the_one_the_server_names(model_server: str, dialect: Dialect) -> None:
    chat = dialect.adapter(
        base_url=model_server + dialect.prefix,
        api_key="sk-any",
        model="another",
        timeout=60,
    )
    assert chat.complete(GREETING, max_tokens=60).model == MODEL


def test_a_prompt_that_is_too_long_is_refused_in_the_servers_words(chat: Chat) -> None:
    with pytest.raises(ProviderRefused, match="context size") as caught:
        chat.complete([Message("user", "word " * 2 * CONTEXT)], max_tokens=5)
    assert caught.value.reason == "request"


def test_an_answer_that_takes_too_long_is_given_up_and_the_next_one_comes(
    chat: Chat,
) -> None:
    with pytest.raises(ProviderUnavailable) as caught:
        chat.complete([Message("user", "Tell a long story.")], max_tokens=400, timeout=0.1)
    assert caught.value.reason == "timeout"
    assert chat.complete(GREETING, max_tokens=60).text


def test_a_wrong_path_is_an_unknown_address(model_server: str, dialect: Dialect) -> None:
    chat = dialect.adapter(base_url=model_server + "/nowhere", api_key="", model=MODEL, timeout=60)
    with pytest.raises(ProviderRefused) as caught:
        chat.complete(GREETING, max_tokens=5)
    assert caught.value.reason == "not_found"

"""Embedding models behind a server: a real one, and one that misbehaves."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from tests.needs import require

from bureau.kernel.ai.adapters.openai_compatible.embedding import OpenAICompatibleEmbedder
from bureau.kernel.ai.adapters.service import Service
from bureau.kernel.ai.calling import RetryPolicy
from bureau.kernel.ai.ports import Embedder, ProviderError, ProviderNotConfigured
from bureau.kernel.ai.testing import DIMENSION, local_model_server
from bureau.kernel.ai.tests.embedding import TEXTS, EmbedderConformance
from bureau.kernel.ai.tests.scripted import (
    Reply,
    Request,
    ScriptedServer,
    answer,
    broken_off,
    computed,
    reset,
    silence,
    white_space,
)

KEY = "sk-very-secret"


def service(url: str, *, timeout: float = 10) -> Service:
    policy = RetryPolicy(max_retries=1, first_wait=0.01)
    return Service(provider="ollama", base_url=url, api_key=KEY, timeout=timeout, policy=policy)


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    require("openmp")
    with local_model_server(embeddings=True) as url:
        yield f"{url}/v1"


class TestARealServer(EmbedderConformance):
    """llama.cpp, which embeds with the same model that it writes with."""

    @pytest.fixture
    def embedder(self, address: str) -> Embedder:
        # short, because a strange sign is four tokens of this model
        return OpenAICompatibleEmbedder(
            service(address, timeout=60),
            provider="ollama",
            model="any",
            dimension=DIMENSION,
            most_characters=40,
        )


def vector_of(text: str) -> list[float]:
    """Numbers that depend on the text alone."""
    return [float(byte) - 127.5 for byte in hashlib.sha256(text.encode()).digest()]


def politely(request: Request) -> dict[str, Any]:
    texts = request.body["input"]
    assert all(texts)
    rows = [{"index": place, "embedding": vector_of(text)} for place, text in enumerate(texts)]
    return {"object": "list", "data": rows[::-1], "model": "m", "usage": {"prompt_tokens": 3}}


@pytest.fixture
def embedder(server: ScriptedServer) -> Embedder:
    server.script = [computed(politely)]
    return OpenAICompatibleEmbedder(
        service(server.url + "/v1"), provider="ollama", model="nomic-embed-text:v1.5", dimension=32
    )


class TestAScriptedServer(EmbedderConformance):
    """A server that answers in another order than it was asked."""


def test_what_is_sent(embedder: Embedder, server: ScriptedServer) -> None:
    embedder.embed_query("What?")
    embedder.embed_passages([f"Text {number}" for number in range(70)])
    first, *rest = server.requests
    assert (first.path, first.headers["authorization"]) == ("/v1/embeddings", f"Bearer {KEY}")
    assert first.body == {
        "model": "nomic-embed-text:v1.5",
        "input": ["search_query: What?"],
        "encoding_format": "float",
    }
    assert [len(request.body["input"]) for request in rest] == [64, 6]
    assert rest[1].body["input"][0] == "search_document: Text 64"


def test_one_text_makes_one_request(embedder: Embedder, server: ScriptedServer) -> None:
    embedder.embed_passages([])
    assert server.requests == []
    assert np.allclose(embedder.embed_passages(["x"] * 3), embedder.embed_passages(["x"])[0])


@pytest.mark.parametrize(
    ("reply", "reason", "temporary"),
    [
        (answer({"data": []}), "malformed", False),
        (answer({"data": [{"index": 0, "embedding": [0.5] * 31}]}), "malformed", False),
        (answer({"data": [{"index": 1, "embedding": [0.5] * 32}]}), "malformed", False),
        (answer({"data": [{"index": 0, "embedding": ["x"] * 32}]}), "malformed", False),
        (answer({"data": [{"index": 0, "embedding": [0] * 32}]}), "malformed", False),
        (answer(b'{"data": [{"index": 0, "embedding": [1'), "malformed", False),
        (answer(b"[]"), "malformed", False),
        (answer(b"<html>Welcome</html>"), "malformed", False),
        (answer({"error": {"message": f"Bad {KEY}"}}, 401), "credentials", False),
        (answer({"error": "model 'nomic' not found"}, 404), "not_found", False),
        (answer({"detail": "Slow down"}, 429), "busy", True),
        (answer(b"oops", 500), "server_error", True),
        (answer(b"", 302, {"Location": "http://127.0.0.1:1/"}), "redirect", False),
        (reset, "connection", True),
        (broken_off, "connection", True),
        (silence, "timeout", True),
        (white_space, "timeout", True),
    ],
)
def test_every_failure_is_named_and_no_vector_is_made_up(
    server: ScriptedServer, reply: Reply, reason: str, temporary: bool
) -> None:
    server.script = [reply]
    slow = reply in {silence, white_space}
    one = OpenAICompatibleEmbedder(
        service(server.url, timeout=1.5 if slow else 10), provider="ollama", model="m", dimension=32
    )
    with pytest.raises(ProviderError) as caught:
        one.embed_query("Hello")
    assert (caught.value.reason, caught.value.temporary) == (reason, temporary)
    assert KEY not in f"{caught.value} {caught.value.detail}"
    retried = temporary and not slow
    assert len(server.requests) == (2 if retried else 1)


def test_a_failure_in_one_batch_fails_the_whole(embedder: Embedder, server: ScriptedServer) -> None:
    server.script = [computed(politely), answer({"error": "out of memory"}, 400)]
    with pytest.raises(ProviderError):
        embedder.embed_passages(TEXTS * 20)


def test_the_size_of_vectors_is_known_or_must_be_told(server: ScriptedServer) -> None:
    def dimension(model: str) -> int:
        return OpenAICompatibleEmbedder(
            service(server.url), provider="openai", model=model
        ).dimension

    assert dimension("openai/text-embedding-3-small") == 1536
    assert dimension("nomic-embed-text:v1.5") == 768
    with pytest.raises(ProviderNotConfigured, match="AI_EMBEDDING_DIMENSION"):
        dimension("new-model")

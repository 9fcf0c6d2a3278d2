"""Words of sensitive desks do not leave the house."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

import pytest

from bureau.kernel.actor_context import on_behalf_of
from bureau.kernel.ai import registry, residency
from bureau.kernel.ai.ports import ProviderNotConfigured, ProviderRefused
from bureau.kernel.ai.tests.conformance import GREETING, Sorted
from bureau.kernel.ai.tests.dialects import OpenAI
from bureau.kernel.ai.tests.scripted import ScriptedServer, answer, computed
from bureau.kernel.ai.tests.test_registry import KEY, environment

CLOUD: dict[str, Any] = {
    "ai_provider": "openai",
    "openai_api_key": KEY,
    "ai_embedding_provider": "openai",
    "ai_transcription_provider": "openai",
    "ai_speech_provider": "piper",
    "piper_api_url": "https://203.0.113.7",
    "piper_voices": ["en=en_GB-alba-medium"],
}


ASKED: dict[str, Any] = {
    "chat": lambda it: it.complete(GREETING, max_tokens=5),
    "translator": lambda it: it.translate("Hello", "en", "af"),
    "embedder": lambda it: it.embed_query("Hello"),
    "transcriber": lambda it: it.transcribe(Path("recording.wav"), "en"),
    "speaker": lambda it: it.speak("Hello", "en"),
}


@pytest.mark.parametrize("name", ASKED)
@pytest.mark.parametrize("desk", ["interpreting", "grievances", "imaging", "retrieval", ""])
def test_a_sensitive_desk_reaches_no_server_abroad(name: str, desk: str) -> None:
    with on_behalf_of(desk):
        opened = getattr(registry, name)(env=environment(**CLOUD))
        # its name may be told; only asking would carry words away
        assert opened.provider
        with pytest.raises(ProviderRefused) as caught:
            ASKED[name](opened)
    assert (caught.value.reason, caught.value.temporary) == ("residency", False)
    assert "AI_CLOUD_DESKS" in caught.value.message


@pytest.mark.parametrize("ask", ["stream", "structured"])
def test_no_way_of_asking_goes_round_it(ask: str) -> None:
    chat = registry.chat(env=environment(**CLOUD))
    assert chat is not None
    with pytest.raises(ProviderRefused) as caught:
        if ask == "stream":
            next(chat.stream(GREETING, max_tokens=5))
        else:
            chat.structured(GREETING, Sorted, max_tokens=5)
    assert caught.value.reason == "residency"


def test_the_desk_is_the_one_that_opened_it_wherever_it_is_used() -> None:
    with on_behalf_of("grievances"):
        chat = registry.chat(env=environment(**CLOUD))
    assert chat is not None
    with on_behalf_of("insights"), pytest.raises(ProviderRefused):
        chat.complete(GREETING, max_tokens=5)


@pytest.mark.django_db
def test_a_desk_that_may_reaches_them(
    monkeypatch: pytest.MonkeyPatch, server: ScriptedServer
) -> None:
    # this server is taken for one abroad
    monkeypatch.setattr(residency, "stays_in_house", lambda base_url: False)
    server.script = [computed(OpenAI().polite)]
    here = {"ai_provider": "openai", "openai_base_url": f"{server.url}/v1"}

    def ask(desk: str, **changes: Any) -> None:
        with on_behalf_of(desk):
            chat = registry.chat(env=environment(**here, **changes))
            assert chat is not None
            chat.complete(GREETING, max_tokens=60)

    ask("insights")
    ask("knowledge")
    ask("interpreting", ai_cloud_desks=["interpreting"])
    assert len(server.requests) == 3
    with pytest.raises(ProviderRefused):
        ask("insights", ai_cloud_desks=["interpreting"])
    assert len(server.requests) == 3


@pytest.mark.django_db
def test_vectors_are_made_for_the_desk_that_is_current(
    monkeypatch: pytest.MonkeyPatch, server: ScriptedServer
) -> None:
    monkeypatch.setattr(residency, "stays_in_house", lambda base_url: False)
    server.script = [answer({"data": [{"index": 0, "embedding": [0.5] * 1536}]})]
    env = environment(ai_embedding_provider="openai", openai_base_url=server.url)
    with on_behalf_of("knowledge"):
        embedder = registry.embedder(env=env)
    assert len(embedder.embed_query("Hello")) == 1536
    with on_behalf_of("grievances"), pytest.raises(ProviderRefused):
        embedder.embed_query("Hello")
    assert len(server.requests) == 1


def test_a_missing_key_is_told_before_anything_else() -> None:
    with on_behalf_of("grievances"), pytest.raises(ProviderNotConfigured, match="GEMINI_API_KEY"):
        registry.chat("gemini", env=environment())


@pytest.mark.parametrize(
    ("address", "inside"),
    [
        ("http://127.0.0.1:11434/v1", True),
        ("http://[::1]:80", True),
        ("http://10.1.2.3", True),
        ("http://192.168.0.9:8080/v1", True),
        ("http://[fd00::1]/v1", True),
        ("http://localhost:1", True),
        ("https://203.0.113.7.nowhere.invalid", False),
        ("https://8.8.8.8/v1", False),
        ("https://100.64.0.1", False),
        ("https://[2606:4700::1111]", False),
        ("https://api.openai.com/v1", False),
        ("https://" + "a" * 300, False),
    ],
)
def test_what_is_inside_of_the_house(address: str, inside: bool) -> None:
    assert residency.stays_in_house(address) is inside


def test_a_name_is_inside_only_if_all_its_addresses_are(monkeypatch: pytest.MonkeyPatch) -> None:
    book = {"models.example": ["10.0.0.5"], "two.example": ["10.0.0.5", "8.8.8.8"]}

    def look_up(name: str, *_: object, **__: object) -> list[Any]:
        if name not in book:
            raise socket.gaierror("unknown")
        return [(0, 0, 0, "", (one, 0)) for one in book[name]]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    residency._addresses.cache_clear()
    try:
        assert residency.stays_in_house("http://models.example:8000/v1")
        assert not residency.stays_in_house("http://two.example:8000/v1")
        assert not residency.stays_in_house("http://other.example:8000/v1")
    finally:
        residency._addresses.cache_clear()

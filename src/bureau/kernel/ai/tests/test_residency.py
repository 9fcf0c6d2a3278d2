"""Words of sensitive desks do not leave the house."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from bureau.kernel.ai import registry, residency
from bureau.kernel.ai.ports import ProviderNotConfigured, ProviderRefused
from bureau.kernel.ai.tests.test_registry import KEY, environment
from bureau.kernel.errand import on_behalf_of

CLOUD: dict[str, Any] = {
    "ai_provider": "openai",
    "openai_api_key": KEY,
    "ai_embedding_provider": "openai",
    "ai_transcription_provider": "openai",
    "ai_speech_provider": "piper",
    "piper_api_url": "https://203.0.113.7",
    "piper_voices": ["en=en_GB-alba-medium"],
}


def opened(env: Any) -> list[Any]:
    """Everything that can be opened, all of it in the cloud."""
    openers = (
        registry.chat,
        registry.translator,
        registry.embedder,
        registry.transcriber,
        registry.speaker,
    )
    return [opener(env=env) for opener in openers]


@pytest.mark.parametrize("name", ["chat", "translator", "embedder", "transcriber", "speaker"])
@pytest.mark.parametrize("desk", ["interpreting", "grievances", "imaging", "retrieval", ""])
def test_a_sensitive_desk_reaches_no_server_abroad(name: str, desk: str) -> None:
    with on_behalf_of(desk), pytest.raises(ProviderRefused) as caught:
        getattr(registry, name)(env=environment(**CLOUD))
    assert (caught.value.reason, caught.value.temporary) == ("residency", False)
    assert "AI_CLOUD_DESKS" in caught.value.message


def test_a_desk_that_may_reaches_them() -> None:
    with on_behalf_of("insights"):
        assert all(opened(environment(**CLOUD)))
    allowed = environment(**CLOUD, ai_cloud_desks=["interpreting"])
    with on_behalf_of("interpreting"):
        assert all(opened(allowed))
    with on_behalf_of("insights"), pytest.raises(ProviderRefused):
        registry.chat(env=allowed)


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

"""Voices: the program espeak-ng, and a Piper server whose voice is that program's."""

from __future__ import annotations

import io
import wave

import pytest
from tests.needs import require

from bureau.kernel.ai import registry
from bureau.kernel.ai.adapters.service import Service
from bureau.kernel.ai.adapters.speaking import espeak
from bureau.kernel.ai.adapters.speaking.espeak import Espeak
from bureau.kernel.ai.adapters.speaking.piper import Piper
from bureau.kernel.ai.calling import RetryPolicy
from bureau.kernel.ai.ports import (
    ProviderAnswerUnusable,
    ProviderError,
    ProviderNotConfigured,
    Speaker,
)
from bureau.kernel.ai.residency import GuardedSpeaker
from bureau.kernel.ai.tests.scripted import Reply, Request, ScriptedServer, answer, chosen, reset
from bureau.kernel.ai.tests.speaking import TEXT, SpeakerConformance
from bureau.kernel.ai.tests.test_registry import environment


@pytest.fixture(scope="module")
def program() -> Espeak:
    require("espeak-ng")
    return Espeak()


class TestEspeak(SpeakerConformance):
    @pytest.fixture
    def speaker(self, program: Espeak) -> Speaker:
        return program


@pytest.fixture
def piper(server: ScriptedServer, program: Espeak) -> Piper:
    def speak(request: Request) -> Reply:
        assert request.body["voice"] == "en_GB-alba-medium"
        return answer(program.speak(request.body["text"], "en").wav)

    server.script = [chosen(speak)]
    return opened(server)


def opened(server: ScriptedServer) -> Piper:
    policy = RetryPolicy(max_retries=0)
    service = Service(provider="piper", base_url=server.url, timeout=20, policy=policy)
    return Piper(service, {"eng": "en_GB-alba-medium", "nr": "en_GB-alba-medium"})


class TestPiper(SpeakerConformance):
    @pytest.fixture
    def speaker(self, piper: Piper) -> Speaker:
        return piper


def test_a_voice_of_another_language_is_called_that(piper: Piper) -> None:
    assert piper.speak(TEXT, "en").native
    assert not piper.speak(TEXT, "nbl").native


def test_the_program_has_the_voices_that_are_needed_here(program: Espeak) -> None:
    assert {"en", "af", "ne", "tn", "sw", "de", "fr", "es", "zh"} <= program.languages()
    assert program.speak("आज तपाईंलाई कस्तो छ?", "nep").duration > 1


def _mute() -> bytes:
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(22_050)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (answer(b"no sound"), "malformed"),
        (answer(_mute()), "malformed"),
        (answer(b"Voice not found", 500), "server_error"),
        (reset, "connection"),
    ],
)
def test_a_server_that_fails_gives_no_speech(
    server: ScriptedServer, reply: Reply, reason: str
) -> None:
    server.script = [reply]
    with pytest.raises(ProviderError) as caught:
        opened(server).speak(TEXT, "en")
    assert caught.value.reason == reason


def test_a_missing_or_failing_program_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(espeak, "PROGRAM", "no-such-program")
    with pytest.raises(ProviderNotConfigured, match="apt-get install"):
        Espeak().languages()
    monkeypatch.setattr(espeak, "PROGRAM", "false")
    with pytest.raises(ProviderAnswerUnusable):
        Espeak().languages()


@pytest.mark.needs("espeak-ng")
def test_who_speaks_is_what_was_set(
    server: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert isinstance(registry.speaker(env=environment()), Espeak)
    assert registry.speaker(env=environment(ai_speech_provider="none")) is None
    here = {"piper_api_url": server.url, "piper_voices": ["en=en_GB-alba-medium"]}
    guarded = registry.speaker(env=environment(**here))
    assert isinstance(guarded, GuardedSpeaker)
    assert isinstance(guarded.speaker, Piper)
    assert (guarded.provider, guarded.languages()) == ("piper", {"en"})
    assert isinstance(
        registry.speaker(env=environment(**here, ai_speech_provider="builtin")), Espeak
    )
    with pytest.raises(ProviderNotConfigured, match="PIPER_VOICES"):
        registry.speaker(env=environment(ai_speech_provider="piper", piper_api_url=server.url))
    monkeypatch.setenv("PATH", "")
    assert registry.speaker(env=environment()) is None

"""Trying what is set up: what works is said to work, what does not is named."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.management import call_command
from pytest_django import Settings

from bureau.kernel.ai.testing import MODEL
from bureau.kernel.ai.tests.dialects import OpenAI
from bureau.kernel.ai.tests.scripted import ScriptedServer, answer
from bureau.kernel.ai.tests.test_registry import KEY, environment
from bureau.kernel.ai.trial import findings

OPENAI = OpenAI()


def found(**changes: Any) -> dict[str, tuple[str, bool]]:
    return {one.subject: (one.found, one.works) for one in findings(environment(**changes))}


@pytest.mark.needs("espeak-ng")
def test_the_built_in_models_are_really_run() -> None:
    lines = found()
    assert set(lines) == {
        "chat builtin",
        "translation",
        "embedding builtin",
        "transcription builtin",
        "speech builtin",
    }
    assert all(works for _, works in lines.values())
    assert "gives 384 numbers in " in lines["embedding builtin"][0]
    assert "whisper-base-int8 listens in " in lines["transcription builtin"][0]
    assert "s of speech made" in lines["speech builtin"][0]


def test_a_real_server_answers(model_server: str) -> None:
    lines = found(
        ai_provider="openai",
        openai_base_url=f"{model_server}/v1",
        openai_model=MODEL,
        anthropic_api_key="any",
        anthropic_base_url=model_server,
    )
    for subject in ("chat openai", "chat anthropic"):
        said, works = lines[subject]
        assert works, said
        assert "answers in " in said


def test_what_does_not_work_is_named_and_no_key_is(server: ScriptedServer) -> None:
    server.script = [answer(OPENAI.refusal(f"Incorrect API key provided: {KEY}", "invalid"), 401)]
    lines = found(
        ai_provider="openai",
        openai_api_key=KEY,
        openai_base_url=server.url,
        ai_embedding_provider="ollama",
        ollama_base_url="http://127.0.0.1:9",
        whisper_api_url="http://127.0.0.1:9",
        ai_speech_provider="piper",
    )
    assert {subject for subject, (_, works) in lines.items() if not works} == {
        "chat openai",
        "embedding ollama",
        "transcription whisper_cpp",
        "speech piper",
    }
    assert "does not accept the API key" in lines["chat openai"][0]
    assert "connection to ollama at 127.0.0.1:9 failed" in lines["embedding ollama"][0]
    assert "PIPER_API_URL" in lines["speech piper"][0]
    assert KEY not in str(lines)
    # whoever was not chosen and has no key is not asked
    assert len(server.requests) == 1


def test_the_doctor_prints_them_and_fails_when_one_does_not_work(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    quiet = {"ai_transcription_provider": "none", "ai_speech_provider": "none"}
    settings.ENV = environment(**quiet)
    call_command("doctor", "ai")
    printed = capsys.readouterr().out
    assert "embedding builtin        ok     multilingual-e5-small-q4 gives 384 numbers" in printed
    assert "wrong" not in printed
    settings.ENV = environment(ai_provider="ollama", ollama_base_url="http://127.0.0.1:9", **quiet)
    with pytest.raises(SystemExit):
        call_command("doctor", "ai")
    assert "chat ollama              wrong" in capsys.readouterr().out

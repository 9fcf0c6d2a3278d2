"""The routes that tell which models are in use."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from bureau.kernel.accounts.models import User
from bureau.kernel.accounts.sessions import open_session, tokens_of
from bureau.kernel.ai import status
from bureau.kernel.ai.tests.test_registry import KEY, environment

pytestmark = pytest.mark.django_db
CONTRACT = {
    "ai_provider",
    "translation_model",
    "completion_model",
    "embedding_model",
    "embedding_provider",
    "embedding_dimensions",
    "chunking_strategy",
    "chunk_length",
    "chunk_overlap",
}


def told(settings: Settings, path: str = "/api/config/ai/", **changes: Any) -> Any:
    """What a signed-in patient is told under these settings."""
    settings.ENV = environment(**changes)
    user, _ = User.objects.get_or_create(username="patient")
    access = tokens_of(open_session(user)).access
    answer = Client().get(path, headers={"Authorization": f"Bearer {access}"})
    assert answer.status_code == 200, answer.content
    return json.loads(answer.content)


@pytest.mark.needs("espeak-ng")
def test_without_any_setting_the_built_in_models_are_named(settings: Settings) -> None:
    found = told(settings)
    assert found.keys() == CONTRACT | {"in_use"}
    assert (found["ai_provider"], found["completion_model"]) == ("builtin", "builtin")
    assert (found["translation_model"], found["in_use"]["translation"]["provider"]) == ("", "none")
    assert found["embedding_provider"] == "builtin"
    assert found["embedding_model"] == "multilingual-e5-small-q4"
    assert found["embedding_dimensions"] == 384
    assert (found["chunk_length"], found["chunk_overlap"]) == (1200, 200)
    assert found["in_use"]["transcription"] == {
        "provider": "builtin",
        "model": "whisper-base-int8",
        "host": "",
        "problem": "",
    }
    assert found["in_use"]["speech"]["provider"] == "builtin"


def test_the_names_are_those_that_the_models_give_themselves() -> None:
    from bureau.kernel.ai import opening

    assert (
        opening.built_in_embedder().model,
        opening.built_in_embedder().dimension,
    ) == status.BUILT_IN_EMBEDDING
    assert opening.built_in_transcriber().model == status.BUILT_IN_HEARING


def test_ollama_is_told_with_its_address(settings: Settings) -> None:
    found = told(
        settings,
        ai_provider="ollama",
        ai_embedding_provider="ollama",
        ollama_translation_model="zongwei/gemma3-translator:4b",
    )
    assert found.keys() == CONTRACT | {"in_use", "ollama_base_url"}
    assert found["ollama_base_url"] == "http://localhost:11434"
    assert found["completion_model"] == "granite3.3:8b"
    assert found["translation_model"] == "zongwei/gemma3-translator:4b"
    assert (found["embedding_model"], found["embedding_dimensions"]) == (
        "nomic-embed-text:v1.5",
        768,
    )


def test_what_is_missing_is_told_and_no_key_is(settings: Settings) -> None:
    found = told(
        settings,
        ai_provider="openai",
        openai_api_key=KEY,
        openai_base_url="https://user:secret@models.example:8443/v1?token=x",
        ai_embedding_provider="gemini",
        ai_translation_provider="deepl",
        ai_transcription_provider="asr_service",
        ai_speech_provider="piper",
    )
    assert KEY not in json.dumps(found)
    assert "secret" not in json.dumps(found)
    used = found["in_use"]
    assert used["chat"]["host"] == "models.example:8443"
    assert used["embedding"]["problem"] == "GEMINI_API_KEY is not set."
    assert used["translation"]["problem"] == "There is no provider of this name."
    assert "WHISPER_API_URL" in used["transcription"]["problem"]
    assert "PIPER_API_URL" in used["speech"]["problem"]


def levels(settings: Settings, code: str, **changes: Any) -> dict[str, str]:
    rows = told(settings, "/api/config/ai/languages/", **changes)
    assert [row["name"] for row in rows] == sorted(row["name"] for row in rows)
    return next(row for row in rows if row["code"] == code)


@pytest.mark.needs("espeak-ng")
def test_every_language_says_what_works_in_it(settings: Settings) -> None:
    assert levels(settings, "en") == {
        "code": "en",
        "name": "English",
        "retrieval": "good",
        "identification": "good",
        "speech_in": "good",
        "speech_out": "good",
        "translation": "none",
    }
    zulu = levels(settings, "zu")
    assert (zulu["retrieval"], zulu["speech_in"], zulu["speech_out"]) == ("fair", "none", "none")
    nepali = levels(settings, "ne")
    assert (nepali["speech_in"], nepali["speech_out"]) == ("experimental", "good")


def test_another_model_is_not_credited_with_what_was_measured_of_ours(settings: Settings) -> None:
    changes = {
        "ai_provider": "ollama",
        "ai_embedding_provider": "ollama",
        "whisper_api_url": "http://localhost:9000",
        "piper_api_url": "http://localhost:5000",
        "piper_voices": ["zul=zu_ZA-voice-medium"],
    }
    zulu = levels(settings, "zu", **changes)
    assert (zulu["retrieval"], zulu["translation"]) == ("unmeasured", "unmeasured")
    # no Whisper knows it, wherever it runs
    assert (zulu["speech_in"], zulu["speech_out"]) == ("none", "good")
    english = levels(settings, "en", **changes)
    assert (english["speech_in"], english["speech_out"]) == ("unmeasured", "none")
    nobody = {"ai_transcription_provider": "none", "ai_speech_provider": "none"}
    english = levels(settings, "en", **nobody)
    assert (english["speech_in"], english["speech_out"]) == ("none", "none")

from __future__ import annotations

import sys
from typing import Any

import pytest
from pydantic import ValidationError

from bureau.environment import Environment
from bureau.kernel.actor_context import on_behalf_of
from bureau.kernel.ai import registry
from bureau.kernel.ai.checks import problems
from bureau.kernel.ai.ports import ProviderNotConfigured, ProviderUnavailable
from bureau.kernel.ai.tests.conformance import GREETING
from bureau.kernel.ai.tests.dialects import Dialect, OpenAI
from bureau.kernel.ai.tests.scripted import ScriptedServer, answer, computed

KEY = "sk-very-secret-0123456789"


def environment(**changes: Any) -> Environment:
    """The operator's settings, independent of the machine's own."""
    plain = {
        "secret_key": "s" * 32,
        "database_url": "postgresql:///bureau",
        "redis_url": "redis://localhost",
        "bureau_field_keys_file": "keys.json",
        "ai_provider": "builtin",
        "openai_api_key": "",
        "openai_base_url": "https://api.openai.com/v1",
        "anthropic_api_key": "",
        "anthropic_base_url": "https://api.anthropic.com",
        "ai_embedding_provider": "builtin",
        "ai_translation_provider": "",
        "ollama_base_url": "http://localhost:11434",
        "openrouter_api_key": "",
        "gemini_api_key": "",
    }
    speech = {
        "ai_transcription_provider": "",
        "whisper_api_url": "",
        "ai_speech_provider": "",
        "piper_api_url": "",
        "piper_voices": [],
    }
    return Environment(**{**plain, **speech, **changes})


@pytest.mark.parametrize("preference", [None, "", "builtin", "mock"])
def test_without_a_provider_the_desk_answers_by_its_own_rules(
    preference: str | None,
) -> None:
    env = environment()
    assert registry.chat(preference, env=env) is None
    assert registry.provider_for(preference, env=env) == "builtin"


@pytest.mark.django_db
def test_a_preference_goes_before_the_setting_and_one_adapter_serves_all(
    server: ScriptedServer, dialect: Dialect
) -> None:
    server.script = [computed(dialect.polite)]
    address = server.url + dialect.prefix
    here = {f"{dialect.name}_base_url": address, f"{dialect.name}_model": "small"}
    chosen = environment(ai_provider=dialect.name, **here)
    chat = registry.chat(env=chosen)
    assert chat is not None
    assert (chat.provider, chat.model) == (dialect.name, "small")
    again = registry.chat(dialect.name, env=environment(**here))
    assert again is not None
    assert again.chat is chat.chat
    assert registry.chat("mock", env=chosen) is None
    assert chat.complete(GREETING, max_tokens=60).provider == dialect.name


def test_a_provider_without_a_key_is_never_replaced_by_another(
    dialect: Dialect,
) -> None:
    others = {f"{name}_api_key": KEY for name in {"openai", "anthropic"} - {dialect.name}}
    env = environment(**others)
    with pytest.raises(ProviderNotConfigured, match=f"{dialect.name.upper()}_API_KEY") as caught:
        registry.chat(dialect.name, env=env)
    assert caught.value.reason == "not_configured"
    with pytest.raises(ProviderNotConfigured):
        registry.chat(env=environment(ai_provider=dialect.name, **others))


def test_an_unknown_name_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ProviderNotConfigured, match=r"The request .*litellm.* anthropic, builtin"):
        registry.chat("litellm", env=environment())
    with pytest.raises(ProviderNotConfigured, match=r"AI_PROVIDER .*litellm"):
        registry.chat(env=environment(ai_provider="litellm"))


def test_a_missing_library_is_named_with_the_line_that_installs_it(
    dialect: Dialect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, dialect.name, None)
    env = environment(**{f"{dialect.name}_api_key": "sk-of-this-test-only"})
    with (
        on_behalf_of("insights"),
        pytest.raises(ProviderNotConfigured, match=r"pip install 'bureau\[providers\]'") as caught,
    ):
        registry.chat(dialect.name, env=env)
    assert caught.value.reason == "not_installed"


def test_the_status_names_hosts_and_models_and_never_a_key_or_password() -> None:
    env = environment(
        ai_provider="openai",
        openai_api_key=KEY,
        openai_model="small",
        openai_base_url="https://user:secret@models.example:8443/v1?token=x",
        anthropic_model="large",
    )
    statuses = registry.configured(env=env)
    assert [(one.provider, one.model, one.host) for one in statuses] == [
        ("builtin", "", ""),
        ("openai", "small", "models.example:8443"),
        ("anthropic", "large", "api.anthropic.com"),
        ("ollama", "granite3.3:8b", "localhost:11434"),
        ("openrouter", "gpt-4o-mini", "openrouter.ai"),
        ("gemini", "gemini-2.0-flash", "generativelanguage.googleapis.com"),
    ]
    assert [one.configured for one in statuses] == [True, True, False, True, False, False]
    assert [one.provider for one in statuses if one.chosen] == ["openai"]
    assert "secret" not in repr(statuses)


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({}, []),
        ({"ai_provider": "mock"}, []),
        ({"ai_provider": "openai", "openai_api_key": KEY}, []),
        ({"ai_provider": "openai", "openai_base_url": "http://localhost:11434/v1"}, []),
        ({"ai_provider": "gpt"}, ["ai.E001"]),
        ({"ai_provider": "anthropic"}, ["ai.E002"]),
        ({"openai_base_url": "https://user:sk-1@host/v1"}, ["ai.E003"]),
        ({"anthropic_api_key": "sk-…"}, ["ai.E003"]),
        ({"openai_api_key": "sk-1\nsk-2"}, ["ai.E003"]),
        ({"ai_provider": "ollama"}, []),
        ({"ai_provider": "openrouter"}, ["ai.E002"]),
        ({"ai_provider": "gemini", "gemini_api_key": KEY}, []),
        ({"ai_translation_provider": "deepl"}, ["ai.E001"]),
        ({"ai_translation_provider": "openrouter"}, ["ai.E002"]),
        ({"ai_embedding_provider": "ollama"}, []),
        ({"ai_embedding_provider": "hash"}, ["ai.E001"]),
        ({"ai_embedding_provider": "gemini"}, ["ai.E002"]),
        ({"ai_embedding_provider": "anthropic", "anthropic_api_key": KEY}, ["ai.E004"]),
        ({"ai_embedding_provider": "ollama", "ollama_embedding_model": "new"}, ["ai.E004"]),
        ({"ai_transcription_provider": "asr_service"}, ["ai.E005"]),
        ({"ai_speech_provider": "piper", "piper_api_url": "http://piper:5000"}, ["ai.E005"]),
        ({"piper_api_url": "http://piper:5000", "piper_voices": ["en"]}, ["ai.E005"]),
        ({"ai_prices": ["gpt-4o-mini=0.15/0.60", "x=1/2"]}, []),
        ({"ai_prices": ["gpt-4o-mini=0.15"]}, ["ai.E006"]),
        ({"ai_prices": ["gpt-4o-mini=-1/2"]}, ["ai.E006"]),
    ],
)
def test_wrong_settings_stop_the_start(changes: dict[str, str], found: list[str]) -> None:
    messages = problems(environment(**changes))
    assert [message.id for message in messages] == found
    assert all("sk-" not in message.msg for message in messages)


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("openai_base_url", "file:///etc/passwd"),
        ("openai_base_url", "localhost:11434"),
        ("anthropic_base_url", "http://[::1"),
        ("anthropic_base_url", "https://host:port/"),
        ("ollama_base_url", "ollama"),
        ("whisper_api_url", "whisper:9000"),
    ],
)
def test_an_address_of_another_kind_is_refused_with_the_environment(
    name: str, address: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        environment(**{name: address})
    assert [error["loc"] for error in refused.value.errors()] == [(name,)]


def test_an_adapter_refuses_what_the_checks_refuse(dialect: Dialect) -> None:
    for address, key in (("ftp://host/v1", KEY), ("https://host/v1", "sk 1")):
        with pytest.raises(ProviderNotConfigured):
            dialect.adapter(base_url=address, api_key=key, model="m", timeout=1)


@pytest.mark.django_db
@pytest.mark.parametrize("provider", ["ollama", "openrouter", "gemini"])
def test_the_others_are_asked_by_the_protocol_of_openai(
    server: ScriptedServer, provider: str
) -> None:
    server.script = [computed(OpenAI().polite)]
    names = {"ollama": "ollama_completion_model", "openrouter": "default_llm_model"}
    env = environment(
        ai_provider=provider,
        **{
            f"{provider}_base_url": server.url,
            names.get(provider, "gemini_model"): "small",
            "openrouter_app_name": "Our house",
        },
    )
    chat = registry.chat(env=env)
    assert chat is not None
    completion = chat.complete(GREETING, max_tokens=60)
    assert (completion.provider, chat.model) == (provider, "small")
    request = server.requests[0]
    assert request.body["model"] == "small"
    # Ollama serves the protocol below /v1, the others where their address says
    assert request.path == ("/v1" if provider == "ollama" else "") + "/chat/completions"
    assert request.headers.get("x-title") == ("Our house" if provider == "openrouter" else None)


@pytest.mark.django_db
def test_the_embedder_is_the_one_that_was_set_and_no_other(server: ScriptedServer) -> None:
    here = environment(ai_embedding_provider="ollama", ollama_base_url=server.url)
    embedder = registry.embedder(env=here)
    assert (embedder.provider, embedder.model) == ("ollama", "nomic-embed-text:v1.5")
    assert embedder.dimension == 768
    assert registry.embedder("builtin", env=here).dimension == 384
    # another model for writing changes no vectors
    assert registry.embedder(env=environment(ai_provider="ollama")).provider == "builtin"
    for name, words in (("anthropic", "no embedding model"), ("gemini", "GEMINI_API_KEY")):
        with pytest.raises(ProviderNotConfigured, match=words):
            registry.embedder(name, env=environment(anthropic_api_key=KEY))
    with pytest.raises(ProviderNotConfigured, match=r"AI_EMBEDDING_PROVIDER asks for .*'hash'"):
        registry.embedder(env=environment(ai_embedding_provider="hash"))
    server.script = [answer({"error": "the model is loading"}, 503)]
    slow = environment(ai_embedding_provider="ollama", ollama_base_url=server.url, ai_max_retries=0)
    with pytest.raises(ProviderUnavailable):
        registry.embedder(env=slow).embed_query("Hello")

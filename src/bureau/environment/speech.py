"""Who writes speech down and who reads aloud (docs/ai.md)."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from bureau.environment.addresses import HttpUrl
from bureau.environment.part import CommaList, Part


class Speech(Part):
    """Transcription and speech; all optional."""

    ai_transcription_provider: Literal[
        "", "builtin", "whisper_cpp", "asr_service", "openai", "none"
    ] = Field(
        "",
        description="Who writes speech down: builtin, whisper_cpp, asr_service, openai or none. Empty: "
        "whisper_cpp where WHISPER_API_URL is set, else the built-in engine where it is installed.",
    )
    whisper_api_url: HttpUrl = Field(
        "", description="Address of the server that writes speech down."
    )
    openai_transcription_model: str = Field(
        "whisper-1", description="Model that writes speech down at the OpenAI-style server."
    )
    ai_transcription_seconds: float = Field(
        300.0, gt=0, description="Longest wait for the transcript of one recording."
    )
    ai_speech_provider: Literal["", "builtin", "piper", "none"] = Field(
        "",
        description="Who reads aloud: builtin (the program espeak-ng), piper or none. Empty: piper where "
        "PIPER_API_URL is set, else the program where it is installed.",
    )
    piper_api_url: HttpUrl = Field("", description="Address of a Piper server.")
    piper_voices: CommaList = Field(
        [], description="Its voices by language: en=en_GB-alba-medium,ne=ne_NP-google-medium."
    )

"""Piper's own HTTP server: natural voices, one model a language."""

from __future__ import annotations

from collections.abc import Mapping

from bureau.kernel.ai.adapters.service import Service
from bureau.kernel.ai.adapters.speaking.words import no_voice, sayable, speech_of
from bureau.kernel.ai.language import code_of
from bureau.kernel.ai.ports import Speech


class Piper:
    """`POST /` with the text and a voice's name, answered by a WAV file.

    Args:
        service: the open server.
        voices: language -> name of the voice that the operator installed for it.
    """

    provider = "piper"
    model = "piper"

    def __init__(self, service: Service, voices: Mapping[str, str]) -> None:
        self._service = service
        self._voices = {code_of(language): voice for language, voice in voices.items()}

    def languages(self) -> frozenset[str]:
        """See `Speaker.languages`."""
        return frozenset(self._voices)

    def speak(self, text: str, language: str) -> Speech:
        """See `Speaker.speak`."""
        words = sayable(text)
        code = code_of(language)
        voice = self._voices.get(code)
        if voice is None:
            raise no_voice(code)
        wav = self._service.post("", json={"text": words, "voice": voice})
        return speech_of(wav, native=_speaks(voice, code), provider=self.provider)


def _speaks(voice: str, code: str) -> bool:
    """Whether a voice was made for a language: `en_GB-alba-medium` was for English."""
    return code_of(voice.partition("-")[0]) == code

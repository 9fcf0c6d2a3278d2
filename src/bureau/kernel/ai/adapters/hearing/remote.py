"""Whisper behind a server: three protocols, one way to read what they answer."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bureau.kernel.ai.adapters.hearing.judgement import Heard, judged, known
from bureau.kernel.ai.adapters.hearing.sound import as_wav
from bureau.kernel.ai.adapters.service import Service
from bureau.kernel.ai.adapters.texts import malformed, storable
from bureau.kernel.ai.ports import Transcript


class RemoteTranscriber:
    """What the three share; a subclass says how it asks.

    Args:
        service: the open server.
        model: the model to ask for, or what the server is known to run.
    """

    provider = ""

    def __init__(self, service: Service, *, model: str = "whisper") -> None:
        self.model = model
        self._service = service

    def transcribe(self, path: Path, language: str | None) -> Transcript:
        """See `Transcriber.transcribe`."""
        code = known(language) if language else None
        # the engines differ in what they can read; all of them read this
        answer = self._ask(as_wav(path), code)
        return self._transcript(answer, code)

    def _ask(self, wav: bytes, language: str | None) -> Mapping[str, Any]:
        raise NotImplementedError

    def _transcript(self, answer: Mapping[str, Any], language: str | None) -> Transcript:
        heard = self._heard(answer)
        duration = answer.get("duration")
        return judged(
            heard,
            language=language or _short(answer.get("language")),
            duration=float(duration)
            if isinstance(duration, int | float)
            else max((one.end for one in heard), default=0.0),
            provider=self.provider,
            model=self.model,
        )

    def _heard(self, answer: Mapping[str, Any]) -> list[Heard]:
        """The stretches, or the whole text as one where the server tells no more."""
        segments = answer.get("segments")
        if isinstance(segments, list) and all(isinstance(one, dict) for one in segments):
            return [self._stretch(one) for one in segments]
        text = answer.get("text")
        if not isinstance(text, str):
            raise malformed(self.provider, "it has no text")
        return [Heard(0.0, 0.0, storable(text))] if text.strip() else []

    def _stretch(self, entry: Mapping[str, Any]) -> Heard:
        text = entry.get("text")
        if not isinstance(text, str):
            raise malformed(self.provider, "a segment has no text")
        return Heard(
            _number(entry.get("start")) or 0.0,
            _number(entry.get("end")) or 0.0,
            storable(text),
            _number(entry.get("avg_logprob")),
            _number(entry.get("no_speech_prob")),
        )


class WhisperCpp(RemoteTranscriber):
    """The server of whisper.cpp: `POST /inference`."""

    provider = "whisper_cpp"

    def _ask(self, wav: bytes, language: str | None) -> Mapping[str, Any]:
        fields = {
            "temperature": "0.0",
            "temperature_inc": "0.0",
            "response_format": "verbose_json",
            "language": language or "auto",
        }
        return self._service.post_json("inference", data=fields, files={"file": _file(wav)})


class AsrService(RemoteTranscriber):
    """The Whisper ASR web service: `POST /asr`, whose answer calls itself plain text."""

    provider = "asr_service"

    def _ask(self, wav: bytes, language: str | None) -> Mapping[str, Any]:
        asked = {"task": "transcribe", "output": "json", "encode": "true", "vad_filter": "true"}
        if language:
            asked["language"] = language
        return self._service.post_json("asr", params=asked, files={"audio_file": _file(wav)})


class OpenAITranscriber(RemoteTranscriber):
    """OpenAI and who speaks its protocol: `POST /audio/transcriptions`."""

    provider = "openai"

    def _ask(self, wav: bytes, language: str | None) -> Mapping[str, Any]:
        fields = {"model": self.model, "temperature": "0", "response_format": self._format}
        if language:
            fields["language"] = language
        return self._service.post_json(
            "audio/transcriptions", data=fields, files={"file": _file(wav)}
        )

    @property
    def _format(self) -> str:
        # the models after Whisper give no times
        return "verbose_json" if "whisper" in self.model else "json"


def _file(wav: bytes) -> tuple[str, bytes, str]:
    return ("recording.wav", wav, "audio/wav")


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None


# how OpenAI and whisper.cpp name languages in answers
_ENGLISH_NAMES = {
    "afrikaans": "af", "arabic": "ar", "chinese": "zh", "dutch": "nl", "english": "en",
    "french": "fr", "german": "de", "hindi": "hi", "italian": "it", "japanese": "ja",
    "nepali": "ne", "polish": "pl", "portuguese": "pt", "russian": "ru", "shona": "sn",
    "spanish": "es", "swahili": "sw",
}  # fmt: skip


def _short(language: object) -> str:
    word = language.lower() if isinstance(language, str) else ""
    return _ENGLISH_NAMES.get(word, word)[:20]

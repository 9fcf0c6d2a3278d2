"""Models that hear and speak."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of speech.

    Attributes:
        start: seconds from the beginning of the recording.
        end: seconds from the beginning of the recording.
        text: what was said, never empty.
        confidence: from 0 to 1, the mean probability the model gave its words; None where the
            engine does not say.
    """

    start: float
    end: float
    text: str
    confidence: float | None


@dataclass(frozen=True, slots=True)
class Transcript:
    """What was heard. Silence and noise give no segments and an empty text.

    Attributes:
        text: the texts of the segments, joined by spaces.
        language: ISO 639-1 code, as asked for or as the engine heard it; empty if it cannot say.
        duration: seconds of the recording; 0 where the engine does not say.
        segments: in order of time.
        provider: who listened.
        model: with which model.
        rejected: segments left out because they carried the marks of invented text.
    """

    text: str
    language: str
    duration: float
    segments: list[Segment] = field(default_factory=list)
    provider: str = ""
    model: str = ""
    rejected: int = 0


class Transcriber(Protocol):
    """Every adapter passes `tests/hearing.py`. Safe to use from several threads."""

    @property
    def provider(self) -> str:
        """The provider's name as it is shown and stored."""
        ...

    @property
    def model(self) -> str:
        """The model, as far as it is known here."""
        ...

    def transcribe(self, path: Path, language: str | None) -> Transcript:
        """What is said in a recording.

        Args:
            path: a sound file, as browsers and telephones make them (WebM, Ogg, MP4, WAV).
            language: code of the language that is spoken; None lets the engine find out.

        Raises:
            LanguageNotSupported: the engine does not know the language. It is never heard as
                another one.
            ProviderRefused: reason `media`: the file is no sound that can be read.
            ProviderError: the engine failed or is not there.
        """
        ...


@dataclass(frozen=True, slots=True)
class Speech:
    """Spoken text.

    Attributes:
        wav: a RIFF/WAVE file of 16 bit mono.
        duration: its seconds.
        native: whether the voice was made for the language; a voice of another one is not.
        provider: who spoke.
    """

    wav: bytes
    duration: float
    native: bool
    provider: str


class Speaker(Protocol):
    """Every adapter passes `tests/speaking.py`. Safe to use from several threads."""

    @property
    def provider(self) -> str:
        """The provider's name as it is shown and stored."""
        ...

    def languages(self) -> frozenset[str]:
        """ISO 639-1 codes (639-3 where there is no shorter one) that have a voice of their own."""
        ...

    def speak(self, text: str, language: str) -> Speech:
        """`text` as sound.

        Raises:
            InvalidInput: there is nothing to say, or too much.
            LanguageNotSupported: there is no voice for the language.
            ProviderError: the engine failed or is not there.
        """
        ...

"""Models of these tests: they keep the ports' promises and do what the test says."""

from __future__ import annotations

import io
import wave
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from bureau.kernel.ai import registry
from bureau.kernel.ai.ports import (
    LanguageNotSupported,
    ProviderError,
    Segment,
    Speech,
    Term,
    Transcript,
    Translation,
)


@dataclass
class Dictionary:
    """A translator that knows some sentences and marks all others; it remembers what it was asked.

    `failures` are raised first, one for each call.
    """

    known: dict[str, str] = field(default_factory=dict)
    failures: list[ProviderError] = field(default_factory=list)
    asked: list[dict[str, Any]] = field(default_factory=list)
    provider: str = "dictionary"
    model: str = "of-the-tests"

    def translate(
        self,
        text: str,
        source: str,
        target: str,
        *,
        context: str = "",
        glossary: Sequence[Term] = (),
    ) -> Translation:
        self.asked.append(
            {"text": text, "pair": f"{source}-{target}", "context": context, "terms": glossary}
        )
        if self.failures:
            raise self.failures.pop(0)
        said = self.known.get(text, f"<{target}> {text}")
        return Translation(said, source, target, self.provider, self.model)


@dataclass
class Listener:
    """A transcriber that hears what it was told to, in the languages it knows."""

    hears: str = ""
    failures: list[ProviderError] = field(default_factory=list)
    languages: frozenset[str] = frozenset({"en", "af"})
    confidence: float = 0.9
    provider: str = "listener"
    model: str = "of-the-tests"

    def transcribe(self, path: Path, language: str | None) -> Transcript:
        assert path.read_bytes()
        if language not in self.languages:
            raise LanguageNotSupported(f"{language} is not known")
        if self.failures:
            raise self.failures.pop(0)
        segments = [Segment(0.0, 1.5, self.hears, self.confidence)] if self.hears else []
        return Transcript(self.hears, language or "", 2.0, segments, self.provider, self.model)


@dataclass
class Voice:
    """A speaker with a voice for Afrikaans; it reads English with another accent."""

    provider: str = "voice"
    failures: list[ProviderError] = field(default_factory=list)

    def languages(self) -> frozenset[str]:
        return frozenset({"af"})

    def speak(self, text: str, language: str) -> Speech:
        if self.failures:
            raise self.failures.pop(0)
        if language not in {"af", "en"}:
            raise LanguageNotSupported(f"no voice for {language}")
        file = io.BytesIO()
        with wave.open(file, "wb") as wav:
            wav.setnchannels(1)
            wav.setsampwidth(2)
            wav.setframerate(8_000)
            wav.writeframes(bytes(200 * len(text)))
        return Speech(file.getvalue(), 1.0, language == "af", self.provider)


Use = Callable[..., None]


@pytest.fixture
def use(monkeypatch: pytest.MonkeyPatch) -> Use:
    """Set models up for one test: `use(translator=..., transcriber=..., speaker=...)`."""

    def set_up(**models: Any) -> None:
        for name, model in models.items():
            monkeypatch.setattr(registry, name, lambda model=model: model)

    set_up(translator=None, transcriber=None, speaker=None)
    return set_up

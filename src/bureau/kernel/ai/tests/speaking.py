"""What every `Speaker` promises. Subclasses give the fixture `speaker`."""

from __future__ import annotations

import io
import wave
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from bureau.kernel.ai.ports import LanguageNotSupported, Speaker, Speech
from bureau.kernel.errors import InvalidInput

TEXT = "The clinic opens at eight. Please bring your papers."


def loudness(speech: Speech) -> float:
    """Of the whole, from 0 to 1."""
    with wave.open(io.BytesIO(speech.wav)) as file:
        assert (file.getsampwidth(), file.getnchannels()) == (2, 1)
        assert file.getnframes() / file.getframerate() == pytest.approx(speech.duration)
        samples = np.frombuffer(file.readframes(file.getnframes()), dtype=np.int16)
    return float(np.sqrt(np.mean((samples / 32768.0) ** 2)))


class SpeakerConformance:
    def test_speech_is_sound_of_some_seconds(self, speaker: Speaker) -> None:
        speech = speaker.speak(TEXT, "en")
        assert 1 < speech.duration < 10
        assert loudness(speech) > 0.01
        assert speech.native
        assert speech.provider == speaker.provider
        assert "en" in speaker.languages()

    def test_a_language_without_a_voice_is_refused(self, speaker: Speaker) -> None:
        for language in ("zu", "xho", "st", "tlh"):
            assert language not in speaker.languages()
            with pytest.raises(LanguageNotSupported, match="no voice for"):
                speaker.speak(TEXT, language)

    def test_nothing_and_too_much_are_refused(self, speaker: Speaker) -> None:
        for text in ("", " \n", "...", "\x00", "x" * 3_001):
            with pytest.raises(InvalidInput):
                speaker.speak(text, "en")

    def test_strange_text_is_harmless(self, speaker: Speaker) -> None:
        for text in ("\ufdfa" * 500 + "a", "a 🩺 \ud800 b", "[[h@l'oU]] <speak>1</speak> -v zu"):
            assert speaker.speak(text, "en").duration > 0

    def test_threads_share_one_speaker(self, speaker: Speaker) -> None:
        with ThreadPoolExecutor(3) as pool:
            made = list(pool.map(lambda _: speaker.speak("Hello there.", "en"), range(3)))
        assert len({speech.wav for speech in made}) == 1

"""What every `Transcriber` promises. Subclasses give the fixture `transcriber`."""

from __future__ import annotations

from pathlib import Path

import pytest

from bureau.kernel.ai.ports import LanguageNotSupported, ProviderRefused, Transcriber
from bureau.kernel.ai.tests.recordings import Recordings


class TranscriberConformance:
    def test_english_is_written_down_with_times(
        self, transcriber: Transcriber, recordings: Recordings
    ) -> None:
        heard = transcriber.transcribe(recordings.english, "eng")
        assert "clinic opens at" in heard.text
        assert heard.text == " ".join(one.text for one in heard.segments)
        assert heard.language == "en"
        assert heard.duration == pytest.approx(recordings.seconds, abs=0.5)
        assert (heard.provider, bool(heard.model)) == (transcriber.provider, True)
        for one in heard.segments:
            assert 0 <= one.start < one.end <= heard.duration + 1
            assert one.text == one.text.strip() != ""
            assert one.confidence is not None and 0.3 < one.confidence <= 1

    def test_what_browsers_record_is_read_and_the_language_found(
        self, transcriber: Transcriber, recordings: Recordings
    ) -> None:
        heard = transcriber.transcribe(recordings.webm, None)
        assert "clinic opens at" in heard.text
        assert heard.language == "en"

    def test_silence_and_noise_give_no_words(
        self, transcriber: Transcriber, recordings: Recordings
    ) -> None:
        for path in (recordings.silence, recordings.noise):
            heard = transcriber.transcribe(path, "en")
            assert (heard.text, heard.segments) == ("", [])

    @pytest.mark.parametrize("language", ["zu", "xho", "st", "tsn", "tlh"])
    def test_a_language_the_engine_does_not_know_is_refused(
        self, transcriber: Transcriber, recordings: Recordings, language: str
    ) -> None:
        with pytest.raises(LanguageNotSupported, match="cannot be recognised") as caught:
            transcriber.transcribe(recordings.english, language)
        assert caught.value.reason == "language"

    def test_what_is_no_sound_is_refused(self, transcriber: Transcriber, tmp_path: Path) -> None:
        for content in (b"", b"hello", b"RIFF\x00\x00\x00\x00WAVEfmt ", bytes(2000)):
            path = tmp_path / "recording"
            path.write_bytes(content)
            with pytest.raises(ProviderRefused) as caught:
                transcriber.transcribe(path, "en")
            assert caught.value.reason == "media"

"""Speech to text: Whisper in this process, and the three protocols of Whisper servers.

Behind each protocol stands the real engine, so that what a server hears is real as well.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from email import message_from_bytes
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from bureau.kernel.ai import registry
from bureau.kernel.ai.adapters.hearing import sound, whisper_here
from bureau.kernel.ai.adapters.hearing.judgement import Heard, judged
from bureau.kernel.ai.adapters.hearing.remote import (
    AsrService,
    OpenAITranscriber,
    RemoteTranscriber,
    WhisperCpp,
)
from bureau.kernel.ai.adapters.hearing.whisper_here import WhisperHere
from bureau.kernel.ai.adapters.service import Service
from bureau.kernel.ai.calling import RetryPolicy
from bureau.kernel.ai.ports import (
    ProviderError,
    ProviderNotConfigured,
    ProviderRefused,
    Transcriber,
)
from bureau.kernel.ai.residency import GuardedTranscriber
from bureau.kernel.ai.tests.hearing import TranscriberConformance
from bureau.kernel.ai.tests.recordings import Recordings, record
from bureau.kernel.ai.tests.scripted import (
    Reply,
    Request,
    ScriptedServer,
    answer,
    chosen,
    reset,
    scripted_server,
)
from bureau.kernel.ai.tests.test_registry import KEY, environment


@pytest.fixture(scope="module")
def recordings(tmp_path_factory: pytest.TempPathFactory) -> Recordings:
    return record(tmp_path_factory.mktemp("recordings"))


@pytest.fixture(scope="module")
def engine() -> WhisperHere:
    return WhisperHere()


class TestWhisperHere(TranscriberConformance):
    @pytest.fixture
    def transcriber(self, engine: WhisperHere) -> Transcriber:
        return engine


def parts_of(request: Request) -> dict[str, bytes]:
    """The fields of a multipart request."""
    head = f"Content-Type: {request.headers['content-type']}\r\n\r\n".encode()
    found = message_from_bytes(head + request.raw)
    return {
        str(part.get_param("name", header="content-disposition")): part.get_payload(decode=True)
        for part in found.get_payload()
    }  # type: ignore[misc,union-attr]


class Whisper:
    """A server of all three protocols; each recording is listened to once."""

    def __init__(self, engine: WhisperHere, folder: Path) -> None:
        self._engine = engine
        self._path = folder / "served.wav"
        self._known: dict[tuple[bytes, str], Any] = {}
        self.asked: list[dict[str, str]] = []

    def reply(self, request: Request) -> Reply:
        address = urlsplit(request.path)
        parts = parts_of(request)
        content = parts.pop("audio_file", b"") or parts.pop("file")
        fields = {name: value.decode() for name, value in parts.items()}
        fields |= {name: values[0] for name, values in parse_qs(address.query).items()}
        self.asked.append({"path": address.path, **fields})
        language = fields.get("language", "auto")
        return answer(self._heard(content, "" if language == "auto" else language, address.path))

    def _heard(self, content: bytes, language: str, path: str) -> bytes:
        if (content, language) not in self._known:
            self._path.write_bytes(content)
            self._known[content, language] = self._engine.transcribe(self._path, language or None)
        heard = self._known[content, language]
        segments = [
            {
                "id": number,
                "start": one.start,
                "end": one.end,
                "text": f" {one.text}",
                "avg_logprob": -0.4,
                "no_speech_prob": 0.01,
                "compression_ratio": 1.1,
            }
            for number, one in enumerate(heard.segments)
        ]
        named = "english" if path != "/asr" else "en"
        body: dict[str, Any] = {"text": heard.text, "segments": segments, "language": named}
        if path != "/asr":
            body |= {"duration": heard.duration, "task": "transcribe"}
        return json.dumps(body).encode()


@pytest.fixture(scope="module")
def whisper(engine: WhisperHere, tmp_path_factory: pytest.TempPathFactory) -> Whisper:
    return Whisper(engine, tmp_path_factory.mktemp("served"))


@pytest.fixture(scope="module")
def whisper_server(whisper: Whisper) -> Iterator[ScriptedServer]:
    with scripted_server() as running:
        running.script = [chosen(whisper.reply)]
        yield running


ADAPTERS = (WhisperCpp, AsrService, OpenAITranscriber)


def opened(adapter: type[RemoteTranscriber], address: str) -> RemoteTranscriber:
    service = Service(
        provider=adapter.provider,
        base_url=address + ("/v1" if adapter is OpenAITranscriber else ""),
        api_key=KEY if adapter is OpenAITranscriber else "",
        timeout=60,
        policy=RetryPolicy(max_retries=0),
    )
    return adapter(service, model="whisper-1")


class TestServers(TranscriberConformance):
    @pytest.fixture(params=ADAPTERS, ids=lambda adapter: adapter.provider)
    def transcriber(
        self, request: pytest.FixtureRequest, whisper_server: ScriptedServer
    ) -> Transcriber:
        return opened(request.param, whisper_server.url)


@pytest.mark.parametrize(
    ("adapter", "sent"),
    [
        (
            WhisperCpp,
            {
                "path": "/inference",
                "language": "en",
                "temperature": "0.0",
                "temperature_inc": "0.0",
                "response_format": "verbose_json",
            },
        ),
        (
            AsrService,
            {
                "path": "/asr",
                "language": "en",
                "task": "transcribe",
                "output": "json",
                "encode": "true",
                "vad_filter": "true",
            },
        ),
        (
            OpenAITranscriber,
            {
                "path": "/v1/audio/transcriptions",
                "language": "en",
                "model": "whisper-1",
                "temperature": "0",
                "response_format": "verbose_json",
            },
        ),
    ],
)
def test_what_is_sent(
    adapter: type[RemoteTranscriber],
    sent: dict[str, str],
    whisper: Whisper,
    whisper_server: ScriptedServer,
    recordings: Recordings,
) -> None:
    opened(adapter, whisper_server.url).transcribe(recordings.english, "eng")
    assert whisper.asked[-1] == sent


@pytest.mark.parametrize("adapter", ADAPTERS)
@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (answer(b"<html>"), "malformed"),
        (answer({"segments": [{"start": 1}]}), "malformed"),
        (answer({}), "malformed"),
        (answer({"detail": "Loading"}, 503), "server_error"),
        (answer({"error": "no"}, 429), "busy"),
        (reset, "connection"),
    ],
)
def test_a_server_that_fails_gives_no_text(
    server: ScriptedServer,
    recordings: Recordings,
    adapter: type[RemoteTranscriber],
    reply: Reply,
    reason: str,
) -> None:
    server.script = [reply]
    with pytest.raises(ProviderError) as caught:
        opened(adapter, server.url).transcribe(recordings.english, "en")
    assert caught.value.reason == reason


def test_a_server_that_tells_text_alone_is_believed_without_times(
    server: ScriptedServer, recordings: Recordings
) -> None:
    server.script = [answer({"text": " Hello there. "})]
    heard = opened(OpenAITranscriber, server.url).transcribe(recordings.english, None)
    assert (heard.text, heard.segments[0].confidence, heard.language) == ("Hello there.", None, "")
    server.script = [answer({"text": "[BLANK_AUDIO]"})]
    assert opened(WhisperCpp, server.url).transcribe(recordings.silence, "en").segments == []


@pytest.mark.parametrize(
    ("stretch", "language", "kept"),
    [
        (Heard(0, 2, "Good morning, doctor.", -0.3, 0.1), "en", True),
        (
            Heard(0, 2, "3-1-1-1-1-1-1-1-1-1-1-1-1-1-1-1-1-1-1-1-1-1-1-1-1-1-1", -0.2, 0.1),
            "af",
            False,
        ),
        (Heard(0, 2, "Thank you for watching.", -1.4, 0.9), "en", False),
        (Heard(0, 2, "Thank you for watching.", -0.4, 0.9), "en", True),
        (Heard(0, 2, "Mero tauko dukheko cha.", -0.4, 0.1), "ne", False),
        (Heard(0, 2, "मेरो टाउको दुखेको छ।", -0.4, 0.1), "ne", True),
        (Heard(0, 2, "痛いです", -0.4, 0.1), "ja", True),
        (Heard(0, 2, "[BLANK_AUDIO]", None, None), "en", False),
        (Heard(0, 2, " (music) ♪ *sighs* ", None, None), "en", False),
        (Heard(0, 2, "...", None, None), "en", False),
    ],
)
def test_what_carries_the_marks_of_invented_text_is_left_out(
    stretch: Heard, language: str, kept: bool
) -> None:
    heard = judged([stretch], language=language, duration=2, provider="p", model="m")
    assert bool(heard.text) is kept
    note = not any(sign.isalnum() for sign in sound_free(stretch.text))
    assert heard.rejected == (0 if kept or note else 1)


def sound_free(text: str) -> str:
    return "" if text.strip().startswith(("[", "(", ".")) else text


@pytest.mark.needs("espeak-ng")
def test_afrikaans_that_is_not_understood_is_rejected_rather_than_invented(
    engine: WhisperHere, tmp_path: Path
) -> None:
    from bureau.kernel.ai.adapters.speaking.espeak import Espeak

    path = tmp_path / "afrikaans.wav"
    path.write_bytes(Espeak().speak("Goeie môre. Ek het baie seer keel en koors.", "af").wav)
    heard = engine.transcribe(path, "afr")
    assert (heard.text, heard.rejected) == ("", 1)


def test_a_play_list_fetches_nothing(
    engine: WhisperHere, server: ScriptedServer, tmp_path: Path
) -> None:
    path = tmp_path / "recording.webm"
    path.write_text(f"#EXTM3U\n#EXTINF:10,\n{server.url}/secret.ts\n#EXT-X-ENDLIST\n")
    server.script = [answer(b"")]
    with pytest.raises(ProviderRefused):
        engine.transcribe(path, "en")
    assert server.connections == 0


def test_a_recording_that_is_too_long_is_refused_while_it_is_read(
    recordings: Recordings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sound, "MAX_SECONDS", 1)
    with pytest.raises(ProviderRefused, match="longer than") as caught:
        sound.samples(recordings.webm)
    assert caught.value.reason == "media"


def test_changed_or_missing_weights_are_named(
    tmp_path: Path, recordings: Recordings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ProviderNotConfigured, match=r"bureau\[speech\]"):
        WhisperHere([tmp_path, tmp_path]).transcribe(recordings.english, "en")
    for name in ("model.bin.part1", "model.bin.part2", *whisper_here.SHA256):
        (tmp_path / name).write_bytes(b"else")
    with pytest.raises(ProviderNotConfigured, match="not the expected one"):
        WhisperHere([tmp_path, tmp_path]).transcribe(recordings.english, "en")
    monkeypatch.setattr(whisper_here, "PARTS", ("no_such_package",))
    with pytest.raises(ProviderNotConfigured, match=r"bureau\[speech\]"):
        WhisperHere().transcribe(recordings.english, "en")


def test_who_hears_is_what_was_set(server: ScriptedServer) -> None:
    def chosen_by(**changes: Any) -> Transcriber | None:
        found = registry.transcriber(env=environment(**changes))
        return found.transcriber if isinstance(found, GuardedTranscriber) else found

    assert isinstance(chosen_by(), WhisperHere)
    assert chosen_by(ai_transcription_provider="none") is None
    assert isinstance(chosen_by(whisper_api_url=server.url), WhisperCpp)
    assert isinstance(
        chosen_by(whisper_api_url=server.url, ai_transcription_provider="asr_service"), AsrService
    )
    local = {"openai_base_url": server.url, "ai_transcription_provider": "openai"}
    assert isinstance(chosen_by(**local), OpenAITranscriber)
    for changes, words in (
        ({"ai_transcription_provider": "asr_service"}, "WHISPER_API_URL"),
        ({"ai_transcription_provider": "openai"}, "OPENAI_API_KEY"),
    ):
        with pytest.raises(ProviderNotConfigured, match=words):
            chosen_by(**changes)

"""Recordings become text, and translations sound: with models of the tests, and with real ones."""

from __future__ import annotations

import random
import struct
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from tests.needs import require

from bureau.desks.interpreting.models import ChatMessage
from bureau.desks.interpreting.services.maintenance import forget_old_audio, usage_report
from bureau.desks.interpreting.tests.clinic import (
    Person,
    as_base64,
    opened,
    run_to_the_end,
    told,
    tone,
    wav_of,
)
from bureau.desks.interpreting.tests.models import Listener, Use, Voice
from bureau.kernel.ai import registry
from bureau.kernel.ai.ports import ProviderBusy, ProviderRefused
from bureau.kernel.files.models import StoredFile

RECORDED = as_base64(tone())


def test_a_recording_is_written_down_translated_and_read_out(
    doctor: Person, patient: Person, room: int, use: Use
) -> None:
    use(transcriber=Listener("Where does it hurt?"), speaker=Voice())
    said = doctor.said(room, audio=RECORDED)
    assert said["state"] == "done"
    assert said["original_text"] == said["audio_transcription"] == "Where does it hurt?"
    assert said["translated_text"] == "Waar is dit seer?"
    assert said["audio_duration"] == 2.0
    assert said["transcript_segments"] == [
        {
            "start": 0.0,
            "end": 1.5,
            "text": "Where does it hurt?",
            "confidence": 0.9,
            "is_unsure": False,
        }
    ]
    assert said["tts_native"] is True
    spoken = patient.get(said["tts_audio_url"].removeprefix("http://testserver"))
    assert spoken.status_code == 200
    assert spoken["Content-Type"] == "audio/wav"
    assert spoken.getvalue()[:4] == b"RIFF"
    assert [event.type for event in told(room)] == [
        "message.created", "audio.transcribed", "message.translated", "tts.generated",
    ]  # fmt: skip


def test_a_recording_with_text_is_written_down_beside_it(
    doctor: Person, room: int, use: Use
) -> None:
    use(transcriber=Listener("Thank you"))
    said = doctor.said(room, "Hello", audio=RECORDED)
    assert (said["original_text"], said["audio_transcription"]) == ("Hello", "Thank you")
    assert (said["translated_text"], said["state"]) == ("Hallo", "done")
    assert len(told(room, "message.translated")) == 1


def test_silence_is_told_as_silence(doctor: Person, room: int, use: Use) -> None:
    use(transcriber=Listener(""))
    said = doctor.said(room, audio=RECORDED)
    assert said["state"] == "no_speech"
    assert said["original_text"] == said["translated_text"] == "[No speech detected]"
    assert [event.type for event in told(room)] == [
        "message.created", "audio.transcribed", "message.translated",
    ]  # fmt: skip


def test_unsure_words_are_marked(doctor: Person, room: int, use: Use) -> None:
    use(transcriber=Listener("Thank you", confidence=0.2))
    [segment] = doctor.said(room, audio=RECORDED)["transcript_segments"]
    assert segment["is_unsure"] is True


def test_a_language_that_nothing_here_hears_is_refused_with_its_name(
    doctor: Person, patient: Person, use: Use
) -> None:
    use(transcriber=Listener("x"))
    room = opened(doctor, patient, patient_language="zul")
    said = patient.said(room, audio=RECORDED)
    assert said["state"] == "transcription_failed"
    assert said["original_text"] == "[Transcription failed]"
    assert "speech in isiZulu cannot be recognised here" in said["translated_text"]
    assert said["audio_duration"] == pytest.approx(1.0, abs=0.05)
    [failure] = told(room, "audio.processing_failed")
    assert failure.payload["error_type"] == "transcription_error"


@pytest.mark.parametrize(
    ("problems", "kind"),
    [
        ([ProviderBusy("x")] * 3, "connection_error"),
        ([ProviderRefused("x", reason="media")], "transcription_error"),
    ],
)
def test_one_failure_is_told_at_the_end(
    doctor: Person, room: int, use: Use, problems: list[Any], kind: str
) -> None:
    use(transcriber=Listener("x", failures=problems))
    made = doctor.say(room, audio=RECORDED).json()
    run_to_the_end()
    assert doctor.get(f"/api/messages/{made['id']}/").json()["state"] == "transcription_failed"
    [failure] = told(room, "audio.processing_failed")
    assert failure.payload["error_type"] == kind


def test_a_failed_transcript_does_not_stop_the_text_beside_it(
    doctor: Person, room: int, use: Use
) -> None:
    use(transcriber=Listener("x", failures=[ProviderRefused("x", reason="media")]))
    said = doctor.said(room, "Hello", audio=RECORDED)
    assert (said["state"], said["translated_text"]) == ("done", "Hallo")
    assert len(told(room, "audio.processing_failed")) == 1


def test_what_has_no_voice_is_said_to_have_none(
    doctor: Person, patient: Person, room: int, use: Use
) -> None:
    use(speaker=Voice())
    other = patient.said(room, "Dankie")
    assert (other["tts_native"], other["tts_note"]) == (
        False, "Read by a voice made for another language.",
    )  # fmt: skip
    zulu = opened(doctor, patient, patient_language="zul")
    said = doctor.said(zulu, "Thank you")
    assert said["tts_audio_url"] is None
    assert said["tts_note"] == "There is no voice for isiZulu here."
    use(speaker=Voice(failures=[ProviderRefused("x")]))
    failed = doctor.said(room, "Thank you")
    assert (failed["state"], failed["tts_audio_url"]) == ("done", None)
    assert failed["tts_note"].startswith("Not read out")


def test_old_recordings_go_and_texts_stay(doctor: Person, room: int, use: Use) -> None:
    use(transcriber=Listener("Thank you"), speaker=Voice())
    old, new = (doctor.said(room, audio=RECORDED) for _ in range(2))
    assert StoredFile.objects.count() == 4
    past = timezone.now() - timedelta(days=31)
    ChatMessage.objects.filter(pk=old["id"]).update(created_at=past)
    assert forget_old_audio() == 2
    assert forget_old_audio() == 0
    left = doctor.get(f"/api/messages/{old['id']}/").json()
    assert left["audio_url"] is left["tts_audio_url"] is None
    assert (left["has_audio"], left["audio_transcription"]) == (True, "Thank you")
    assert doctor.get(f"/api/messages/{new['id']}/").json()["audio_url"]
    report = usage_report()
    assert report["active_rooms_today"] == 1
    assert report["recordings_today"] == 1


# --- with the engines that come with the house ------------------------------------------------


@pytest.fixture(scope="module")
def spoken_english() -> bytes:
    """A sentence by the built-in voice."""
    require("espeak-ng")
    speaker = registry.speaker()
    assert speaker is not None
    return speaker.speak("Where does it hurt?", "en").wav


def noise(seconds: float = 3.0) -> bytes:
    dice = random.Random(4)
    samples = b"".join(
        struct.pack("<h", dice.randint(-6_000, 6_000)) for _ in range(int(16_000 * seconds))
    )
    return wav_of(samples, 16_000)


def test_real_speech_goes_from_voice_to_voice(
    doctor: Person, patient: Person, room: int, spoken_english: bytes
) -> None:
    said = doctor.said(room, audio=as_base64(spoken_english))
    assert said["original_text"].strip(" .?").lower() == "where does it hurt"
    assert said["translated_text"] == "Waar is dit seer?"
    assert 0.5 < said["audio_duration"] < 5
    answer = patient.get(said["tts_audio_url"].removeprefix("http://testserver"))
    assert len(answer.getvalue()) > 10_000
    assert said["tts_native"] is True


@pytest.mark.parametrize(
    "sound",
    [tone(3.0, loudness=0.0), tone(3.0, hertz=50.0, loudness=0.2), noise()],
    ids=["silence", "hum", "noise"],
)
def test_no_words_are_heard_in_what_has_none(doctor: Person, room: int, sound: bytes) -> None:
    said = doctor.said(room, audio=as_base64(sound))
    assert said["original_text"] == said["translated_text"] == "[No speech detected]"


def test_a_recording_that_holds_no_sound_fails_clearly(
    doctor: Person, room: int, tmp_path: Path
) -> None:
    broken = b"RIFF" + (2_000).to_bytes(4, "little") + b"WAVE" + bytes(2_000)
    said = doctor.said(room, audio=as_base64(broken))
    assert said["state"] == "transcription_failed"
    assert "cannot be read" in said["translated_text"]

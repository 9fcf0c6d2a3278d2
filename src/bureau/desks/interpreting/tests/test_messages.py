"""Saying something: what comes at once, what is refused, and how lists are paged."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from bureau.desks.interpreting.incoming import MAX_TEXT
from bureau.desks.interpreting.models import ChatMessage
from bureau.desks.interpreting.tests.clinic import (
    Person,
    as_base64,
    nothing_was_said,
    opened,
    run_all,
    told,
    tone,
    wav_of,
)

MESSAGES = "/api/messages/"
CONTRACT = {
    "id", "room", "sender_type", "original_text", "original_language", "translated_text",
    "translated_language", "has_image", "image_url", "image_description", "has_audio",
    "audio_url", "audio_duration", "audio_transcription", "tts_audio_url", "created_at",
}  # fmt: skip


def test_a_text_comes_back_at_once_with_the_placeholder(patient: Person, room: int) -> None:
    answer = patient.say(room, "My kop is seer")
    assert answer.status_code == 201
    made = answer.json()
    assert made.keys() >= CONTRACT
    assert made["original_text"] == "My kop is seer"
    assert made["translated_text"] == "[Translating...]"
    assert (made["original_language"], made["translated_language"]) == ("afr", "en")
    assert (made["sender_type"], made["room"], made["has_audio"]) == ("patient", room, False)
    assert made["audio_url"] is made["tts_audio_url"] is made["image_url"] is None


def test_the_doctor_speaks_the_other_way_round(doctor: Person, room: int) -> None:
    made = doctor.say(room, "Where does it hurt?").json()
    assert (made["original_language"], made["translated_language"]) == ("en", "afr")
    run_all()
    assert doctor.get(f"{MESSAGES}{made['id']}/").json()["translated_text"] == "Waar is dit seer?"


@pytest.mark.parametrize("text", ["", "[Voice Message]"])
def test_a_recording_comes_back_at_once_with_placeholders(
    patient: Person, room: int, text: str
) -> None:
    made = patient.say(room, text, audio=as_base64(tone())).json()
    assert made["original_text"] == "[Processing audio...]"
    assert made["translated_text"] == "[Processing...]"
    assert made["has_audio"] is True
    assert made["audio_url"].startswith("http://testserver/api/files/")


def test_a_recording_with_text_is_translated_from_the_text(patient: Person, room: int) -> None:
    made = patient.say(room, "Dankie", audio=as_base64(tone())).json()
    assert (made["original_text"], made["translated_text"]) == ("Dankie", "[Translating...]")
    run_all()
    assert patient.get(f"{MESSAGES}{made['id']}/").json()["translated_text"] == "Thank you"


def test_a_recording_may_come_as_a_file_of_a_form(patient: Person, room: int) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    upload = SimpleUploadedFile("voice.wav", tone(), "audio/wav")
    path = f"/api/chat-rooms/{room}/send_message/"
    answer = patient.client.post(path, {"sender_type": "patient", "audio": upload})
    assert answer.status_code == 201, answer.content
    assert answer.json()["has_audio"] is True


def test_the_row_the_event_and_the_task_are_there_together_and_say_nothing(
    patient: Person, room: int
) -> None:
    made = patient.say(room, "My kop is seer").json()
    message = ChatMessage.objects.get(pk=made["id"])
    assert message.job is not None
    assert [task.kind for task in message.job.tasks.all()] == ["interpreting.translate"]
    [event] = told(room)
    assert event.type == "message.created"
    assert event.payload == {
        "message_id": made["id"],
        "room_id": room,
        "sender_type": "patient",
        "has_audio": False,
    }
    run_all()
    kept = [str(event.payload) + event.message for event in told(room)]
    kept += [str(task.params) + str(task.result) for task in message.job.tasks.all()]
    assert "kop" not in " ".join(kept)


def test_a_recording_is_open_to_the_room_only(
    patient: Person, doctor: Person, other_doctor: Person, admin: Person, room: int
) -> None:
    url = patient.say(room, audio=as_base64(tone())).json()["audio_url"]
    path = url.removeprefix("http://testserver")
    for friend in (patient, doctor, admin):
        answer = friend.get(path)
        assert answer.status_code == 200
        assert answer.getvalue() == tone()
    assert other_doctor.get(path).status_code == 404


def box(name: bytes, content: bytes) -> bytes:
    return (8 + len(content)).to_bytes(4) + name + content


def mp4(*tracks: bytes, moov_last: bool = False) -> bytes:
    """An MP4 file whose boxes name these tracks (`soun`, `vide`), with nothing to hear."""
    kinds = [box(b"hdlr", bytes(8) + track + bytes(12)) for track in tracks]
    moov = box(b"moov", b"".join(box(b"trak", box(b"mdia", kind)) for kind in kinds))
    sound = box(b"mdat", bytes(2_000))
    start = box(b"ftyp", b"isom" + bytes(4) + b"isomiso2mp41")
    return start + (sound + moov if moov_last else moov + sound)


def mp4_of_voice() -> bytes:
    """What a telephone's recorder makes: AAC in MP4."""
    import av

    file, rate = io.BytesIO(), 16_000
    with av.open(file, "w", format="mp4") as made:
        track = made.add_stream("aac", rate=rate)
        frame = av.AudioFrame(format="s16", layout="mono", samples=rate)
        frame.planes[0].update(tone()[44:])
        frame.sample_rate = rate
        for packet in [*track.encode(frame), *track.encode(None)]:
            made.mux(packet)
    return file.getvalue()


def test_a_telephones_mp4_is_a_recording_and_is_heard(patient: Person, room: int) -> None:
    message = patient.said(room, audio=as_base64(mp4_of_voice()))
    assert message["audio_duration"] == pytest.approx(1.0, abs=0.2)


@pytest.mark.parametrize(
    ("content", "name", "status"),
    [
        (mp4(b"soun"), "voice.m4a", 201),
        (mp4(b"soun", moov_last=True), "voice.mp4", 201),
        (mp4(b"soun"), "blob", 201),
        (mp4(b"soun"), "voice.webm", 400),
        (mp4(b"soun", b"vide"), "film.webm", 400),
        (mp4(b"vide", b"soun"), "film.m4a", 400),
        (mp4(b"soun")[:40] + bytes(2_000), "voice.mp4", 400),
    ],
)
def test_an_mp4_is_judged_by_its_tracks_and_by_what_its_name_promises(
    patient: Person, room: int, content: bytes, name: str, status: int
) -> None:
    form = {"sender_type": "patient", "audio": SimpleUploadedFile(name, content)}
    answer = patient.client.post(f"/api/chat-rooms/{room}/send_message/", form)
    assert answer.status_code == status, answer.content
    if status != 201:
        assert "mp4" in answer.json()["error"]
        assert nothing_was_said()


BAD: list[tuple[dict[str, Any], int, str]] = [
    ({"sender_type": None}, 400, "sender_type is required"),
    ({"sender_type": ""}, 400, "sender_type is required"),
    ({"sender_type": "nurse"}, 400, "sender_type"),
    ({"sender_type": "doctor"}, 403, "sender_type must be patient"),
    ({"text": ""}, 400, "Either text or audio is required"),
    ({"text": "   "}, 400, "Either text or audio is required"),
    ({"text": "x" * 100_000}, 400, f"the limit is {MAX_TEXT:,}"),
    ({"text": "x" * (MAX_TEXT + 1)}, 400, "the limit"),
    ({"text": 5}, 400, "text must be text"),
    ({"text": "", "audio": as_base64(bytes(499))}, 400, "too short"),
    ({"text": "", "audio": "not base64!"}, 400, "base64"),
    ({"text": "", "audio": as_base64(mp4())}, 400, "video/mp4"),
    ({"text": "", "audio": as_base64(b"MZ" + bytes(2_000))}, 400, "no recording"),
    ({"text": "Hallo", "image": as_base64(b"\x89PNG\r\n\x1a\n" + bytes(600))}, 400, "Images"),
]


@pytest.mark.parametrize(("fields", "status", "sentence"), BAD)
def test_what_cannot_be_used_is_refused_and_nothing_is_kept(
    patient: Person, room: int, fields: dict[str, Any], status: int, sentence: str
) -> None:
    answer = patient.post(
        f"/api/chat-rooms/{room}/send_message/",
        {"sender_type": "patient", "text": "Hallo", **fields},
    )
    assert answer.status_code == status, answer.content
    assert sentence in answer.json()["error"]
    assert nothing_was_said()
    assert told(room) == []


def test_a_recording_over_the_limit_is_refused(patient: Person, room: int) -> None:
    large = wav_of(bytes(17 * 1024 * 1024), 16_000)
    answer = patient.say(room, audio=as_base64(large))
    assert answer.status_code == 413
    assert "16 MB" in answer.json()["detail"]
    assert nothing_was_said()


def test_a_closed_room_takes_no_messages(doctor: Person, room: int) -> None:
    doctor.patch(f"/api/chat-rooms/{room}/", {"is_active": False})
    assert doctor.say(room, "Hello").status_code == 409
    assert nothing_was_said()


@pytest.mark.parametrize("body", ["{", "[]", '"text"', '{"text": "\\u0000"}', "\xff"])
def test_a_body_that_is_no_message_is_refused(patient: Person, room: int, body: str) -> None:
    path = f"/api/chat-rooms/{room}/send_message/"
    answer = patient.client.post(path, body.encode("latin-1"), content_type="application/json")
    assert answer.status_code == 400
    assert nothing_was_said()


def test_a_strangers_room_takes_no_message(other_doctor: Person, room: int) -> None:
    assert other_doctor.say(room, "Hello").status_code == 404
    assert nothing_was_said()


def texts(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.content
    return [one["original_text"] for one in answer.json()["results"]]


def test_messages_are_paged_oldest_first_and_by_cursor_from_the_newest(
    doctor: Person, patient: Person, other_doctor: Person, room: int
) -> None:
    for number in range(7):
        doctor.say(room, f"Number {number}")
    elsewhere = opened(other_doctor, patient)
    other_doctor.say(elsewhere, "Elsewhere")
    said = [f"Number {number}" for number in range(7)]
    assert texts(doctor.get(MESSAGES, room_id=room)) == said
    assert texts(doctor.get(MESSAGES)) == said
    assert texts(patient.get(MESSAGES)) == [*said, "Elsewhere"]
    assert (
        texts(doctor.get(f"/api/chat-rooms/{room}/messages/", newest="true", limit=3)) == said[4:]
    )
    newest = doctor.get(MESSAGES, room_id=room, newest="true", limit=3)
    assert texts(newest) == said[4:]
    older = doctor.get(MESSAGES, room_id=room, before=newest.json()["older"], limit=3)
    assert texts(older) == said[1:4]
    oldest = doctor.get(MESSAGES, room_id=room, before=older.json()["older"], limit=3)
    assert texts(oldest) == said[:1]
    assert oldest.json()["older"] is None
    newer = newest.json()["newer"]
    assert texts(doctor.get(MESSAGES, room_id=room, after=newer)) == []
    doctor.say(room, "Number 7")
    assert texts(doctor.get(MESSAGES, room_id=room, after=newer)) == ["Number 7"]
    assert doctor.get(MESSAGES, room_id=elsewhere).status_code == 404


@pytest.mark.parametrize("query", ["room_id=abc", "before=x", "after=-1", "limit=0", "limit=1000"])
def test_a_filter_that_cannot_be_read_is_refused(doctor: Person, query: str) -> None:
    assert doctor.get(f"{MESSAGES}?{query}").status_code == 400


def test_a_message_of_a_strangers_room_is_absent(
    patient: Person, other_doctor: Person, room: int
) -> None:
    made = patient.say(room, "Hallo").json()
    assert patient.get(f"{MESSAGES}{made['id']}/").status_code == 200
    assert other_doctor.get(f"{MESSAGES}{made['id']}/").status_code == 404


def test_the_newest_message_is_shown_in_the_list_of_rooms(patient: Person, room: int) -> None:
    patient.say(room, "Hallo")
    patient.say(room, "y" * 300)
    row = patient.get("/api/chat-rooms/").json()["results"][0]
    assert row["message_count"] == 2
    assert row["last_message"]["text"] == "y" * 100
    assert row["last_message"]["sender"] == "patient"
    assert len(patient.get(f"/api/chat-rooms/{room}/").json()["messages"]) == 2

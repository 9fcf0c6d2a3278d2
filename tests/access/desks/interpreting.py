"""The interpreting desk; its room is the doctor's and the patient's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bureau.desks.interpreting.files import AUDIO, WAV
from bureau.desks.interpreting.models import (
    AssistanceType,
    ChatMessage,
    ChatRoom,
    GlossaryTerm,
    MessageState,
    Participant,
    Phrase,
    Side,
)
from bureau.desks.interpreting.services.assistance import ask_for_help
from bureau.kernel.files.services import store_bytes
from tests.access.body import Body
from tests.access.callers import PEOPLE, Caller, Cast
from tests.access.rules import Expected, Row, admin_only, only, page, signed_in, socket

CARE = (Caller.DOCTOR, Caller.DOCTOR2, Caller.ADMIN)
ROOM = "/api/chat-rooms/<int:room_id>/"
SEATED = (Caller.DOCTOR, Caller.PATIENT, Caller.ADMIN)
ROOM_OPENERS = (Caller.PATIENT, Caller.DOCTOR, Caller.DOCTOR2, Caller.ADMIN)


def in_the_room(status: int, **others: int) -> Expected:
    """Those who sit in the room, and administrators; for the rest it is absent."""
    seats = dict.fromkeys(SEATED, status)
    exceptions = {Caller(name): code for name, code in others.items()}
    return {**signed_in(404), **seats, **exceptions}


def opens_rooms(status: int) -> Expected:
    """Patients, doctors and administrators."""
    return {**signed_in(403), **dict.fromkeys(ROOM_OPENERS, status)}


ROWS = [
    Row("GET", "/api/chat-rooms/", signed_in(200)),
    Row("POST", "/api/chat-rooms/", opens_rooms(201)),
    Row("GET", ROOM, in_the_room(200)),
    Row("PUT", ROOM, in_the_room(200, patient=403)),
    Row("PATCH", ROOM, in_the_room(200)),
    Row("DELETE", ROOM, in_the_room(204, patient=403)),
    Row("POST", f"{ROOM}invitation/", in_the_room(201, patient=403)),
    # the code of the request opens nothing
    Row("POST", "/api/chat-rooms/join/", {**signed_in(403), Caller.PATIENT: 404}),
    # the message of the request is the doctor's; a patient cannot send it
    Row("POST", f"{ROOM}send_message/", in_the_room(201, patient=403)),
    Row("POST", f"{ROOM}send/", in_the_room(201, patient=403)),
    Row("GET", f"{ROOM}messages/", in_the_room(200)),
    # the room's context comes from the desk's collections
    Row("GET", f"{ROOM}get_doctor_assistance/", in_the_room(200, patient=403)),
    Row("POST", f"{ROOM}add_patient_context/", in_the_room(201, patient=403)),
    Row("GET", f"{ROOM}assistance/<int:task_id>/", in_the_room(200, patient=403)),
    Row("GET", "/api/messages/", signed_in(200)),
    Row("GET", "/api/messages/<int:message_id>/", in_the_room(200)),
    Row("GET", "/api/languages/", signed_in(200)),
    Row("GET", "/api/glossary/", only(*CARE, status=200)),
    Row("POST", "/api/glossary/", admin_only(201)),
    Row("DELETE", "/api/glossary/<int:term_id>/", admin_only(204)),
    # without its languages in the query it is not in order
    Row("GET", "/api/phrases/", signed_in(400)),
    Row("POST", "/api/phrases/", only(*CARE, status=201)),
    Row("DELETE", "/api/phrases/<int:phrase_id>/", only(*CARE, status=204)),
    # nobody of the cast added it: who did is not known
    Row("POST", "/api/phrases/<int:phrase_id>/review/", signed_in(403)),
    page("GET HEAD", "/interpreting/", others=404, mine=ROOM_OPENERS),
    page("GET HEAD", "/interpreting/<int:room_id>/", others=404, mine=SEATED),
]

LISTS = {
    "/api/chat-rooms/": {Caller.DOCTOR: 1, Caller.PATIENT: 1, Caller.ADMIN: 1},
    "/api/messages/": {Caller.DOCTOR: 1, Caller.PATIENT: 1, Caller.ADMIN: 1},
}

SOCKETS: dict[str, Expected] = {
    "/ws/chat-rooms/<int:id>/": socket(Caller.DOCTOR, Caller.PATIENT, Caller.ADMIN, absent=4003),
    # the room for who sits in it, a chat about documents for others
    "/ws/chat/<int:id>/": socket(*PEOPLE),
}


def prepare(cast: Cast) -> dict[str, object]:
    """A room of the doctor and the patient, with a recorded message of the patient's."""
    room = ChatRoom.objects.create(name="Consultation", patient_language="zul")
    patient, doctor = cast.users[Caller.PATIENT], cast.users[Caller.DOCTOR]
    Participant.objects.create(room=room, user=doctor, side=Side.DOCTOR)
    Participant.objects.create(room=room, user=patient, side=Side.PATIENT)
    message = ChatMessage.objects.create(
        room=room,
        sender=patient,
        sender_type=Side.PATIENT,
        state=MessageState.DONE,
        original_language="zul",
        translated_language="en",
        audio=store_bytes(b"RIFF", AUDIO, patient, "recording", WAV),
        has_audio=True,
    )
    asked = ask_for_help(doctor, room, AssistanceType.GENERAL)
    term = GlossaryTerm.objects.create(source_language="en", term="Panado", since=1)
    phrase = Phrase.objects.create(
        source_language="en", target_language="af", source_text="Rest", target_text="Rus"
    )
    return {
        "id": room.pk,
        "room_id": room.pk,
        "message_id": message.pk,
        "task_id": asked.task_id,
        "term_id": term.pk,
        "phrase_id": phrase.pk,
    }


def bodies(cast: Cast, ids: Mapping[str, object]) -> dict[tuple[str, str], dict[str, Any] | Body]:
    """A room, a change that patients may make too, and something a doctor says."""
    said = {"sender_type": "doctor", "text": "Where does it hurt?"}
    return {
        ("POST", "/api/chat-rooms/"): {"name": "Another"},
        ("PUT", ROOM): {"name": "Renamed"},
        ("PATCH", ROOM): {"patient_language": "xho"},
        ("POST", "/api/chat-rooms/join/"): {"code": "of-no-room"},
        ("POST", f"{ROOM}send_message/"): said,
        ("POST", f"{ROOM}send/"): said,
        ("POST", f"{ROOM}add_patient_context/"): {"medical_history": "Asthma"},
        ("POST", "/api/glossary/"): {"source_language": "en", "term": "Disprin"},
        ("POST", "/api/phrases/"): {
            "source_language": "en",
            "target_language": "af",
            "source_text": "Sit",
            "target_text": "Sit",
        },
    }

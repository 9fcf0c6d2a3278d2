"""Every id that a caller may send in a body, a query or a socket's message is asked a door for.

An id of something that the caller may not see gets the same answer as an id of nothing. Each field
that could name a row stands in the table below: a new one that does not fails the build.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from bureau.desks.interpreting.collections.models import Collection
from bureau.desks.interpreting.collections.services.collections import create_collection
from bureau.desks.interpreting.models import ChatRoom, Participant, Side
from tests.access.body import Body, form
from tests.access.callers import PEOPLE, Caller, Way
from tests.access.fields import Field, sent_fields
from tests.access.matrix import LISTED_ROUTES
from tests.access.requests import Objects
from tests.access.routes import path_of, template_of
from tests.access.rules import ABSENT
from tests.access.test_matrix import call
from tests.access.test_sockets import knock

NO_UUID = "ffffffff-0000-4000-8000-000000000000"
CARE = {Caller.DOCTOR, Caller.DOCTOR2, Caller.ADMIN}
OWNERS = {Caller.ANALYST, Caller.ADMIN}


@dataclass(frozen=True)
class Thing:
    """What an id names: who may see it, one that exists, and one that does not."""

    seen_by: frozenset[Caller]
    existing: Callable[[Objects], object]
    absent: object = ABSENT


def _of(route: str, name: str) -> Callable[[Objects], object]:
    return lambda objects: objects.ids_for(route)[name]


def _thing(
    seen_by: set[Caller], existing: Callable[[Objects], object], absent: object = ABSENT
) -> Thing:
    return Thing(frozenset(seen_by), existing, absent)


CASE = _thing(
    {Caller.BOT, Caller.OFFICER, Caller.ADMIN},
    _of("/api/grievance/<grievance_id>", "grievance_id"),
    "B-GR-20260105-KOJH-9F3A61C07D2E",
)
ROOM = _thing(
    {Caller.DOCTOR, Caller.PATIENT, Caller.ADMIN},
    _of("/api/chat-rooms/<int:room_id>/", "room_id"),
)
CONTEXT = _thing(
    {Caller.DOCTOR, Caller.ADMIN}, _of("/api/collections/<int:collection_id>/", "collection_id")
)
FREE_CONTEXT = _thing({Caller.ADMIN}, lambda objects: Collection.objects.latest("id").pk)
BASE = _thing(CARE, lambda objects: Collection.objects.filter(index__isnull=False).latest("id").pk)
ACCOUNT = _thing({Caller.ADMIN}, lambda objects: objects.cast.users[Caller.AUDITOR].pk, 999_999_999)
PATIENT = _thing(CARE, lambda objects: objects.cast.users[Caller.PATIENT].pk)
STUDY = _thing(CARE, _of("/api/v1/studies/<exam_id>", "exam_id"), "99999999999")
JOB = _thing(OWNERS, _of("/api/jobs/<int:job_id>/", "job_id"))
CHART = _thing(OWNERS, _of("/api/image-tasks/<int:task_id>/", "task_id"))
CHAT = "/api/chat/conversations/<uuid:conversation_id>/"
CONVERSATION = _thing({Caller.ANALYST}, _of(CHAT, "conversation_id"), NO_UUID)
ANSWER = _thing({Caller.ANALYST}, _of(CHAT, "message_id"), NO_UUID)

# field -> what its id may name, wherever it is sent
IDS: Mapping[str, tuple[Thing, ...]] = {
    "assignee": (ACCOUNT,),
    "case": (CASE,),
    "chat_room": (ROOM,),
    "collection": (CONTEXT, FREE_CONTEXT),
    "collection_id": (CONTEXT, FREE_CONTEXT),
    "conversation_id": (CONVERSATION,),
    "exam_id": (STUDY,),
    "exam_ids[]": (STUDY,),
    "grievance_id": (CASE,),
    "id": (CASE,),
    "image_task_id": (CHART,),
    "job": (JOB,),
    "knowledge_bases[]": (BASE, CONTEXT),
    "message": (ANSWER,),
    "participants[]": (ACCOUNT, PATIENT),
    "rag_collection": (CONTEXT, FREE_CONTEXT),
    "reserved_for": (ACCOUNT, PATIENT),
    "room_id": (ROOM,),
}
# field -> why it names no row
NO_IDS = {
    "after": "a place in a list that the door has narrowed",
    "before": "a place in a list that the door has narrowed",
    "batch_size": "a quantity",
    "chunk_length": "a quantity",
    "chunk_overlap": "a quantity",
    "complainant_ward": "a part of an address",
    "flask_session_id": "a bot's own word for its conversation",
    "limit": "a quantity",
    "minutes": "a quantity",
    "offset": "a quantity",
    "page": "a place in a list",
    "page_number": "a place in a document that the door opened",
    "page_size": "a quantity",
    "patient_age_max": "a quantity",
    "patient_age_min": "a quantity",
    "patient_id": "what somebody is called elsewhere; kept as said",
    "rasa_session_id": "a bot's own word for its conversation",
    "rating": "a quantity",
    "resolution_days": "a quantity",
    "response_hours": "a quantity",
    "session_id": "a session that the server signed: it proves itself",
    "task_id": "a bot's own word for its task",
    "top_k": "a quantity",
    "version": "a count of changes, compared and never looked up",
}
# what a request about this field needs beside it
BESIDE: Mapping[tuple[str, str], dict[str, Any]] = {
    ("POST", "/tickets/{ticket_id}/actions"): {
        "action": "REASSIGN",
        "note": "Please take it over.",
    },
    ("POST", "/api/v1/analysis/tasks"): {"analysis_type": "completeness"},
    ("GET", "/api/v1/studies/export"): {"pseudonymised": "true"},
    ("POST", "/otp/verify"): {"code": "000000"},
    ("POST", "/receipt"): {"receipt": "00000-00000-00000-00000"},
}
FORMS = {"/upload": "file", "/upload-files": "files[]", "/accessible-file-upload": "files[]"}
FIELDS = sorted(set(sent_fields()))
ROWS = [
    (field, thing)
    for field in FIELDS
    for thing in IDS.get(field.name, ())
    # what is asked is called so too
    if not (field.kind == "string" and field.name == "message")
]


@pytest.fixture(scope="module")
def furnished(objects: Objects) -> Objects:
    """The house with a context of no room, and a room of the other doctor's own."""
    fields = {"name": "Free", "description": "Free", "collection_type": "patient_context"}
    create_collection(objects.cast.users[Caller.ADMIN], fields)
    other = ChatRoom.objects.create(name="Other")
    doctor = objects.cast.users[Caller.DOCTOR2]
    Participant.objects.create(room=other, user=doctor, side=Side.DOCTOR)
    return objects


def test_every_field_that_could_name_a_row_is_in_the_table() -> None:
    unknown = {
        f"{field.method} {field.path}: {field.name}"
        for field in FIELDS
        if field.looks_like_an_id and field.name not in IDS and field.name not in NO_IDS
    }
    assert unknown == set()
    sent = {field.name for field in FIELDS}
    assert (IDS.keys() | NO_IDS.keys()) - sent == set(), "in the table and not sent by anybody"


@pytest.mark.security("ids of others' rows are sent in every field of every body and query")
@pytest.mark.parametrize(
    ("field", "thing"), ROWS, ids=lambda one: " ".join(one[:3]) if isinstance(one, Field) else ""
)
def test_an_id_of_something_unseen_is_answered_like_one_of_nothing(
    furnished: Objects, field: Field, thing: Thing
) -> None:
    existing = thing.existing(furnished)
    for who in Caller:
        if who in thing.seen_by:
            continue
        seen, absent = (_send(furnished, who, field, one) for one in (existing, thing.absent))
        # a small number is part of a large one
        for value in sorted((existing, thing.absent), key=lambda one: -len(str(one))):
            seen, absent = (_without(value, answer) for answer in (seen, absent))
        assert seen == absent, who


def _without(value: object, answer: tuple[int, str]) -> tuple[int, str]:
    return answer[0], answer[1].replace(str(value), "?")


def _send(objects: Objects, who: Caller, field: Field, value: object) -> tuple[int, str]:
    route = template_of(field.path, LISTED_ROUTES)
    ids = objects.ids_for(route)
    if who is Caller.DOCTOR2 and "room_id" in ids:
        ids["room_id"] = Participant.objects.get(user=objects.cast.users[who]).room_id
    path, body = path_of(route, ids), _body(objects, field, route, ids, value)
    if field.method == "GET":
        query = {**BESIDE.get(field[:2], {}), field.name.removesuffix("[]"): value}
        path, body = f"{path}?{urlencode(query)}", Body()
    answer = call(objects, who, Way.TOKEN, field.method, path, body)
    return answer.status_code, answer.content.decode("utf-8", "replace")


def _body(
    objects: Objects, field: Field, route: str, ids: Mapping[str, object], value: object
) -> Body:
    if field.path in FORMS:
        letter = SimpleUploadedFile("letter.txt", b"Dear office")
        return form({field.name: value, FORMS[field.path]: letter})
    usual = objects.body_of(field.method, route, ids)
    said = json.loads(usual.content) if usual.content else {}
    name, is_list = field.name.removesuffix("[]"), field.name.endswith("[]")
    plain = str(value) if isinstance(value, uuid.UUID) else value
    said |= {**BESIDE.get(field[:2], {}), name: [plain] if is_list else plain}
    return Body(json.dumps(said).encode())


@pytest.mark.security("ids of others' conversations are sent to the socket of the knowledge desk")
def test_a_socket_answers_an_id_of_something_unseen_like_one_of_nothing(
    committed: Objects,
) -> None:
    existing = CONVERSATION.existing(committed)
    for who in set(PEOPLE) - CONVERSATION.seen_by:
        asked = [f"/ws/chat/lobby/?conversation_id={one}" for one in (existing, NO_UUID)]
        codes = [knock(committed, who, Way.TOKEN, path) for path in asked]
        assert codes == [4004, 4004], who

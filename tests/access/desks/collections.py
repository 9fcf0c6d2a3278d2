"""Collections of the interpreting desk: a knowledge base, and a context of the doctor's room."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bureau.desks.interpreting.collections.services.collections import create_collection
from bureau.desks.interpreting.collections.services.items import add_text
from bureau.desks.interpreting.models import ChatRoom
from tests.access.body import Body
from tests.access.callers import Caller, Cast
from tests.access.rules import Expected, Row, admin_only, signed_in

COLLECTIONS, ITEMS = "/api/collections/", "/api/collection-items/"
ONE, ITEM = f"{COLLECTIONS}<int:collection_id>/", f"{ITEMS}<int:item_id>/"


def of_the_room(status: int) -> Expected:
    """The room's doctor and administrators; for the rest it is absent."""
    return {**signed_in(404), **dict.fromkeys((Caller.DOCTOR, Caller.ADMIN), status)}


ROWS = [
    Row("GET", COLLECTIONS, signed_in(200)),
    Row("POST", COLLECTIONS, admin_only(201)),
    Row("GET", ONE, of_the_room(200)),
    Row("PUT PATCH", ONE, admin_only(200)),
    Row("DELETE", ONE, admin_only(204)),
    Row("POST", f"{ONE}query/", admin_only(200)),
    Row("POST", f"{ONE}query_and_answer/", admin_only(200)),
    Row("POST", f"{ONE}reindex/", admin_only(202)),
    Row("POST", f"{ONE}add_document/", admin_only(202)),
    Row("GET", ITEMS, signed_in(200)),
    Row("POST", ITEMS, admin_only(201)),
    Row("GET", ITEM, of_the_room(200)),
    Row("PUT PATCH", ITEM, admin_only(200)),
    Row("DELETE", ITEM, admin_only(204)),
]

LISTS = {
    COLLECTIONS: {Caller.DOCTOR: 2, Caller.DOCTOR2: 1, Caller.ADMIN: 2},
    ITEMS: {Caller.DOCTOR: 2, Caller.DOCTOR2: 1, Caller.ADMIN: 2},
}

SOCKETS: dict[str, Expected] = {}


def prepare(cast: Cast) -> dict[str, object]:
    """A shared knowledge base, and the context of a room in which the doctor sits."""
    admin = cast.users[Caller.ADMIN]
    # the room of the desk's own part: a second one would be in its list
    room = ChatRoom.objects.get(participants__user=cast.users[Caller.DOCTOR])
    base = create_collection(admin, {"name": "Doses", "description": "All"})
    fields = {"collection_type": "patient_context", "chat_room": room.pk}
    context = create_collection(admin, {"name": "Context", "description": "One", **fields})
    add_text(admin, base, {"name": "Paracetamol", "content": "One gram."})
    item = add_text(admin, context, {"name": "Profile", "content": "Allergic."})
    return {"collection_id": context.pk, "item_id": item.pk}


def bodies(cast: Cast, ids: Mapping[str, object]) -> dict[tuple[str, str], dict[str, Any] | Body]:
    """A collection, a text, a question."""
    collection = {
        "name": "Leaflets",
        "description": "For all",
        "collection_type": "patient_context",
    }
    text = {"name": "Text", "content": "Two grams."}
    question = {"query": "How much?"}
    item = {**text, "collection": ids.get("collection_id", 2_000_000_000)}
    return {
        ("POST", COLLECTIONS): collection,
        ("PUT", ONE): collection,
        ("PATCH", ONE): {"name": "Renamed"},
        ("POST", f"{ONE}query/"): question,
        ("POST", f"{ONE}query_and_answer/"): question,
        ("POST", f"{ONE}add_document/"): text,
        ("POST", ITEMS): item,
        ("PUT", ITEM): item,
        ("PATCH", ITEM): {"name": "Renamed"},
    }

"""The knowledge desk: the analyst's conversation and document, which nobody else opens.

Nameless readers come in where KNOWLEDGE_ANONYMOUS opens the desk for them; here it is closed, as it is
by default (the desk's own tests open it).
Administrators have no key to other people's conversations and documents.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from bureau.desks.knowledge.access import DESK, PERSONAL
from bureau.desks.knowledge.models import Conversation, Message, Role
from bureau.kernel.retrieval.models import Chunk, Document, DocumentState, Format, Page
from bureau.kernel.retrieval.services import create_collection
from tests.access.body import Body, form
from tests.access.callers import Caller, Cast
from tests.access.rules import OPEN, OUTSIDE, Expected, Row, owner, page, signed_in

CONVERSATION = "/api/chat/conversations/<uuid:conversation_id>/"
ABSENT = "ffffffff-0000-4000-8000-000000000000"
DOCUMENT = "/api/documents/<uuid:document_id>/"


def mine(status: int) -> Expected:
    """Its owner's alone; for the rest it is absent."""
    return owner(status, admin=404)


ROWS = [
    Row("POST", "/api/chat/", signed_in(200)),
    Row("POST", "/api/chat/stream/", signed_in(200)),
    Row("GET", "/api/chat/conversations/", signed_in(200)),
    Row("POST", "/api/chat/conversations/", signed_in(201)),
    Row("GET", CONVERSATION, mine(200)),
    Row("DELETE", CONVERSATION, mine(204)),
    Row("DELETE", f"{CONVERSATION}delete/", mine(204)),
    Row("GET POST", f"{CONVERSATION}messages/", mine(200)),
    Row("POST", "/api/chat/feedback/", mine(201)),
    Row("POST", "/api/chat/search/", signed_in(200)),
    Row("GET", "/api/chat/stats/", signed_in(200)),
    Row("GET", "/api/documents/", signed_in(200)),
    Row("POST", "/api/documents/", signed_in(201)),
    Row("POST", "/api/documents/upload/", signed_in(201)),
    Row("GET", "/api/documents/search/", signed_in(400)),
    Row("GET", DOCUMENT, mine(200)),
    Row("DELETE", DOCUMENT, mine(204)),
    Row("POST", f"{DOCUMENT}reprocess/", mine(202)),
    Row("GET", f"{DOCUMENT}chunks/", mine(200)),
    Row("GET", f"{DOCUMENT}pages/<int:number>/", mine(200)),
    page("GET HEAD", "/knowledge/"),
    page("GET HEAD", "/knowledge/documents/"),
]

LISTS = {
    "/api/chat/conversations/": {Caller.ANALYST: 1},
    "/api/documents/": {Caller.ANALYST: 1},
}

SOCKETS: dict[str, Expected] = {
    "/ws/chat/<slug:name>/": {
        **dict.fromkeys(Caller, OPEN),
        **dict.fromkeys(OUTSIDE, 4001),
    }
}


def prepare(cast: Cast) -> dict[str, object]:
    """A conversation with an answer, and a document with a page and a passage."""
    conversation = Conversation.objects.create(user=cast.owner, title="Pumps")
    answer = Message.objects.create(
        conversation=conversation, place=1, role=Role.ASSISTANT, content="None."
    )
    collection = create_collection(desk=DESK, name=PERSONAL, owner=cast.owner)
    document = Document.objects.create(
        collection=collection,
        owner=cast.owner,
        title="Pumps",
        format=Format.TEXT,
        state=DocumentState.READY,
        content_hash="0" * 64,
    )
    Page.objects.create(document=document, number=1, text="A pump.")
    Chunk.objects.create(
        document=document,
        collection=collection,
        index=0,
        start=0,
        end=7,
        text="A pump.",
        word_count=2,
    )
    return {
        "conversation_id": conversation.pk,
        "document_id": document.pk,
        "number": 1,
        "name": "lobby",
        "message_id": answer.pk,
    }


def bodies(cast: Cast, ids: Mapping[str, object]) -> dict[tuple[str, str], dict[str, Any] | Body]:
    """Questions, a word on an answer, a document."""
    upload = form({"file": SimpleUploadedFile("pump.txt", b"A pump moves water.")})
    question = {"message": "What is a pump?"}
    word = {
        "message": str(ids.get("message_id", ABSENT)),
        "feedback_type": "helpful",
        "is_positive": True,
    }
    return {
        ("POST", "/api/chat/"): question,
        ("POST", "/api/chat/stream/"): question,
        ("POST", "/api/chat/conversations/"): {},
        ("POST", f"{CONVERSATION}messages/"): question,
        ("POST", "/api/chat/feedback/"): word,
        ("POST", "/api/chat/search/"): {"query": "pump"},
        ("POST", "/api/documents/"): upload,
        ("POST", "/api/documents/upload/"): upload,
    }

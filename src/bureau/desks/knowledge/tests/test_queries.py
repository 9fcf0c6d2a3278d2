"""Lists cost the same number of statements however long they are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bureau.desks.knowledge.access import DESK, PERSONAL
from bureau.desks.knowledge.models import Conversation, Message
from bureau.desks.knowledge.tests.desk import Person
from bureau.kernel.files.services import store_bytes
from bureau.kernel.jobs.services import create_job, enqueue
from bureau.kernel.retrieval.models import Chunk, Document, Format
from bureau.kernel.retrieval.services import INGEST, create_collection


def conversations(ana: Person, number: int) -> None:
    for index in range(number):
        conversation = Conversation.objects.create(user=ana.user, title=f"Talk {index}")
        for place in range(6):
            citation = {"document_id": f"{index:08d}-0000-4000-8000-00000000000{place}"}
            Message.objects.create(
                conversation=conversation,
                place=place,
                role="assistant",
                content="x",
                citations=[{**citation, "chunk_id": "c"}],
            )


def documents(ana: Person, number: int) -> Document:
    collection = create_collection(desk=DESK, name=PERSONAL, owner=ana.user)
    for index in range(number):
        text = f"Text {Document.objects.count()} {index}"
        stored = store_bytes(text.encode(), "retrieval.source", ana.user, "a.txt", "text/csv")
        document = Document.objects.create(
            collection=collection,
            owner=ana.user,
            title=text,
            format=Format.TEXT,
            content_hash=stored.sha256,
            file=stored,
            task=enqueue(create_job(ana.user, "test"), INGEST, {}),
        )
    return document


def chunks(ana: Person, number: int) -> None:
    document = Document.objects.first() or documents(ana, 1)
    start = Chunk.objects.count()
    Chunk.objects.bulk_create(
        Chunk(
            document=document,
            collection=document.collection,
            index=start + index,
            start=0,
            end=4,
            text=f"pump {index}",
            word_count=2,
        )
        for index in range(number)
    )


LISTS: dict[str, tuple[Callable[[Person, int], Any], str]] = {
    "conversations": (conversations, "/api/chat/conversations/"),
    "one conversation": (conversations, "/api/chat/conversations/{conversation}/"),
    "turns": (conversations, "/api/chat/conversations/{conversation}/messages/"),
    "documents": (documents, "/api/documents/"),
    "passages": (chunks, "/api/documents/{document}/chunks/"),
    "passages that hold a text": (chunks, "/api/documents/search/?q=pump"),
}


@pytest.mark.parametrize("name", LISTS)
def test_a_longer_list_takes_no_more_statements(ana: Person, name: str) -> None:
    make, template = LISTS[name]
    counts = []
    for more in (2, 15):
        make(ana, more)
        path = template.format(
            conversation=getattr(Conversation.objects.first(), "pk", ""),
            document=getattr(Document.objects.first(), "pk", ""),
        )
        with CaptureQueriesContext(connection) as captured:
            assert ana.get(path).status_code == 200
        counts.append(len(captured))
    assert counts[0] == counts[1]

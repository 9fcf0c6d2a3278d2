"""Invented documents and conversations, marked as such, with real vectors."""

from __future__ import annotations

import hashlib
import random
import uuid
from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction

from bureau.desks.knowledge.access import DESK, shared_collection
from bureau.desks.knowledge.citing import Quote, citation
from bureau.desks.knowledge.models import Conversation, Message, Role
from bureau.desks.knowledge.sample import QUESTIONS, facts, product
from bureau.kernel.accounts.models import User
from bureau.kernel.retrieval.models import Audience, Chunk, Document
from bureau.kernel.retrieval.search import Passage
from bureau.kernel.retrieval.services import delete_document
from bureau.kernel.retrieval.texts import Cutting, Text, prepare_texts, publish_texts

MARK = "[SEED]"
SEED_USER = "seed_user"
CHUNK = 600


@dataclass(frozen=True, slots=True)
class Size:
    """How much is made; messages a conversation lie between the two numbers, rounded up to even."""

    documents: int
    passages: int
    conversations: int
    messages: tuple[int, int]


SIZES = {
    "small": Size(5, 50, 20, (5, 10)),
    "medium": Size(20, 100, 100, (5, 12)),
    "large": Size(50, 200, 500, (5, 15)),
}


def seed_documents(size: Size, report: Callable[[str], None]) -> int:
    """Add the invented manuals that are not there yet; returns how many passages they have."""
    collection = shared_collection(Audience.MEMBERS)
    passages = 0
    for number in range(size.documents):
        identity = uuid.UUID(
            hashlib.md5(f"{MARK}{number}".encode(), usedforsecurity=False).hexdigest()
        )
        # every passage is a text of its own, so that there are exactly as many as were asked for
        texts = "\n\n".join(line for _, line in facts(number, size.passages))
        one = Text(
            identity,
            f"{MARK} {product(number)}",
            texts,
            Cutting(len(texts) // size.passages + 60, 0),
            "en",
            {"document_type": "manual", "description": f"{MARK} invented"},
        )
        publish_texts(collection, prepare_texts(collection, [one]))
        made = Document.objects.get(pk=identity)
        passages += made.chunk_count
        report(f"{made.title}: {made.chunk_count} passages")
    return passages


@transaction.atomic
def seed_conversations(size: Size) -> int:
    """Add invented conversations of the seed user; returns how many."""
    user, _ = User.objects.get_or_create(
        username=SEED_USER, defaults={"email": "seed@example.org", "password": "!"}
    )
    chance = random.Random(size.conversations)
    chunks = list(
        Chunk.objects.filter(document__title__startswith=MARK, collection__isnull=False)
        .select_related("document")
        .order_by("document_id", "index")[:500]
    )
    turns: list[Message] = []
    for number in range(size.conversations):
        conversation = Conversation.objects.create(user=user, title=f"{MARK} Talk {number + 1}")
        count = chance.randint(*size.messages)
        for place in range(1, count + count % 2 + 1):
            turns.append(_turn(conversation, place, chance, chunks))
    Message.objects.bulk_create(turns)
    return size.conversations


def _turn(
    conversation: Conversation, place: int, chance: random.Random, chunks: list[Chunk]
) -> Message:
    if place % 2 or not chunks:
        text = chance.choice(QUESTIONS).format(name=product(chance.randrange(5)))
        role = Role.USER if place % 2 else Role.ASSISTANT
        return Message(conversation=conversation, place=place, role=role, content=text)
    quotes = [
        _quote(chunk) for chunk in chance.sample(chunks, min(len(chunks), chance.randint(1, 3)))
    ]
    return Message(
        conversation=conversation,
        place=place,
        role=Role.ASSISTANT,
        content=" ".join(f"“{one.text}” [{number}]" for number, one in enumerate(quotes, 1)),
        citations=[citation(number, one) for number, one in enumerate(quotes, 1)],
        metadata={"architecture": "seed", "method": "extractive"},
    )


def _quote(chunk: Chunk) -> Quote:
    passage = Passage(
        chunk.pk,
        chunk.document_id,
        chunk.document.title,
        chunk.document.metadata,
        chunk.page,
        chunk.section,
        chunk.start,
        chunk.end,
        chunk.text,
        chunk.language,
        score=0.0,
        similarity=0.9,
        by_meaning=None,
        by_words=None,
        usual=0.0,
        spread=0.0,
    )
    return Quote(passage, 0, (chunk.text.find(". ") + 1) or len(chunk.text))


def clear_documents() -> int:
    """Remove the invented documents; returns how many there were."""
    rows = list(Document.objects.filter(collection__desk=DESK, title__startswith=MARK))
    for row in rows:
        delete_document(row)
    return len(rows)


def clear_conversations() -> int:
    """Remove the seed user's conversations; returns how many there were."""
    rows = Conversation.objects.filter(user__username=SEED_USER)
    count = rows.count()
    rows.delete()
    return count

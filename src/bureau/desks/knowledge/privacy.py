"""What exporting and erasing a person means here: their conversations and their own documents."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from bureau.desks.knowledge.access import DESK
from bureau.desks.knowledge.models import Conversation
from bureau.kernel.accounts.shredder import accounts_of
from bureau.kernel.retrieval.models import Audience, Document
from bureau.kernel.retrieval.services import delete_document
from bureau.kernel.vault.shredders import Person


def _documents(person: Person) -> QuerySet[Document]:
    """Documents nobody else reads; what was given to others to read stays with them."""
    own = Document.objects.filter(collection__desk=DESK, collection__audience=Audience.OWNER)
    return own.filter(owner__in=accounts_of(person))


def export(person: Person) -> list[dict[str, Any]]:
    """One record a conversation, with its turns, and one a document."""
    talks = Conversation.objects.filter(user__in=accounts_of(person)).prefetch_related("messages")
    return [
        {
            "conversation": str(talk.pk),
            "title": talk.title,
            "created_at": talk.created_at.isoformat(),
            "messages": [
                {"role": one.role, "content": one.content, "at": one.created_at.isoformat()}
                for one in sorted(talk.messages.all(), key=lambda one: one.place)
            ],
        }
        for talk in talks
    ] + [
        {"document": str(one.pk), "title": one.title, "filename": one.filename}
        for one in _documents(person)
    ]


def erase(person: Person) -> int:
    """Remove conversations and own documents with everything made of them; returns how many."""
    documents = list(_documents(person))
    for document in documents:
        delete_document(document)
    talks = Conversation.objects.filter(user__in=accounts_of(person))
    count = talks.count()
    talks.delete()
    return count + len(documents)

"""The doors of the desk: whose conversations and documents somebody sees.

A reader is a person or an anonymous session. Both see their own conversations only, administrators
included; documents are those of the reader's own collection and of the shared ones.
"""

from __future__ import annotations

import uuid
from contextlib import AbstractContextManager
from dataclasses import dataclass

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest

from bureau.desks.knowledge.models import Conversation, Message, Role
from bureau.desks.knowledge.sessions import FIELD, session_in
from bureau.kernel.accounts.auth import signed_in
from bureau.kernel.accounts.models import User
from bureau.kernel.actor_context import on_behalf_of
from bureau.kernel.errors import NotAllowed, NotFound, NotSignedIn
from bureau.kernel.retrieval.access import collections_of
from bureau.kernel.retrieval.models import Audience, Chunk, Collection, Document
from bureau.kernel.retrieval.services import create_collection

DESK = "knowledge"
PERSONAL = "personal"


@dataclass(frozen=True, slots=True)
class Reader:
    """Who asks: a person, or an anonymous session, or somebody without either yet."""

    user: User | None = None
    session: uuid.UUID | None = None

    @property
    def work(self) -> AbstractContextManager[object]:
        """Around work for this reader: whose limits on models it counts against."""
        pk = self.user.pk if self.user else None
        return on_behalf_of(DESK, pk, is_anonymous=self.user is None)

    @property
    def actor(self) -> str:
        """Who it is in events."""
        return f"user:{self.user.pk}" if self.user else "anonymous"


def reader_of(request: HttpRequest) -> Reader:
    """The caller of a route for people, and where KNOWLEDGE_ANONYMOUS opens it for everybody.

    Raises:
        NotSignedIn: nothing was presented, and this house has no nameless readers.
        BadCredentials: something was presented that is wrong or over, or two sessions at once.
        NotAllowed, SecondFactorRequired, CsrfFailed: as `signed_in`.
    """
    try:
        user = signed_in(request)
        # a person's conversations are found by the account; clients may send a session all the same
        request.read_parameters = frozenset({FIELD})  # type: ignore[attr-defined]
        return Reader(user=user)
    except NotSignedIn:
        if not settings.ENV.knowledge_anonymous:
            raise
        return Reader(session=session_in(request))


def person_of(request: HttpRequest) -> Reader:
    """The caller of a route for people only.

    Raises: as `signed_in`.
    """
    return Reader(user=signed_in(request))


# --- conversations ----------------------------------------------------------------------------


def conversations_of(reader: Reader) -> QuerySet[Conversation]:
    """The reader's conversations, latest first."""
    if reader.user is not None:
        mine = Conversation.objects.filter(user=reader.user)
    elif reader.session is not None:
        mine = Conversation.objects.filter(session=reader.session)
    else:
        mine = Conversation.objects.none()
    return mine.order_by("-updated_at", "id")


def conversation_for(reader: Reader, conversation_id: uuid.UUID) -> Conversation:
    """One conversation; NotFound where it is absent or another's."""
    found = conversations_of(reader).filter(pk=conversation_id).first()
    if found is None:
        raise NotFound.matching("Conversation")
    return found


def answer_for(reader: Reader, message_id: uuid.UUID) -> Message:
    """One answer in the reader's conversations; NotFound for anything else."""
    found = Message.objects.filter(
        pk=message_id, role=Role.ASSISTANT, conversation__in=conversations_of(reader)
    ).first()
    if found is None:
        raise NotFound.matching("Message")
    return found


# --- documents --------------------------------------------------------------------------------


def scope_of(reader: Reader) -> QuerySet[Collection]:
    """The collections that answer this reader."""
    return collections_of(reader.user, DESK)


def documents_of(reader: Reader) -> QuerySet[Document]:
    """The documents the reader may open, newest first."""
    readable = Document.objects.filter(collection__in=scope_of(reader))
    return readable.select_related("collection", "task").order_by("-created_at", "id")


def document_for(reader: Reader, document_id: uuid.UUID) -> Document:
    """One document; NotFound where it is absent or closed to the reader."""
    found = documents_of(reader).filter(pk=document_id).first()
    if found is None:
        raise NotFound.matching("Document")
    return found


def document_to_change(reader: Reader, document_id: uuid.UUID) -> Document:
    """One document to process anew or remove: its owner's, shared ones also by administrators.

    Raises:
        NotFound: it is absent or closed to the reader.
        NotAllowed: it can be read and not changed.
    """
    document = document_for(reader, document_id)
    user = reader.user
    if user is None or not (document.owner_id == user.pk or user.is_admin):
        raise NotAllowed
    return document


def chunks_of(document: Document) -> QuerySet[Chunk]:
    """The published passages of a document that somebody may read, in their order."""
    published = Chunk.objects.filter(document=document, collection=document.collection_id)
    return published.order_by("index")


def collection_to_fill(user: User, audience: str) -> Collection:
    """Where a person's upload goes: their own collection, or a shared one.

    Raises:
        NotAllowed: only administrators add to what others read.
    """
    if audience == Audience.OWNER:
        return create_collection(desk=DESK, name=PERSONAL, owner=user)
    if not user.is_admin:
        raise NotAllowed("Only administrators add documents that others read.")
    return shared_collection(audience)


def shared_collection(audience: str) -> Collection:
    """The house's own collection for an audience."""
    return create_collection(desk=DESK, name=audience, audience=audience)

"""How the desk's objects look on the wire."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from bureau.desks.knowledge.models import Conversation, Feedback, Message
from bureau.kernel.retrieval.models import Chunk, Document
from bureau.kernel.retrieval.search import Passage
from bureau.kernel.retrieval.services import state_of

Shape = dict[str, Any]
PREVIEW = 200
RAG_FIELDS = ("architecture", "method", "context_used", "sources_count", "citations_count")
# turns shown with each conversation of a list
SHOWN_TURNS = 50


def message_shape(message: Message) -> Shape:
    """A turn."""
    return {
        "id": message.pk,
        "role": message.role,
        "content": message.content,
        "citations": message.citations,
        "created_at": message.created_at,
        "metadata": message.metadata,
    }


def answer_shape(conversation: Conversation, message: Message) -> Shape:
    """An answer as the chat route gives it."""
    return {
        "success": True,
        "conversation_id": conversation.pk,
        "message": message_shape(message),
        "rag_metadata": {name: message.metadata.get(name) for name in RAG_FIELDS},
    }


def conversation_shape(conversation: Conversation, messages: list[Message], count: int) -> Shape:
    """A conversation with turns, oldest first."""
    return {
        "id": conversation.pk,
        "title": conversation.title,
        "language": conversation.language,
        "created_at": conversation.created_at,
        "updated_at": conversation.updated_at,
        "messages": [message_shape(one) for one in messages],
        "message_count": count,
    }


def whole_conversation(conversation: Conversation) -> Shape:
    """A conversation with all its turns; citations of deleted documents lose their document."""
    messages = list(conversation.messages.order_by("place"))
    _mark_deleted(messages)
    return conversation_shape(conversation, messages, len(messages))


def conversation_rows(conversations: list[Conversation]) -> list[Shape]:
    """Conversations of a list: one query for the turns of all of them."""
    turns: dict[uuid.UUID, list[Message]] = {one.pk: [] for one in conversations}
    for message in Message.objects.filter(conversation__in=conversations).order_by("place"):
        turns[message.conversation_id].append(message)
    return [
        conversation_shape(one, turns[one.pk][-SHOWN_TURNS:], len(turns[one.pk]))
        for one in conversations
    ]


def _mark_deleted(messages: Iterable[Message]) -> None:
    cited = {
        entry["document_id"]
        for message in messages
        for entry in message.citations
        if entry.get("document_id")
    }
    if not cited:
        return
    living = set(map(str, Document.objects.filter(pk__in=cited).values_list("pk", flat=True)))
    for message in messages:
        for entry in message.citations:
            if entry.get("document_id") not in living:
                entry["document_id"] = entry["chunk_id"] = None


def feedback_shape(feedback: Feedback) -> Shape:
    """Feedback as it is kept."""
    return {
        "id": feedback.pk,
        "message": feedback.message_id,
        "feedback_type": feedback.feedback_type,
        "is_positive": feedback.is_positive,
        "comment": feedback.comment,
        "rating": feedback.rating,
        "created_at": feedback.created_at,
    }


def result_shape(passage: Passage) -> Shape:
    """A passage that a search found."""
    text = passage.text
    return {
        "document_title": passage.document_title,
        "document_type": passage.document_metadata.get("document_type", "other"),
        "page_number": passage.page,
        "section_title": passage.section,
        "content_preview": text if len(text) <= PREVIEW else f"{text[:PREVIEW]}...",
        "similarity_score": round(passage.similarity, 4),
        "chunk_id": passage.chunk_id,
        "document_id": passage.document_id,
    }


def document_shape(document: Document) -> Shape:
    """A document and where it stands; `file` and `task` are loaded with it."""
    details = document.metadata
    stored = document.file
    return {
        "id": document.pk,
        "title": document.title,
        "filename": document.filename,
        "document_type": details.get("document_type", "other"),
        "language": document.language,
        "product_line": details.get("product_line", ""),
        "version": details.get("version", ""),
        "description": details.get("description", ""),
        "file_size": stored.size if stored else 0,
        "page_count": document.page_count,
        "processed": document.is_published,
        "chunk_count": document.chunk_count,
        "created_at": document.created_at,
        "state": state_of(document),
        "failure_code": document.failure_code,
        "failure_reason": document.failure_reason,
        "notes": document.notes,
        "audience": document.collection.audience,
        "job_id": document.task.job_id if document.task else None,
        "file_url": f"/api/files/{stored.pk}/" if stored else "",
        "repeated": document.repeated,
        "replaces": details.get("replaces", []),
        "replaced_by": details.get("replaced_by", ""),
    }


def chunk_shape(chunk: Chunk, title: str) -> Shape:
    """A passage of a document."""
    return {
        "id": chunk.pk,
        "document_title": title,
        "content": chunk.text,
        "page_number": chunk.page,
        "section_title": chunk.section,
        "chunk_index": chunk.index,
        "word_count": chunk.word_count,
        "start": chunk.start,
        "end": chunk.end,
        "created_at": chunk.created_at,
    }

"""The shapes of the desk's routes, keys in the order of the wire contract."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import Field

from bureau.desks.knowledge.models import FeedbackType
from bureau.kernel.accounts.schemas import Storable
from bureau.kernel.retrieval.models import Audience

LONGEST_MESSAGE = 2_000
Question = Annotated[Storable, Field(min_length=1, max_length=LONGEST_MESSAGE)]
Language = Annotated[Storable, Field(max_length=10)]


class ChatIn(Schema):
    """A question; without a conversation a new one begins. `language` may be `auto`."""

    message: Question
    conversation_id: uuid.UUID | None = None
    language: Language = "en"
    session_id: Annotated[Storable, Field(max_length=255)] | None = None


class MessageIn(Schema):
    """A question in a conversation that exists."""

    message: Annotated[Storable, Field(max_length=LONGEST_MESSAGE)] = ""
    content: Annotated[Storable, Field(max_length=LONGEST_MESSAGE)] = ""
    language: Language = "auto"


class ConversationIn(Schema):
    """A conversation to begin."""

    title: Annotated[Storable, Field(max_length=255)] = ""
    language: Language = "en"


class FeedbackIn(Schema):
    """A reader's word on an answer."""

    message: uuid.UUID
    feedback_type: FeedbackType
    is_positive: bool
    comment: Annotated[Storable, Field(max_length=2_000)] = ""
    rating: Annotated[int, Field(ge=1, le=5)] | None = None


class SearchIn(Schema):
    """What to look for."""

    query: Annotated[Storable, Field(max_length=LONGEST_MESSAGE)] = ""


class UploadIn(Schema):
    """What is said about an upload; `language` `auto` has it detected from the text."""

    title: Annotated[Storable, Field(max_length=255)] = ""
    language: Language = "auto"
    audience: Audience = Audience.OWNER
    document_type: Literal[
        "manual", "datasheet", "firmware_notes", "quick_start", "troubleshooting", "other"
    ] = "other"
    product_line: Annotated[Storable, Field(max_length=100)] = ""
    version: Annotated[Storable, Field(max_length=50)] = ""
    description: Annotated[Storable, Field(max_length=2_000)] = ""


class DocumentFilters(Schema):
    """Which documents a list shows."""

    document_type: Storable = ""
    language: Storable = ""
    state: Literal["", "PENDING", "PROCESSING", "READY", "FAILED"] = ""


class ChunkFilters(Schema):
    """Which passages a list shows."""

    page_number: int | None = None


class MessageOut(Schema):
    """A turn."""

    id: uuid.UUID
    role: str
    content: str
    citations: list[dict[str, Any]]
    created_at: datetime
    metadata: dict[str, Any]


class ChatOut(Schema):
    """An answer."""

    success: bool
    conversation_id: uuid.UUID
    message: MessageOut
    rag_metadata: dict[str, Any]


class ConversationOut(Schema):
    """A conversation with its turns, oldest first."""

    id: uuid.UUID
    title: str
    language: str
    created_at: datetime
    updated_at: datetime
    messages: list[MessageOut]
    message_count: int


class ConversationRow(Schema):
    """A conversation in a list, with its latest turns."""

    id: uuid.UUID
    title: str
    language: str
    created_at: datetime
    updated_at: datetime
    messages: list[MessageOut]
    message_count: int


class FeedbackOut(Schema):
    """Feedback as it is kept."""

    id: uuid.UUID
    message: uuid.UUID
    feedback_type: str
    is_positive: bool
    comment: str
    rating: int | None
    created_at: datetime


class ResultOut(Schema):
    """A passage that a search found."""

    document_title: str
    document_type: str
    page_number: int | None
    section_title: str
    content_preview: str
    similarity_score: float
    chunk_id: uuid.UUID
    document_id: uuid.UUID


class SearchOut(Schema):
    """What a search found."""

    query: str
    results: list[ResultOut]
    total_results: int


class StatsOut(Schema):
    """How much there is for this reader."""

    total_documents: int
    processed_documents: int
    total_chunks: int
    chunks_with_embeddings: int
    chunks_with_current_model: int
    current_embedding_model: str
    architecture: str


class NoteOut(Schema):
    """What the reader of a document left out, guessed or could not read.

    `pages` is empty for formats that have no pages.
    """

    kind: str
    count: int
    pages: list[int]
    message: str


class DocumentOut(Schema):
    """A document and where it stands."""

    id: uuid.UUID
    title: str
    filename: str
    document_type: str
    language: str
    product_line: str
    version: str
    description: str
    file_size: int
    page_count: int | None
    processed: bool
    chunk_count: int
    created_at: datetime
    state: str
    failure_code: str
    failure_reason: str
    notes: list[NoteOut]
    audience: str
    job_id: int | None
    file_url: str
    # this upload's content was there already; the document has taken its name
    repeated: bool
    # documents of the same name that this one took the place of, and the one that took its own
    replaces: list[uuid.UUID]
    replaced_by: str


class ChunkOut(Schema):
    """A passage of a document."""

    id: uuid.UUID
    document_title: str
    content: str
    page_number: int | None
    section_title: str
    chunk_index: int
    word_count: int
    start: int
    end: int
    created_at: datetime


class PageOut(Schema):
    """The text of one page, in which citations give offsets."""

    document_id: uuid.UUID
    page_number: int
    text: str
    by_ocr: bool
    page_label: str
    notes: list[NoteOut]


class _PageOf(Schema):
    count: int
    next: str | None
    previous: str | None


class ConversationPage(_PageOf):
    """One page of conversations."""

    results: list[ConversationRow]


class MessagePage(_PageOf):
    """One page of turns."""

    results: list[MessageOut]


class DocumentPage(_PageOf):
    """One page of documents."""

    results: list[DocumentOut]


class ChunkPage(_PageOf):
    """One page of passages."""

    results: list[ChunkOut]


class ChunkSearchOut(Schema):
    """Passages that hold a text."""

    query: str
    results: list[ChunkOut]

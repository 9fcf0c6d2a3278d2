"""Shapes of the collections' requests and answers, with the contract's names."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from ninja import Schema
from pydantic import ConfigDict, Field, StringConstraints

from bureau.desks.interpreting.collections.models import ChunkingStrategy, CollectionType
from bureau.desks.interpreting.collections.services.items import LONGEST_CONTENT

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=191)]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=20_000)]
Prose = Annotated[str, StringConstraints(max_length=20_000)]
Content = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_CONTENT)]
RowId = Annotated[int, Field(ge=1, le=2**63 - 1)]


class CollectionIn(Schema):
    """A collection. Which models work on it is the operator's choice; fields about them are read-only."""

    model_config = ConfigDict(extra="ignore")

    name: Name
    description: Words
    collection_type: CollectionType = CollectionType.KNOWLEDGE_BASE
    is_global: bool = False
    chat_room: RowId | None = None
    reserved_for: RowId | None = None
    knowledge_bases: list[RowId] = Field([], max_length=200)
    chunking_strategy: ChunkingStrategy = ChunkingStrategy.FIXED_LENGTH
    chunk_length: int = Field(1_000, ge=100, le=8_000)
    chunk_overlap: int = Field(200, ge=0, le=4_000)


class CollectionPatchIn(CollectionIn):
    """Fields of a collection to change; those that are left out stay."""

    name: Name = ""
    description: Words = ""


class CollectionFilters(Schema):
    """Narrows the list."""

    collection_type: CollectionType | None = None
    chat_room: RowId | None = None


class NamedOut(Schema):
    """Something by its id."""

    id: int
    name: str


class CollectionOut(Schema):
    """A collection; the models are those that work on it now."""

    id: int
    name: str
    description: str
    collection_type: str
    is_global: bool
    chat_room: int | None
    chat_room_name: str | None
    reserved_for: int | None
    knowledge_bases: list[int]
    knowledge_bases_details: list[NamedOut]
    embedding_provider: str
    embedding_model: str
    embedding_dimensions: int
    completion_model: str
    chunking_strategy: str
    chunk_length: int
    chunk_overlap: int
    created_at: datetime
    updated_at: datetime
    items_count: int


class CollectionPage(Schema):
    """A page of collections."""

    count: int
    next: str | None
    previous: str | None
    results: list[CollectionOut]


class ItemIn(Schema):
    """A text of a collection."""

    name: Name
    description: Prose = ""
    collection: RowId
    content: Content
    metadata: dict[str, Any] = {}


class ItemPatchIn(Schema):
    """Fields of an item to change."""

    name: Name = ""
    description: Prose = ""
    collection: RowId = 1
    content: Content = ""
    metadata: dict[str, Any] = {}


class ItemFilters(Schema):
    """Narrows the list."""

    collection: RowId | None = None


class NoteOut(Schema):
    """What the reader of an item's file left out, guessed or could not read."""

    kind: str
    count: int
    pages: list[int]
    message: str


class ItemOut(Schema):
    """An item. `state` is ready when its text as it is now can be found."""

    id: int
    name: str
    description: str
    collection: int
    collection_name: str
    content: str
    metadata: dict[str, Any]
    state: str
    problem: str
    parts_count: int
    notes: list[NoteOut]
    created_at: datetime
    updated_at: datetime


class ItemPage(Schema):
    """A page of items."""

    count: int
    next: str | None
    previous: str | None
    results: list[ItemOut]


class AcceptedItemOut(ItemOut):
    """An item whose text is being made findable."""

    status: str
    message: str
    task_id: int | None


class AcceptedFileOut(Schema):
    """A file that is being read."""

    status: str
    message: str
    task_id: int | None
    name: str
    id: int


class DocumentFields(Schema):
    """What `add_document/` takes beside the file."""

    model_config = ConfigDict(extra="ignore")

    name: Annotated[str, StringConstraints(strip_whitespace=True, max_length=191)] = ""
    content: Annotated[str, StringConstraints(max_length=LONGEST_CONTENT)] = ""
    description: Prose = ""
    metadata: dict[str, Any] = {}
    later: bool = Field(True, alias="async")


class QueryIn(Schema):
    """A question to a collection."""

    query: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4_000)]
    top_k: int = Field(5, ge=1, le=20)


class PassageOut(Schema):
    """A passage that was found."""

    name: str
    content: str
    similarity: float
    metadata: dict[str, Any]


class QueryOut(Schema):
    """The nearest passages, best first."""

    query: str
    results: list[PassageOut]


class SourceOut(Schema):
    """A passage that an answer rests on."""

    name: str
    similarity: float
    content: str


class AnswerOut(Schema):
    """An answer from a collection. `provider` wrote it; without a model the passages themselves."""

    status: str
    answer: str
    sources: list[SourceOut]
    provider: str
    message: str = ""


class ReindexOut(Schema):
    """A collection is being built anew."""

    status: str
    message: str
    task_id: int
    document_count: int

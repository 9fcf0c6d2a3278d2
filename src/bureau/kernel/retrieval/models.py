"""Collections of documents, their pages and chunks, and the vectors that chunks are found by.

A chunk or vector without a collection is not published: an ingestion builds them beside what is
served and publishes all of a document in one transaction. A vector belongs to a space (provider,
model, dimension); a collection is searched in its own space only, so models never mix.
"""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from pgvector.django import HalfVectorField

from bureau.kernel.files.models import StoredFile
from bureau.kernel.jobs.models import Task

# counted up whenever words are cut or stemmed in another way: `bureau manage rebuild_search`
WORDS_VERSION = 1


class EmbeddingSpace(models.Model):
    """Vectors can be compared within one space and never across two."""

    provider = models.CharField(max_length=40)
    model = models.CharField(max_length=120)
    dimension = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "model", "dimension"], name="embedding_space_once"
            )
        ]

    @property
    def label(self) -> str:
        """For people: `builtin/multilingual-e5-small (384)`."""
        return f"{self.provider}/{self.model} ({self.dimension})"


class Audience(models.TextChoices):
    """Who may read a collection; desks may narrow it further."""

    OWNER = "owner", "Its owner"
    MEMBERS = "members", "Everybody who is signed in"
    EVERYONE = "everyone", "Everybody"


class Collection(models.Model):
    """Documents that are read and searched under one rule of access."""

    desk = models.CharField(max_length=40)
    name = models.CharField(max_length=120)
    # null is the house itself
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="collections"
    )
    audience = models.CharField(max_length=10, choices=Audience.choices, default=Audience.OWNER)
    # what the published vectors are made by; null until the first document is ready
    space = models.ForeignKey(EmbeddingSpace, null=True, on_delete=models.PROTECT)
    metadata = models.JSONField(default=dict)
    # published chunks, so that a search can choose its plan without counting
    chunk_count = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["desk", "owner", "name"], nulls_distinct=False, name="collection_once"
            )
        ]


class Format(models.TextChoices):
    """What a document is, by its content."""

    PDF = "pdf", "PDF"
    DOCX = "docx", "Word document"
    HTML = "html", "HTML"
    MARKDOWN = "markdown", "Markdown"
    TEXT = "text", "Plain text"
    ODT = "odt", "OpenDocument text"
    RTF = "rtf", "Rich text"
    EPUB = "epub", "E-book (EPUB)"
    PPTX = "pptx", "Presentation"
    SHEET = "sheet", "Workbook"
    EMAIL = "email", "E-mail"
    PICTURE = "picture", "Picture of a page"


class DocumentState(models.TextChoices):
    """Where a document stands. A READY one stays searchable while it is processed again."""

    PENDING = "PENDING", "Waiting"
    PROCESSING = "PROCESSING", "Being read"
    READY = "READY", "Ready"
    FAILED = "FAILED", "Failed"


class Document(models.Model):
    """One document of a collection; the same content is kept once a collection."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    collection = models.ForeignKey(Collection, on_delete=models.PROTECT, related_name="documents")
    # null is the house itself
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="documents"
    )
    title = models.CharField(max_length=255)
    filename = models.CharField(max_length=255, blank=True, default="")
    format = models.CharField(max_length=10, choices=Format.choices)
    # empty until the text was read, when nobody said it
    language = models.CharField(max_length=10, blank=True, default="")
    metadata = models.JSONField(default=dict)
    state = models.CharField(
        max_length=10, choices=DocumentState.choices, default=DocumentState.PENDING
    )
    failure_code = models.CharField(max_length=50, blank=True, default="")
    failure_reason = models.TextField(blank=True, default="")
    content_hash = models.CharField(max_length=64)
    file = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT)
    task = models.ForeignKey(Task, null=True, on_delete=models.SET_NULL, related_name="+")
    # null for formats that have no pages
    page_count = models.PositiveIntegerField(null=True)
    chunk_count = models.PositiveIntegerField(default=0)
    # what the reader left out, guessed or could not read: a list of kind, count, pages, message
    notes: models.JSONField[Any, Any] = models.JSONField(default=list)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    # of what `add_document` gives back: this content was there already
    repeated: bool = False

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["collection", "content_hash"], name="document_once_a_collection"
            )
        ]
        indexes = [models.Index(fields=["collection", "-created_at"], name="document_newest")]

    @property
    def is_published(self) -> bool:
        """Whether readers can find it, whatever a later processing came to."""
        return self.chunk_count > 0


class Page(models.Model):
    """The text of one page as it was read; a format without pages has one, numbered 1.

    `headings` is a list of [offset, title]; `label` is the number that is printed on the page,
    where it is another one; `notes` is a list of kind, count, detail.
    """

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="pages")
    number = models.PositiveIntegerField()
    text = models.TextField()
    headings: models.JSONField[Any, Any] = models.JSONField(default=list)
    by_ocr = models.BooleanField(default=False)
    label = models.CharField(max_length=40, blank=True, default="")
    notes: models.JSONField[Any, Any] = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["document", "number"], name="page_once_a_document")
        ]


class Chunk(models.Model):
    """A passage: `text` is exactly characters `start` to `end` of its page.

    A column `search` (not known to Django) holds its words for full text search, written by
    `copy_chunks` in the way of cutting words that `search_version` names.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="chunks")
    # null until published
    collection = models.ForeignKey(Collection, null=True, on_delete=models.PROTECT)
    index = models.PositiveIntegerField()
    page = models.PositiveIntegerField(null=True)
    section = models.CharField(max_length=255, blank=True, default="")
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    language = models.CharField(max_length=10, blank=True, default="")
    text = models.TextField()
    word_count = models.PositiveIntegerField()
    search_version = models.PositiveSmallIntegerField(default=0, db_default=0)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["document", "index"],
                condition=Q(collection__isnull=False),
                name="chunk_once_a_document",
            )
        ]


class ChunkVector(models.Model):
    """A chunk's vector in one space, in half precision (no measurable loss of order)."""

    chunk = models.ForeignKey(Chunk, on_delete=models.CASCADE, related_name="vectors")
    # null until published, then the chunk's: a scoped search reads this table alone
    collection = models.ForeignKey(Collection, null=True, on_delete=models.PROTECT, db_index=False)
    space = models.ForeignKey(EmbeddingSpace, on_delete=models.PROTECT, db_index=False)
    # of the space; the approximate indexes are made a dimension
    dimension = models.PositiveSmallIntegerField()
    embedding = HalfVectorField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["chunk", "space"], name="vector_once_a_space")
        ]
        indexes = [models.Index(fields=["collection", "space"], name="vector_by_collection")]

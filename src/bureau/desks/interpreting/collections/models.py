"""Collections, their items, and the sealed passages of patient contexts.

A **knowledge base** is for everybody who gives care: its items are documents of the kernel's
retrieval room and are found there. A **patient context** belongs to one room: its texts and the
passages they are cut into are encrypted, stand in no shared index, and are compared in memory.
"""

from __future__ import annotations

import json
import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from bureau.desks.interpreting.models import ChatRoom
from bureau.kernel.files.models import StoredFile
from bureau.kernel.jobs.models import Task
from bureau.kernel.retrieval.models import Collection as Index
from bureau.kernel.retrieval.models import Document, EmbeddingSpace
from bureau.kernel.vault.fields import EncryptedTextField
from bureau.kernel.vault.indexes import BlindIndexField


class CollectionType(models.TextChoices):
    """Whom a collection is about."""

    KNOWLEDGE_BASE = "knowledge_base", "Knowledge base"
    PATIENT_CONTEXT = "patient_context", "Patient context"


class ChunkingStrategy(models.TextChoices):
    """How texts are cut; cuts are made between sentences where there are any."""

    FIXED_LENGTH = "fixed-length", "Fixed length"
    WINDOW = "window", "Fixed length with overlap"
    NO_CHUNKING = "no-chunking", "Not at all"


class Collection(models.Model):
    """Reference texts under one name."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    # that of a patient's context may name the patient
    name = EncryptedTextField(max_length=191, row="key")
    name_index = BlindIndexField(source="name", unique=True)
    description = EncryptedTextField(row="key")
    collection_type = models.CharField(
        max_length=20, choices=CollectionType.choices, default=CollectionType.KNOWLEDGE_BASE
    )
    # used in every room's translations
    is_global = models.BooleanField(default=False)
    # the context goes with its room
    chat_room = models.ForeignKey(
        ChatRoom, null=True, on_delete=models.CASCADE, related_name="patient_contexts"
    )
    # the doctor who may take this context into a room of theirs; without one it is administrators'
    reserved_for = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    knowledge_bases = models.ManyToManyField("self", symmetrical=False, related_name="used_by")
    chunking_strategy = models.CharField(
        max_length=20, choices=ChunkingStrategy.choices, default=ChunkingStrategy.FIXED_LENGTH
    )
    chunk_length = models.PositiveIntegerField(default=1_000)
    chunk_overlap = models.PositiveIntegerField(default=200)
    # where a knowledge base is searched; a patient context has none
    index = models.OneToOneField(Index, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        indexes = [models.Index(fields=["-created_at", "-id"], name="collection_newest_first")]
        constraints = [
            models.CheckConstraint(
                name="collection_of_a_patient_is_sealed",
                condition=Q(collection_type="knowledge_base", chat_room=None, index__isnull=False)
                | Q(collection_type="patient_context", is_global=False, index=None),
            ),
            models.CheckConstraint(
                name="collection_overlap_below_length",
                condition=Q(chunk_overlap__lt=F("chunk_length")) | ~Q(chunking_strategy="window"),
            ),
        ]

    @property
    def is_sealed(self) -> bool:
        """Whether its texts are one patient's, encrypted and outside every shared index."""
        return self.collection_type == CollectionType.PATIENT_CONTEXT

    @property
    def stream(self) -> str:
        """The event stream of this collection."""
        return f"collection:{self.pk}"


class CollectionItem(models.Model):
    """One text of a collection, or one file that was read.

    `indexed_version` follows `version` when the text as it is now can be found; an item of a file
    in a knowledge base has neither text nor versions of its own: its document has.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    collection = models.ForeignKey(Collection, on_delete=models.CASCADE, related_name="items")
    name = EncryptedTextField(max_length=191, row="key")
    description = EncryptedTextField(blank=True, default="", row="key")
    content = EncryptedTextField(blank=True, default="", row="key")
    name_index = BlindIndexField(source="name", db_index=False)
    # JSON object
    facts = EncryptedTextField(blank=True, default="", row="key")
    document = models.OneToOneField(Document, null=True, on_delete=models.PROTECT, related_name="+")
    # a patient's file waits here until it was read, then it is removed
    source = models.ForeignKey(StoredFile, null=True, on_delete=models.SET_NULL, related_name="+")
    task = models.ForeignKey(Task, null=True, on_delete=models.SET_NULL, related_name="+")
    version = models.PositiveIntegerField(default=1)
    indexed_version = models.PositiveIntegerField(default=0)
    parts_count = models.PositiveIntegerField(default=0)
    # JSON list: what the reader of a patient's file left out, guessed or could not read
    reading_notes = EncryptedTextField(blank=True, default="", row="key")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        indexes = [
            models.Index(fields=["collection", "id"], name="item_by_collection"),
            models.Index(fields=["collection", "name_index"], name="item_by_name"),
        ]

    @property
    def metadata(self) -> dict[str, Any]:
        """What is known about the text beside the text."""
        facts: dict[str, Any] = json.loads(self.facts) if self.facts else {}
        return facts

    @metadata.setter
    def metadata(self, facts: dict[str, Any]) -> None:
        self.facts = json.dumps(facts, ensure_ascii=False) if facts else ""

    @property
    def notes(self) -> list[dict[str, Any]]:
        """What the reader of its file left out, guessed or could not read."""
        if self.document:
            return list(self.document.notes)
        return json.loads(self.reading_notes) if self.reading_notes else []


class SealedPassage(models.Model):
    """A passage of a patient context with its vector, both encrypted.

    `vector` is base64 of 16-bit floats of length 1, little endian, in the space it names.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    item = models.ForeignKey(CollectionItem, on_delete=models.CASCADE, related_name="passages")
    position = models.PositiveIntegerField()
    text = EncryptedTextField()
    vector = EncryptedTextField()
    space = models.ForeignKey(EmbeddingSpace, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item", "position"], name="sealed_passage_once")
        ]

"""Verbs on collections and documents. Each is one transaction: rows, event and task together."""

from __future__ import annotations

import uuid
from pathlib import PurePath
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.db.models import Count

from bureau.kernel.accounts.models import User
from bureau.kernel.errors import Conflict, InvalidInput
from bureau.kernel.events.log import emit
from bureau.kernel.files.models import StoredFile
from bureau.kernel.files.services import delete_file, store_bytes, store_upload
from bureau.kernel.jobs.control import cancel_job
from bureau.kernel.jobs.models import Task
from bureau.kernel.jobs.services import create_job, enqueue
from bureau.kernel.jobs.status import FINISHED
from bureau.kernel.retrieval import files
from bureau.kernel.retrieval.models import (
    Audience,
    Chunk,
    ChunkVector,
    Collection,
    Document,
    DocumentState,
    Page,
)
from bureau.kernel.retrieval.versions import REPLACED_BY, REPLACES, earlier_versions

JOB_KIND = "retrieval.documents"
INGEST = "retrieval.ingest"


def create_collection(
    *,
    desk: str,
    name: str,
    owner: User | None = None,
    audience: str = Audience.OWNER,
    metadata: dict[str, Any] | None = None,
) -> Collection:
    """The collection of this desk, owner and name; made if it is not there yet.

    Args:
        owner: None is the house itself.
        audience: who may read it, for a collection that is made now.
    """
    collection, _ = Collection.objects.get_or_create(
        desk=desk,
        owner=owner,
        name=name,
        defaults={"audience": audience, "metadata": metadata or {}},
    )
    return collection


@transaction.atomic
def add_document(
    collection: Collection,
    *,
    file: UploadedFile[Any] | None = None,
    text: str | None = None,
    title: str = "",
    language: str | None = None,
    metadata: dict[str, Any] | None = None,
    actor: User | None = None,
    versioned: bool = False,
) -> Document:
    """Keep a document and the task that will read it.

    The same content is kept once a collection: a second time gives the document that is there,
    marked `repeated`, and tries again to read it if that failed.

    Args:
        file: an upload; or `text`: Markdown or plain text. One of the two.
        title: for people; the file's name if empty.
        language: ISO code; None or `auto` has it detected.
        actor: whose document it is; None is the house itself.
        versioned: a changed file of the same name takes the place of the owner's one that is
            there, and the same content under another name takes that name and these details.

    Raises:
        InvalidInput: empty, or of a kind that cannot be read.
        TooLarge: over the upload limit.
    """
    stored, filename = _stored(file, text, title, actor)
    found = Document.objects.filter(collection=collection, content_hash=stored.sha256).first()
    if found:
        delete_file(stored)
        if versioned and found.owner_id == (actor.pk if actor else None):
            _rename(found, title or _title_of(filename), filename, metadata or {})
        return _again(found, actor)
    replaced = earlier_versions(collection, actor.pk if actor else None, filename)
    details = {**(metadata or {}), **({REPLACES: replaced} if versioned and replaced else {})}
    document = Document(
        id=uuid.uuid4(),
        collection=collection,
        owner=actor,
        title=(title or _title_of(filename))[:255],
        filename=filename,
        format=files.format_of(stored.media_type, filename),
        language="" if language in (None, "auto") else str(language)[:10],
        metadata=details,
        content_hash=stored.sha256,
        file=stored,
    )
    document.task = _enqueue(document, actor)
    try:
        with transaction.atomic():
            document.save(force_insert=True)
    except IntegrityError:
        raise Conflict("This document is being uploaded twice at once.") from None
    _tell(document, "document.added", actor)
    return document


def _stored(
    file: UploadedFile[Any] | None, text: str | None, title: str, actor: User | None
) -> tuple[StoredFile, str]:
    if file is not None:
        stored = store_upload(file, files.SOURCE, actor)
        return stored, stored.name
    if not text or not text.strip():
        raise InvalidInput("The document is empty.")
    name = f"{title[:100] or 'text'}.md"
    content = text.encode()
    return store_bytes(content, files.SOURCE, actor, name, files.READABLE), name


def _title_of(filename: str) -> str:
    stem = PurePath(filename).stem
    return " ".join(stem.replace("_", " ").replace("-", " ").split()) or filename


def _rename(document: Document, title: str, filename: str, details: dict[str, Any]) -> None:
    document.title, document.filename = title[:255], filename
    document.metadata = {**document.metadata, **details}
    document.save(update_fields=["title", "filename", "metadata", "updated_at"])


def _again(document: Document, actor: User | None) -> Document:
    if state_of(document) == DocumentState.FAILED:
        document = reprocess_document(document, actor=actor)
    document.repeated = True
    return document


def _enqueue(document: Document, actor: User | None) -> Task:
    job = create_job(actor, JOB_KIND)
    return enqueue(job, INGEST, {"document": str(document.pk)})


@transaction.atomic
def reprocess_document(document: Document, *, actor: User | None = None) -> Document:
    """Read a document anew. What is published of it stays searchable until that has succeeded.

    Raises:
        Conflict: it is being read right now.
    """
    document = Document.objects.select_for_update().get(pk=document.pk)
    if REPLACED_BY in document.metadata:
        raise Conflict("A newer version has taken this document's place. Process that one.")
    if document.task and document.task.status not in FINISHED:
        raise Conflict("The document is being processed. Wait until that has finished.")
    _drop_unpublished(document)
    document.state = DocumentState.PENDING
    document.failure_code = document.failure_reason = ""
    document.task = _enqueue(document, actor)
    document.save()
    _tell(document, "document.reprocessed", actor)
    return document


def state_of(document: Document) -> str:
    """Where a document stands; a task that ended without a word to its document has failed."""
    waiting = document.state in (DocumentState.PENDING, DocumentState.PROCESSING)
    if waiting and document.task and document.task.status in FINISHED:
        return DocumentState.FAILED
    return document.state


@transaction.atomic
def delete_document(document: Document, *, actor: User | None = None) -> None:
    """Remove a document with everything that was made of it."""
    document = Document.objects.select_for_update().get(pk=document.pk)
    if document.task and document.task.status not in FINISHED:
        cancel_job(document.task.job_id)
    # one statement a table: Django's own cascade would load every chunk
    ChunkVector.objects.filter(chunk__document=document)._raw_delete("default")
    Chunk.objects.filter(document=document)._raw_delete("default")
    Page.objects.filter(document=document)._raw_delete("default")
    _tell(document, "document.deleted", actor)
    stored, collection_id = document.file, document.collection_id
    document.delete()
    if stored:
        delete_file(stored)
    count_chunks(collection_id)


def _drop_unpublished(document: Document) -> None:
    unpublished = Chunk.objects.filter(document=document, collection=None)
    ChunkVector.objects.filter(chunk__in=unpublished)._raw_delete("default")
    unpublished._raw_delete("default")
    Page.objects.filter(document=document)._raw_delete("default")


def count_chunks(collection_id: int) -> None:
    """Set a collection's count of published chunks, under its row's lock."""
    collection = Collection.objects.select_for_update().get(pk=collection_id)
    counted = Chunk.objects.filter(collection=collection).aggregate(total=Count("id"))
    collection.chunk_count = counted["total"]
    collection.save(update_fields=["chunk_count"])


def _tell(document: Document, type: str, actor: User | None) -> None:
    who = f"user:{actor.pk}" if actor else ""
    emit(f"document:{document.pk}", type, payload={"collection": document.collection_id}, actor=who)

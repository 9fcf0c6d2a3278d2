"""From a stored file to published chunks: parse, cut, embed, publish.

Every step leaves rows from which the next try goes on: pages that were read are not read again,
chunks that have a vector are not embedded again. Nothing is visible to readers before the last
step, which publishes all chunks of a document and removes those it had before.
"""

from __future__ import annotations

import shutil
from dataclasses import asdict
from functools import lru_cache
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction

from bureau.kernel.files.services import local_path
from bureau.kernel.retrieval.chunking import passages
from bureau.kernel.retrieval.models import (
    Chunk,
    ChunkVector,
    Collection,
    Document,
    DocumentState,
    EmbeddingSpace,
    Format,
    Page,
)
from bureau.kernel.retrieval.parsing.notes import summary
from bureau.kernel.retrieval.parsing.pages import Overview, ParsedPage
from bureau.kernel.retrieval.publishing import (
    CHUNKS_AT_ONCE,
    batches,
    claim_space,
    embed_for,
    remove_chunks,
)
from bureau.kernel.retrieval.reading import DocumentUnreadable, notes_of, read_document
from bureau.kernel.retrieval.services import count_chunks
from bureau.kernel.retrieval.texts import Cutting
from bureau.kernel.retrieval.vectors import copy_chunks, copy_vectors, embedder_of, space_of
from bureau.kernel.retrieval.versions import retire_replaced

if TYPE_CHECKING:
    from bureau.kernel.jobs.runner import TaskRun

PAGES_AT_ONCE = 10
# the part of a document's progress that each step takes up
_READ, _EMBED = (2, 30), (32, 98)
_TESSERACT = {"en": "eng", "de": "deu", "fr": "fra", "es": "spa", "af": "afr", "ne": "nep"}


def ingest(run: TaskRun, document: Document) -> None:
    """Carry a document from where it stands to READY.

    Raises:
        DocumentUnreadable: for good.
        ProviderError: the embedder failed; temporary ones are tried again by the task.
    """
    _read(run, document)
    _name_language(document)
    _cut(run, document)
    space = _embed(run, document)
    with run.finish() as outcome:
        publish(document, space)
        outcome.message = f"{document.chunk_count} passage(s) ready"
        outcome.payload = {"pages": document.page_count, "chunks": document.chunk_count}


# --- reading ----------------------------------------------------------------------------------


def _read(run: TaskRun, document: Document) -> None:
    if Chunk.objects.filter(document=document, collection=None).exists():
        return
    assert document.file is not None
    done = Page.objects.filter(document=document).count()
    if document.format != Format.PDF:
        Page.objects.filter(document=document).delete()
        done = 0
    run.progress(_READ[0], "Reading the document")
    parts = read_document(
        local_path(document.file),
        document.format,
        ocr_languages=ocr_languages(document.language),
        first=done + 1,
    )
    for batch in batches(parts, PAGES_AT_ONCE):
        done = _keep_pages(run, document, batch, done)
    _keep_notes(document)
    if not Page.objects.filter(document=document).exclude(text="").exists():
        raise DocumentUnreadable("The document holds no text.", reason="EMPTY")


def _keep_pages(
    run: TaskRun, document: Document, parts: list[Overview | ParsedPage], done: int
) -> int:
    pages = [part for part in parts if isinstance(part, ParsedPage)]
    for part in parts:
        if isinstance(part, Overview):
            document.page_count = part.page_count
            document.save(update_fields=["page_count", "updated_at"])
    done += len(pages)
    with transaction.atomic():
        total = document.page_count or 1
        # the report holds the job's row until the commit: a worker that lost its lease keeps nothing
        run.progress(_share(_READ, done, total), f"Read {done} of {total} page(s)")
        Page.objects.bulk_create(
            Page(
                document=document,
                number=page.number,
                text=page.text,
                headings=page.headings,
                by_ocr=page.by_ocr,
                label=page.label[:40],
                notes=[asdict(note) for note in page.notes],
            )
            for page in pages
        )
    return done


def _keep_notes(document: Document) -> None:
    """Say at the document what its pages say, so that a list needs no look at them."""
    paged = document.page_count is not None
    rows = Page.objects.filter(document=document).exclude(notes=[]).order_by("number")
    document.notes = summary(
        (number if paged else None, notes_of(notes))
        for number, notes in rows.values_list("number", "notes")
    )
    document.save(update_fields=["notes", "updated_at"])


def ocr_languages(language: str) -> str:
    """What tesseract is told: the document's language with English, or all that are installed."""
    wanted = [_TESSERACT[language], "eng"] if language in _TESSERACT else settings.ENV.ocr_languages
    installed = _installed_languages()
    found = [name for name in dict.fromkeys(wanted) if name in installed]
    return "+".join(found) or "eng"


@lru_cache(maxsize=1)
def _installed_languages() -> frozenset[str]:
    if shutil.which("tesseract") is None:
        return frozenset()
    import pytesseract

    return frozenset(pytesseract.get_languages())


def _name_language(document: Document) -> None:
    """Detect the language if nobody said it."""
    if document.language:
        return
    from bureau.kernel.ai.language import detect

    sample = " ".join(
        Page.objects.filter(document=document)
        .exclude(text="")
        .order_by("number")
        .values_list("text", flat=True)[:5]
    )
    document.language = (detect(sample[:5_000]) or "")[:10]
    document.save(update_fields=["language", "updated_at"])


# --- cutting ----------------------------------------------------------------------------------


def _cut(run: TaskRun, document: Document) -> None:
    if Chunk.objects.filter(document=document, collection=None).exists():
        return
    rows = Page.objects.filter(document=document).order_by("number").iterator(chunk_size=200)
    pages = (ParsedPage(row.number, row.text, list(map(tuple, row.headings))) for row in rows)
    paged = document.page_count is not None
    cutting = Cutting.of(document.collection)
    # all of them before the COPY, which has the connection for itself
    cuts = list(passages(pages, size=cutting.size, overlap=cutting.overlap))
    if not cuts:
        raise DocumentUnreadable("The document holds no text.", reason="EMPTY")
    with transaction.atomic():
        run.progress(_READ[1], "Cutting the text into passages")
        copy_chunks(
            Chunk(
                document=document,
                index=index,
                page=cut.page if paged else None,
                section=cut.section,
                start=cut.start,
                end=cut.end,
                language=document.language,
                text=cut.text,
            )
            for index, cut in enumerate(cuts)
        )


# --- embedding and publishing -------------------------------------------------------------------


def _embed(run: TaskRun, document: Document) -> EmbeddingSpace:
    collection = Collection.objects.select_related("space").get(pk=document.collection_id)
    embedder = embedder_of(collection.space)
    space = space_of(embedder)
    chunks = Chunk.objects.filter(document=document, collection=None)
    total = chunks.count()
    waiting = chunks.exclude(vectors__space=space).order_by("index")
    done = total - waiting.count()
    while batch := list(waiting[:CHUNKS_AT_ONCE]):
        run.checkpoint()
        matrix = embed_for(collection, embedder, batch)
        done += len(batch)
        with transaction.atomic():
            run.progress(_share(_EMBED, done, total), f"Embedded {done} of {total} passages")
            copy_vectors(space, batch, matrix)
    return space


def publish(document: Document, space: EmbeddingSpace) -> None:
    """Show the new chunks and remove the old ones, in the caller's transaction."""
    collection = claim_space(document.collection_id, space)
    fresh = Chunk.objects.filter(document=document, collection=None)
    remove_chunks(Chunk.objects.filter(document=document, collection__isnull=False))
    ChunkVector.objects.filter(chunk__in=fresh).exclude(space=space)._raw_delete("default")
    ChunkVector.objects.filter(chunk__in=fresh).update(collection=collection)
    document.chunk_count = fresh.update(collection=collection)
    document.state = DocumentState.READY
    document.failure_code = document.failure_reason = ""
    # named fields: a document that was deleted meanwhile must not come back
    document.save(
        update_fields=["chunk_count", "state", "failure_code", "failure_reason", "updated_at"]
    )
    retire_replaced(document)
    count_chunks(collection.pk)


def _share(span: tuple[int, int], done: int, total: int) -> int:
    return span[0] + (span[1] - span[0]) * min(done, total) // max(total, 1)

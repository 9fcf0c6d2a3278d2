"""Texts that need no reading: cut, embedded together, published in one transaction.

For many short texts (records of a data set) and for texts that people edit. A text whose document
is there already takes its place at the moment of publishing; until then the old one is found. A
failure before that moment leaves nothing behind.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from bureau.kernel.files.models import StoredFile
from bureau.kernel.files.services import delete_file
from bureau.kernel.retrieval.chunking import Cut, passages
from bureau.kernel.retrieval.models import (
    Chunk,
    Collection,
    Document,
    DocumentState,
    EmbeddingSpace,
    Format,
    Page,
)
from bureau.kernel.retrieval.parsing.pages import ParsedPage
from bureau.kernel.retrieval.publishing import (
    CHUNKS_AT_ONCE,
    batches,
    claim_space,
    embed_for,
    remove_chunks,
)
from bureau.kernel.retrieval.services import count_chunks
from bureau.kernel.retrieval.vectors import copy_chunks, copy_vectors, embedder_of, space_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Cutting:
    """How long passages are: `size` characters at most, `overlap` of them repeated."""

    size: int
    overlap: int

    @classmethod
    def of(cls, collection: Collection) -> Cutting:
        """How the files of a collection are cut: by its own settings, else the house's."""
        own = collection.metadata.get("cutting")
        if own:
            return cls(own["size"], own["overlap"])
        size = settings.ENV.max_chunk_size
        return cls(size, min(settings.ENV.chunk_overlap, size // 2))

    def keep(self, collection: Collection) -> None:
        """Let files that are read from now on be cut so."""
        collection.metadata = {**collection.metadata, "cutting": asdict(self)}
        collection.save(update_fields=["metadata"])


@dataclass(frozen=True)
class Text:
    """One text and the document it is, or becomes."""

    document_id: UUID
    title: str
    text: str
    cutting: Cutting
    language: str = ""
    metadata: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Prepared:
    """Texts with the vectors of their passages, in the space these belong to."""

    texts: Sequence[Text]
    chunks: Sequence[Chunk]
    matrix: NDArray[np.float32] | None
    space: EmbeddingSpace

    def parts_of(self, document_id: UUID) -> int:
        """How many passages a text was cut into."""
        return sum(chunk.document_id == document_id for chunk in self.chunks)


def prepare_texts(
    collection: Collection, texts: Sequence[Text], checkpoint: Callable[[], None] = lambda: None
) -> Prepared:
    """Cut and embed; writes nothing. `checkpoint` is called before each call of the embedder.

    Raises:
        ProviderError, EmbeddingMismatch: nothing is left behind; try again.
    """
    import numpy as np

    embedder = embedder_of(collection.space)
    chunks = [chunk for text in texts for chunk in _chunks_of(text)]
    parts = []
    for batch in batches(chunks, CHUNKS_AT_ONCE):
        checkpoint()
        parts.append(embed_for(collection, embedder, batch))
    matrix = np.concatenate(parts) if parts else None
    return Prepared(texts, chunks, matrix, space_of(embedder))


def _chunks_of(text: Text) -> Iterable[Chunk]:
    for index, cut in enumerate(cuts_of(text.text, text.cutting)):
        yield Chunk(
            id=uuid4(),
            document_id=text.document_id,
            index=index,
            start=cut.start,
            end=cut.end,
            language=text.language,
            text=cut.text,
        )


def cuts_of(text: str, cutting: Cutting) -> list[Cut]:
    """The passages of a text without pages and headings."""
    found = list(passages([ParsedPage(1, text)], size=cutting.size, overlap=cutting.overlap))
    return found or [
        Cut(1, "", start, min(start + cutting.size, len(text)), text[start : start + cutting.size])
        for start in range(0, len(text), cutting.size)
    ]


@transaction.atomic
def publish_texts(collection: Collection, prepared: Prepared) -> None:
    """Show the passages and remove those of the texts they replace, in the caller's transaction.

    Raises:
        SpaceChanged: the collection was meanwhile embedded by another model; prepare again.
    """
    collection = claim_space(collection.pk, prepared.space)
    ids = [text.document_id for text in prepared.texts]
    _remove_content(Document.objects.filter(pk__in=ids))
    _write_documents(collection, prepared)
    _write_chunks(collection, prepared)
    count_chunks(collection.pk)


def _write_documents(collection: Collection, prepared: Prepared) -> None:
    now = timezone.now()
    rows = [
        Document(
            id=text.document_id,
            collection=collection,
            title=text.title[:255],
            format=Format.TEXT,
            language=text.language,
            metadata=text.metadata,
            state=DocumentState.READY,
            # the same text may stand there twice, under two names
            content_hash=_digest(text),
            chunk_count=prepared.parts_of(text.document_id),
            updated_at=now,
        )
        for text in prepared.texts
    ]
    changed = ["title", "language", "metadata", "state", "content_hash", "chunk_count"]
    Document.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=[*changed, "updated_at"],
    )
    Page.objects.bulk_create(
        Page(document_id=text.document_id, number=1, text=text.text) for text in prepared.texts
    )


def _digest(text: Text) -> str:
    return hashlib.sha256(f"{text.document_id}\0{text.text}".encode()).hexdigest()


def _write_chunks(collection: Collection, prepared: Prepared) -> None:
    if prepared.matrix is None:
        return
    copy_chunks(prepared.chunks)
    ids = [chunk.pk for chunk in prepared.chunks]
    Chunk.objects.filter(pk__in=ids).update(collection=collection)
    copy_vectors(prepared.space, prepared.chunks, prepared.matrix, collection.pk)


@transaction.atomic
def remove_collection(collection: Collection) -> None:
    """Remove a collection with everything in it, however large: one statement a table."""
    documents = Document.objects.filter(collection=collection)
    files = list(StoredFile.objects.filter(pk__in=documents.exclude(file=None).values("file")))
    _remove_content(documents)
    documents._raw_delete("default")
    collection.delete()
    for stored in files:
        delete_file(stored)


def _remove_content(documents: Any) -> None:
    remove_chunks(Chunk.objects.filter(document__in=documents))
    Page.objects.filter(document__in=documents)._raw_delete("default")

"""Making texts findable: what the tasks do, and what an impatient caller waits for."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from bureau.desks.interpreting.collections.events import tell_processed
from bureau.desks.interpreting.collections.models import (
    ChunkingStrategy,
    Collection,
    CollectionItem,
    SealedPassage,
)
from bureau.kernel.errors import Conflict
from bureau.kernel.files.services import delete_file, local_path
from bureau.kernel.retrieval.ingestion import ocr_languages
from bureau.kernel.retrieval.models import Document, EmbeddingSpace, Format
from bureau.kernel.retrieval.parsing.notes import summary
from bureau.kernel.retrieval.parsing.pages import ParsedPage
from bureau.kernel.retrieval.reading import DocumentUnreadable, read_document
from bureau.kernel.retrieval.services import reprocess_document
from bureau.kernel.retrieval.texts import (
    Cutting,
    Prepared,
    Text,
    cuts_of,
    prepare_texts,
    publish_texts,
)
from bureau.kernel.retrieval.vectors import embedder_of, space_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Checkpoint = Callable[[], None]
ITEMS_AT_ONCE = 32
# embedders read so much of a passage at most, and then stop
WHOLE = 8_000


def cutting_of(collection: Collection) -> Cutting:
    """How texts of a collection are cut, by its own settings."""
    if collection.chunking_strategy == ChunkingStrategy.NO_CHUNKING:
        return Cutting(WHOLE, 0)
    with_overlap = collection.chunking_strategy == ChunkingStrategy.WINDOW
    return Cutting(collection.chunk_length, collection.chunk_overlap if with_overlap else 0)


def nothing() -> None:
    """A checkpoint for callers without a task."""


def index_items(items: Sequence[CollectionItem], checkpoint: Checkpoint = nothing) -> None:
    """Index texts of one collection: embed first, then show all of them in one transaction.

    An item that was changed or removed meanwhile is left to the task of that change.

    Raises:
        ProviderError, DocumentUnreadable: nothing was shown; another try begins anew.
    """
    collection = Collection.objects.select_related("index__space").get(pk=items[0].collection_id)
    if collection.is_sealed:
        for item in items:
            _index_sealed(collection, item, checkpoint)
        return
    assert collection.index is not None
    texts = [_text_of(collection, item) for item in items]
    prepared = prepare_texts(collection.index, texts, checkpoint)
    _publish(collection, items, prepared)


def _text_of(collection: Collection, item: CollectionItem) -> Text:
    return Text(
        # the item's own key: indexing it twice is indexing it once
        document_id=item.document_id or item.key,
        title=item.name,
        text=item.content,
        cutting=cutting_of(collection),
        language=str(item.metadata.get("lang_code", ""))[:10],
        metadata={"item": item.pk},
    )


@transaction.atomic
def _publish(collection: Collection, items: Sequence[CollectionItem], prepared: Prepared) -> None:
    current = _still_current(items)
    texts = [text for text in prepared.texts if text.metadata["item"] in current]
    ids = {text.document_id for text in texts}
    kept = [place for place, one in enumerate(prepared.chunks) if one.document_id in ids]
    assert collection.index is not None
    publish_texts(
        collection.index,
        Prepared(
            texts,
            [prepared.chunks[place] for place in kept],
            prepared.matrix[kept] if prepared.matrix is not None and kept else None,
            prepared.space,
        ),
    )
    for text in texts:
        item = current[text.metadata["item"]]
        item.document = Document(pk=text.document_id)
        _mark(item, prepared.parts_of(text.document_id))


def _still_current(items: Sequence[CollectionItem]) -> dict[int, CollectionItem]:
    """The items that are as they were when they were read, locked."""
    versions = {item.pk: item.version for item in items}
    rows = CollectionItem.objects.select_for_update().filter(pk__in=versions).order_by("pk")
    return {row.pk: row for row in rows if row.version == versions[row.pk]}


def _mark(item: CollectionItem, parts: int) -> None:
    item.indexed_version, item.parts_count = item.version, parts
    item.save(update_fields=["indexed_version", "parts_count", "document", "updated_at"])
    tell_processed(item)


# --- a whole collection -------------------------------------------------------------------------


@dataclass(frozen=True)
class Rebuilt:
    """How many texts were indexed, and how many files are being read again."""

    texts: int
    files: int


def reindex_now(
    collection: Collection,
    report: Callable[[int, int], object] = lambda done, total: None,
    checkpoint: Checkpoint = nothing,
    *,
    everything: bool = True,
) -> Rebuilt:
    """Index a collection's texts anew, batch by batch, and set the reading of its files going.

    What is found stays found until its successor is published.

    Args:
        report: gets how many texts are done, and of how many.
        everything: else only what cannot be found as it is now.
    """
    if collection.index:
        cutting_of(collection).keep(collection.index)
    wanted = [
        item.pk
        for item in collection.items.order_by("pk")
        if item.content and (everything or item.indexed_version != item.version)
    ]
    for start in range(0, len(wanted), ITEMS_AT_ONCE):
        batch = CollectionItem.objects.filter(pk__in=wanted[start : start + ITEMS_AT_ONCE])
        if items := list(batch.select_related("source")):
            index_items(items, checkpoint)
        report(min(start + ITEMS_AT_ONCE, len(wanted)), len(wanted))
    return Rebuilt(len(wanted), _read_again(collection, everything=everything))


def _read_again(collection: Collection, *, everything: bool) -> int:
    files = collection.items.exclude(document=None).select_related("document", "created_by")
    read = 0
    for item in files:
        document = item.document
        if item.content or document is None or (document.is_published and not everything):
            continue
        try:
            reprocess_document(document, actor=item.created_by)
        except Conflict:
            # it is being read right now, with the settings as they are
            continue
        read += 1
    return read


# --- one patient's texts ------------------------------------------------------------------------


def _index_sealed(collection: Collection, item: CollectionItem, checkpoint: Checkpoint) -> None:
    content = item.content
    if not content:
        content, item.reading_notes = _read(item)
    cuts = cuts_of(content, cutting_of(collection))
    embedder = embedder_of(None)
    vectors = []
    for start in range(0, len(cuts), ITEMS_AT_ONCE):
        checkpoint()
        batch = [cut.text for cut in cuts[start : start + ITEMS_AT_ONCE]]
        vectors += list(embedder.embed_passages(batch))
    _seal(item, content, [cut.text for cut in cuts], vectors, space_of(embedder))


@transaction.atomic
def _seal(
    item: CollectionItem,
    content: str,
    texts: Sequence[str],
    vectors: Sequence[NDArray[np.float32]],
    space: EmbeddingSpace,
) -> None:
    current = _still_current([item]).get(item.pk)
    if current is None:
        return
    SealedPassage.objects.filter(item=current).delete()
    SealedPassage.objects.bulk_create(
        SealedPassage(
            item=current, position=position, text=text, vector=packed(vector), space=space
        )
        for position, (text, vector) in enumerate(zip(texts, vectors, strict=True))
    )
    source, current.source, current.content = current.source, None, content
    current.reading_notes = item.reading_notes
    current.save(update_fields=["source", "content", "reading_notes"])
    if source:
        delete_file(source)
    _mark(current, len(texts))


def _read(item: CollectionItem) -> tuple[str, str]:
    """The text of a patient's file, and what its reader has to say as JSON."""
    if item.source is None:
        return "", ""
    parts = read_document(local_path(item.source), Format.PDF, ocr_languages=ocr_languages(""))
    pages = [part for part in parts if isinstance(part, ParsedPage)]
    text = "\n\n".join(page.text for page in pages if page.text)
    if not text:
        raise DocumentUnreadable("The document holds no text.", reason="EMPTY")
    notes = summary((page.number, page.notes) for page in pages)
    return text, json.dumps(notes, ensure_ascii=False) if notes else ""


def packed(vector: NDArray[np.float32]) -> str:
    """A vector as it is sealed: base64 of little-endian 16-bit floats."""
    return base64.b64encode(vector.astype("<f2").tobytes()).decode()


def unpacked(text: str) -> NDArray[np.float32]:
    """The vector of `packed`."""
    import numpy as np

    return np.frombuffer(base64.b64decode(text), dtype="<f2").astype(np.float32)

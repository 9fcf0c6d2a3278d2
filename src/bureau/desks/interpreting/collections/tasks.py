"""Background work on collections."""

from __future__ import annotations

from bureau.desks.interpreting.collections.events import tell_processed
from bureau.desks.interpreting.collections.models import Collection, CollectionItem
from bureau.desks.interpreting.collections.services.indexing import ITEMS_AT_ONCE, index_items
from bureau.desks.interpreting.collections.services.items import ANNOUNCE, INDEX, REINDEX
from bureau.kernel.errors import Conflict
from bureau.kernel.jobs.registry import handler
from bureau.kernel.jobs.runner import TaskRun
from bureau.kernel.retrieval.services import reprocess_document


@handler(INDEX, queue="rag", noun="collection_item")
def index(run: TaskRun) -> None:
    """Cut and embed the texts of items and make them findable."""
    items = list(CollectionItem.objects.filter(pk__in=run.params["items"]).select_related("source"))
    if items:
        index_items(items, run.checkpoint)
    with run.finish() as outcome:
        outcome.result = {"status": "success", "items": len(items)}
        outcome.message = f"{len(items)} item(s) can be found"


@handler(ANNOUNCE, queue="rag", noun="collection_item")
def announce(run: TaskRun) -> None:
    """Tell that a file's passages can be found."""
    found = CollectionItem.objects.filter(pk=run.params["item"])
    item = found.select_related("collection", "document").first()
    with run.finish():
        if item and item.document:
            item.parts_count = item.document.chunk_count
            item.save(update_fields=["parts_count"])
            tell_processed(item)


@handler(REINDEX, queue="rag", noun="collection")
def reindex(run: TaskRun) -> None:
    """Build a collection's passages anew; what is found stays found until its successor is there."""
    collection = Collection.objects.filter(pk=run.params["collection"]).first()
    if collection is None:
        return
    texts = [item.pk for item in collection.items.order_by("pk") if item.content]
    for start in range(0, len(texts), ITEMS_AT_ONCE):
        batch = CollectionItem.objects.filter(pk__in=texts[start : start + ITEMS_AT_ONCE])
        if items := list(batch.select_related("source")):
            index_items(items, run.checkpoint)
        run.progress(95 * (start + 1) // len(texts), f"{start + len(items)} of {len(texts)} texts")
    files = _read_again(collection)
    with run.finish() as outcome:
        outcome.result = {"status": "success", "texts": len(texts), "files": files}


def _read_again(collection: Collection) -> int:
    """Set the reading of files going; each is a task of its own."""
    files = collection.items.exclude(document=None).select_related("document", "created_by")
    read = 0
    for item in files:
        if item.content or item.document is None:
            continue
        try:
            reprocess_document(item.document, actor=item.created_by)
        except Conflict:
            # it is being read right now, with the settings as they are
            continue
        read += 1
    return read

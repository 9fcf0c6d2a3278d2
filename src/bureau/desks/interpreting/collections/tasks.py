"""Background work on collections."""

from __future__ import annotations

from bureau.desks.interpreting.collections.events import tell_processed
from bureau.desks.interpreting.collections.models import Collection, CollectionItem
from bureau.desks.interpreting.collections.services.indexing import index_items, reindex_now
from bureau.desks.interpreting.collections.services.items import ANNOUNCE, INDEX, REINDEX
from bureau.kernel.jobs.registry import handler
from bureau.kernel.jobs.runner import TaskRun


@handler(INDEX, queue="rag", entity_type="collection_item")
def index(run: TaskRun) -> None:
    """Cut and embed the texts of items and make them findable."""
    items = list(CollectionItem.objects.filter(pk__in=run.params["items"]).select_related("source"))
    if items:
        index_items(items, run.checkpoint)
    with run.finish() as outcome:
        outcome.result = {"status": "success", "items": len(items)}
        outcome.message = f"{len(items)} item(s) can be found"


@handler(ANNOUNCE, queue="rag", entity_type="collection_item")
def announce(run: TaskRun) -> None:
    """Tell that a file's passages can be found."""
    found = CollectionItem.objects.filter(pk=run.params["item"])
    item = found.select_related("collection", "document").first()
    with run.finish():
        if item and item.document:
            item.parts_count = item.document.chunk_count
            item.save(update_fields=["parts_count"])
            tell_processed(item)


@handler(REINDEX, queue="rag", entity_type="collection")
def reindex(run: TaskRun) -> None:
    """Build a collection's passages anew; what is found stays found until its successor is there."""
    collection = Collection.objects.filter(pk=run.params["collection"]).first()
    if collection is None:
        return

    def report(done: int, total: int) -> None:
        run.progress(95 * done // total, f"{done} of {total} texts")

    built = reindex_now(
        collection, report, run.checkpoint, everything=run.params.get("everything", True)
    )
    with run.finish() as outcome:
        outcome.result = {"status": "success", "texts": built.texts, "files": built.files}

"""Routes of collections and their items."""

from __future__ import annotations

from typing import Any

from ninja import Query, Router, Status

from bureau.desks.interpreting.collections import access, schemas, shapes
from bureau.desks.interpreting.collections.incoming import parse_document
from bureau.desks.interpreting.collections.services import collections, items
from bureau.desks.interpreting.collections.services.answers import answer
from bureau.desks.interpreting.collections.services.indexing import index_items
from bureau.desks.interpreting.collections.services.search import find_in
from bureau.desks.interpreting.services.assistance import DESK
from bureau.kernel.accounts.auth import AuthedRequest, admin_only, signed_in
from bureau.kernel.accounts.paging import Page, page_of
from bureau.kernel.actor_context import on_behalf_of
from bureau.kernel.ai.ports import ProviderError
from bureau.kernel.errors import InvalidInput

Shape = dict[str, Any]
router = Router(tags=["collections"], auth=signed_in)
# a caller who does not want to wait for a task waits for so much text at most
AT_ONCE = 50_000


# --- collections ----------------------------------------------------------------------------


@router.get("/collections/", response=schemas.CollectionPage)
def list_collections(request: AuthedRequest, filters: Query[schemas.CollectionFilters]) -> Shape:
    """The collections you may read, newest first, 100 a page: for those who give care."""
    rows = access.collections_of(request.auth).filter(**filters.dict(exclude_none=True))
    page = page_of(request, shapes.with_facts(rows))
    return _page(page, [shapes.collection_shape(row) for row in page.results])


@router.post("/collections/", auth=admin_only, response={201: schemas.CollectionOut})
def create(request: AuthedRequest, body: schemas.CollectionIn) -> Status[Shape]:
    """Make a knowledge base, or a context for one patient's room."""
    made = collections.create_collection(request.auth, body.dict())
    return Status(201, shapes.one_collection(made))


@router.get("/collections/{int:collection_id}/", response=schemas.CollectionOut)
def collection_detail(request: AuthedRequest, collection_id: int) -> Shape:
    """One collection."""
    return shapes.one_collection(access.collection_for(request.auth, collection_id))


@router.put("/collections/{int:collection_id}/", auth=admin_only, response=schemas.CollectionOut)
def replace(request: AuthedRequest, collection_id: int, body: schemas.CollectionIn) -> Shape:
    """Set all fields of a collection."""
    return _change(request, collection_id, body.dict())


@router.patch("/collections/{int:collection_id}/", auth=admin_only, response=schemas.CollectionOut)
def change(request: AuthedRequest, collection_id: int, body: schemas.CollectionPatchIn) -> Shape:
    """Set some fields of a collection."""
    return _change(request, collection_id, body.dict(exclude_unset=True))


def _change(request: AuthedRequest, collection_id: int, fields: Shape) -> Shape:
    found = access.collection_for(request.auth, collection_id)
    return shapes.one_collection(collections.change_collection(request.auth, found, fields))


@router.delete("/collections/{int:collection_id}/", auth=admin_only, response={204: None})
def remove(request: AuthedRequest, collection_id: int) -> Status[None]:
    """Remove a collection with everything in it."""
    found = access.collection_for(request.auth, collection_id)
    collections.remove_collection(request.auth, found)
    return Status(204, None)


# --- what collections are for ---------------------------------------------------------------


@router.post("/collections/{int:collection_id}/query/", auth=admin_only, response=schemas.QueryOut)
def query(request: AuthedRequest, collection_id: int, body: schemas.QueryIn) -> Shape:
    """The passages of a collection nearest to a text, best first."""
    found = access.collection_for(request.auth, collection_id)
    with on_behalf_of(DESK, request.auth.pk):
        passages = find_in(found, body.query, body.top_k)
    return {"query": body.query, "results": [shapes.passage_shape(one) for one in passages]}


@router.post(
    "/collections/{int:collection_id}/query_and_answer/",
    auth=admin_only,
    response=schemas.AnswerOut,
    exclude_unset=True,
)
def query_and_answer(request: AuthedRequest, collection_id: int, body: schemas.QueryIn) -> Shape:
    """An answer from a collection, with the passages it rests on."""
    found = access.collection_for(request.auth, collection_id)
    with on_behalf_of(DESK, request.auth.pk):
        passages = find_in(found, body.query, body.top_k)
        sources = [shapes.source_shape(one) for one in passages]
        try:
            given = answer(body.query, passages)
        except ProviderError as problem:
            failed = {"status": "error", "answer": "", "provider": ""}
            return {**failed, "message": problem.message, "sources": sources}
    return {
        "status": "success",
        "answer": given.text,
        "provider": given.provider,
        "sources": sources,
    }


@router.post(
    "/collections/{int:collection_id}/reindex/",
    auth=admin_only,
    response={202: schemas.ReindexOut},
)
def reindex(request: AuthedRequest, collection_id: int) -> Status[Shape]:
    """Cut and embed a collection anew; what is found stays found until its successor is there."""
    found = access.collection_for(request.auth, collection_id)
    task, count = items.reindex(request.auth, found)
    answer = {
        "status": "processing",
        "message": f"Reindexing {count} document(s)",
        "task_id": task.pk,
        "document_count": count,
    }
    return Status(202, answer)


def _document_body() -> Shape:
    """The body of `add_document/` for the API's document: JSON, or a form with a file."""
    fields = schemas.DocumentFields.model_json_schema()
    file = {"type": "string", "format": "binary"}
    form = {**fields, "properties": {**fields["properties"], "file": file}}
    media = {"application/json": {"schema": fields}, "multipart/form-data": {"schema": form}}
    return {"requestBody": {"required": True, "content": media}}


Accepted = schemas.AcceptedItemOut | schemas.AcceptedFileOut


@router.post(
    "/collections/{int:collection_id}/add_document/",
    auth=admin_only,
    response={201: list[schemas.ItemOut], 202: Accepted},
    openapi_extra=_document_body(),
)
def add_document(request: AuthedRequest, collection_id: int) -> Status[Any]:
    """Add a text or a file; a task makes it findable, or with `async=false` the request itself."""
    found = access.collection_for(request.auth, collection_id)
    fields, upload = parse_document(request)
    described = fields.dict(include={"name", "content", "description", "metadata"})
    if upload is not None:
        item = items.add_file(request.auth, found, upload, described)
        told = {"name": item.name, "id": item.pk, "task_id": item.task_id}
        return Status(202, {"status": "processing", "message": "The file is being read.", **told})
    if fields.later:
        item = items.add_text(request.auth, found, described)
        told = {"status": "processing", "message": "The document is being processed."}
        return Status(202, {**shapes.one_item(item), **told, "task_id": item.task_id})
    if len(fields.content) > AT_ONCE:
        sentence = f"More than {AT_ONCE} characters are not processed at once; use async=true."
        raise InvalidInput(sentence, body={"error": sentence})
    item = items.add_text(request.auth, found, described, later=False)
    index_items([item])
    item.refresh_from_db()
    return Status(201, [shapes.one_item(item)])


# --- items ----------------------------------------------------------------------------------


@router.get("/collection-items/", response=schemas.ItemPage)
def list_items(request: AuthedRequest, filters: Query[schemas.ItemFilters]) -> Shape:
    """The items you may read, newest first, 100 a page; long texts are cut short."""
    rows = access.items_of(request.auth)
    if filters.collection is not None:
        rows = rows.filter(collection=access.collection_for(request.auth, filters.collection))
    page = page_of(request, rows.select_related("collection", "document__task", "task"))
    return _page(page, shapes.item_rows(page.results))


@router.post("/collection-items/", auth=admin_only, response={201: schemas.ItemOut})
def create_item(request: AuthedRequest, body: schemas.ItemIn) -> Status[Shape]:
    """Add a text; a task makes it findable."""
    found = access.collection_for(request.auth, body.collection)
    item = items.add_text(request.auth, found, body.dict(exclude={"collection"}))
    return Status(201, shapes.one_item(item))


@router.get("/collection-items/{int:item_id}/", response=schemas.ItemOut)
def item_detail(request: AuthedRequest, item_id: int) -> Shape:
    """One item with its whole text."""
    return shapes.one_item(access.item_for(request.auth, item_id))


@router.put("/collection-items/{int:item_id}/", auth=admin_only, response=schemas.ItemOut)
def replace_item(request: AuthedRequest, item_id: int, body: schemas.ItemIn) -> Shape:
    """Set all fields of an item; a text that changed is indexed anew."""
    item = access.item_for(request.auth, item_id)
    return shapes.one_item(items.change_item(request.auth, item, body.dict()))


@router.patch("/collection-items/{int:item_id}/", auth=admin_only, response=schemas.ItemOut)
def change_item(request: AuthedRequest, item_id: int, body: schemas.ItemPatchIn) -> Shape:
    """Set some fields of an item; a text that changed is indexed anew."""
    item = access.item_for(request.auth, item_id)
    return shapes.one_item(items.change_item(request.auth, item, body.dict(exclude_unset=True)))


@router.delete("/collection-items/{int:item_id}/", auth=admin_only, response={204: None})
def remove_item(request: AuthedRequest, item_id: int) -> Status[None]:
    """Remove an item and everything that was made of it."""
    items.remove_item(request.auth, access.item_for(request.auth, item_id))
    return Status(204, None)


def _page(page: Page[Any], results: list[Shape]) -> Shape:
    return {
        "count": page.count,
        "next": page.next,
        "previous": page.previous,
        "results": results,
    }

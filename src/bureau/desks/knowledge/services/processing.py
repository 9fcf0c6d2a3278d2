"""Reading documents in the process at hand, for commands; the row's claim keeps workers off."""

from __future__ import annotations

import uuid

from bureau.kernel.jobs.models import Task
from bureau.kernel.jobs.runner import run_task
from bureau.kernel.jobs.status import TaskStatus
from bureau.kernel.retrieval.models import Document, DocumentState
from bureau.kernel.retrieval.services import reprocess_document, state_of
from bureau.kernel.retrieval.versions import REPLACED_BY


def documents_to_process(
    desk: str, document_id: uuid.UUID | None = None, *, reprocess: bool = False
) -> list[uuid.UUID]:
    """Ids of documents that wait or failed, oldest first; with `reprocess` of all.

    All ids are taken at once: the list does not shrink while its documents are processed.
    """
    rows = Document.objects.filter(collection__desk=desk).select_related("task")
    # an older version is not brought back
    rows = rows.exclude(metadata__has_key=REPLACED_BY)
    if document_id is not None:
        rows = rows.filter(pk=document_id)
    return [
        row.pk
        for row in rows.order_by("created_at", "id")
        if reprocess or state_of(row) != DocumentState.READY
    ]


def process(document_id: uuid.UUID) -> Document:
    """Read one document to its end.

    Raises:
        Conflict: a worker is reading it right now.
    """
    document = _loaded(document_id)
    if document.task is None or document.task.status != TaskStatus.PENDING:
        document = reprocess_document(document, actor=document.owner)
    assert document.task is not None
    # a person asks for it now: it does not wait for the time of its next try
    Task.objects.filter(pk=document.task.pk).update(not_before=None)
    run_task(document.task.pk)
    return _loaded(document_id)


def _loaded(document_id: uuid.UUID) -> Document:
    return Document.objects.select_related("task", "owner").get(pk=document_id)

"""Background work on documents."""

from __future__ import annotations

from bureau.kernel.errors import BureauError
from bureau.kernel.jobs.registry import handler
from bureau.kernel.jobs.runner import Stopped, TaskRun
from bureau.kernel.retrieval.ingestion import ingest
from bureau.kernel.retrieval.models import Document, DocumentState
from bureau.kernel.retrieval.reading import DocumentUnreadable
from bureau.kernel.retrieval.services import INGEST


@handler(INGEST, queue="rag", entity_type="document")
def ingest_document(run: TaskRun) -> None:
    """Read a document, cut it into passages, embed them and make them searchable."""
    document = Document.objects.filter(pk=run.params["document"]).select_related("file").first()
    if document is None:
        # it was deleted while it waited
        return
    _mark(document, DocumentState.PROCESSING)
    try:
        ingest(run, document)
    except Stopped:
        raise
    except BureauError as error:
        if not error.temporary or run.task.attempt >= run.task.max_attempts:
            reason = error.reason if isinstance(error, DocumentUnreadable) else error.code
            _mark(document, DocumentState.FAILED, reason, error.message)
        raise
    except Exception:
        _mark(document, DocumentState.FAILED, "INTERNAL_ERROR", "Reading it failed unexpectedly.")
        raise


def _mark(document: Document, state: DocumentState, code: str = "", reason: str = "") -> None:
    document.state, document.failure_code, document.failure_reason = state, code, reason
    document.save(update_fields=["state", "failure_code", "failure_reason", "updated_at"])

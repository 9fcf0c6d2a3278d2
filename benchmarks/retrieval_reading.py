"""Part of race `retrieval`: how quickly a document is read, and how much of that the embedder takes."""

from __future__ import annotations

import json
import time
from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from reportlab.pdfgen.canvas import Canvas

import benchmarks.django_ready  # noqa: F401  (before anything with models)
from bureau.desks.knowledge.sample import facts
from bureau.kernel.jobs import dispatch
from bureau.kernel.jobs.runner import run_task
from bureau.kernel.retrieval import ingestion
from bureau.kernel.retrieval.models import Chunk
from bureau.kernel.retrieval.services import add_document, create_collection

# of plain text
PAGES = 24


def reading() -> dict[str, float]:
    """Read a PDF with the built-in embedder; seconds in all and in the embedder."""
    dispatch.dispatch_task = lambda task: True
    shelf = create_collection(desk="bench", name="reading")
    spent = {"embedding": 0.0}
    embed = ingestion.embed_for

    def counted(*arguments: Any) -> Any:
        started = time.perf_counter()
        matrix = embed(*arguments)
        spent["embedding"] += time.perf_counter() - started
        return matrix

    ingestion.embed_for = counted
    for name, pages in (("warm", 1), ("measured", PAGES)):
        spent["embedding"] = 0.0
        upload = SimpleUploadedFile(f"{name}.pdf", _pdf(pages))
        document = add_document(shelf, file=upload, language="en")
        started = time.perf_counter()
        assert document.task
        run_task(document.task.pk)
        spent["total"] = time.perf_counter() - started
    assert Chunk.objects.filter(document=document).exists()
    return {**spent, "pages": PAGES}


def _pdf(pages: int) -> bytes:
    out = BytesIO()
    canvas = Canvas(out)
    for page in range(pages):
        lines = canvas.beginText(50, 800)
        for _, text in facts(page, 10):
            for sentence in text.split(". "):
                lines.textLine(f"{sentence}.")
        canvas.drawText(lines)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


if __name__ == "__main__":
    print(json.dumps(reading()), flush=True)

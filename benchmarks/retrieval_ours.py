"""Bureau's part of race `retrieval`, and pgvector's as it comes: VECTORS. Answers in JSON lines."""

from __future__ import annotations

import json
import sys
import time
import uuid
from collections.abc import Callable, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from reportlab.pdfgen.canvas import Canvas

import benchmarks.django_ready  # noqa: F401  (before anything with models)
from benchmarks.retrieval import DIMENSION, NEAREST, PAGES, SCOPES, TENANTS
from bureau.desks.knowledge.sample import facts
from bureau.kernel.jobs import hints
from bureau.kernel.jobs.runner import run_task
from bureau.kernel.retrieval import ingestion
from bureau.kernel.retrieval.models import Chunk, Collection, Document, EmbeddingSpace
from bureau.kernel.retrieval.search import Question, search
from bureau.kernel.retrieval.services import add_document, create_collection
from bureau.kernel.retrieval.vectors import literal

WORDS = ["terminator", "ohm", "warranty"]
Find = Callable[[Any, int], Sequence[int]]


def main() -> None:
    """Load, search three ways, read one document."""
    folder = Path(sys.argv[1])
    vectors, tenants, questions = (
        np.load(folder / f"{part}.npy") for part in ("vectors", "tenants", "questions")
    )
    space = EmbeddingSpace.objects.create(provider="bench", model="random", dimension=DIMENSION)
    collections = [
        Collection.objects.create(desk="bench", name=str(tenant), space=space)
        for tenant in range(TENANTS)
    ]
    load(vectors, tenants, collections, space)
    say(measured(ours(collections, space, []), questions, "hybrid statement, no words"))
    say(measured(ours(collections, space, WORDS), questions, "hybrid statement, three words"))
    say(measured(as_it_comes(vectors, tenants), questions, "HNSW m 16, ef 40, filter in WHERE"))
    say(reading())


def load(vectors: Any, tenants: Any, collections: list[Collection], space: EmbeddingSpace) -> None:
    """COPY passages and vectors; the index is made after, as after a restore."""
    counts = np.bincount(tenants, minlength=TENANTS)
    documents = [
        Document.objects.create(
            collection=one, title=one.name, format="text", content_hash=one.name, state="READY"
        )
        for one in collections
    ]
    texts = [text for _, text in facts(1, 500)]
    with connections["owner"].cursor() as cursor:
        cursor.execute("DROP INDEX vector_near_384; DROP INDEX chunk_search")
        columns = '"id","document_id","collection_id","index","section","start","end","language","text","word_count","created_at"'
        with cursor.copy(f"COPY retrieval_chunk ({columns}) FROM STDIN") as copy:
            for row, tenant in enumerate(tenants.tolist()):
                place = documents[tenant].pk, collections[tenant].pk
                text = texts[row % len(texts)]
                copy.write_row(
                    (uuid.UUID(int=row), *place, row, "", 0, len(text), "en", text, 40, "now")
                )
        columns = '"chunk_id","collection_id","space_id","dimension","embedding"'
        with cursor.copy(f"COPY retrieval_chunkvector ({columns}) FROM STDIN") as copy:
            for row, tenant in enumerate(tenants.tolist()):
                vector = literal(vectors[row].tolist())
                copy.write_row(
                    (uuid.UUID(int=row), collections[tenant].pk, space.pk, DIMENSION, vector)
                )
        cursor.execute("SET maintenance_work_mem = '1GB'; SET max_parallel_maintenance_workers = 2")
        cursor.execute(
            "CREATE INDEX vector_near_384 ON retrieval_chunkvector"
            " USING hnsw ((embedding::halfvec(384)) halfvec_cosine_ops)"
            " WITH (m = 16, ef_construction = 100)"
            " WHERE dimension = 384 AND collection_id IS NOT NULL;"
            "CREATE INDEX chunk_search ON retrieval_chunk USING gin (search)"
        )
        cursor.execute("ANALYZE retrieval_chunk, retrieval_chunkvector")
    for one, count in zip(collections, counts.tolist(), strict=True):
        one.chunk_count = count
        one.save()


def ours(collections: list[Collection], space: EmbeddingSpace, words: list[str]) -> Find:
    """What a search of the house runs, with its scope."""
    ids = [one.pk for one in collections]

    def find(vector: Any, count: int) -> Sequence[int]:
        question = Question("", words, vector, space)
        return [one.chunk_id.int for one in search(question, ids[:count], NEAREST)]

    return find


def as_it_comes(vectors: Any, tenants: Any) -> Find:
    """A table with an HNSW index and nothing else."""
    cursor = connections["owner"].cursor()
    cursor.execute(f"CREATE TABLE plain (id int, tenant int, embedding vector({DIMENSION}))")
    with cursor.copy("COPY plain FROM STDIN") as copy:
        for row, tenant in enumerate(tenants.tolist()):
            copy.write_row((row, tenant, literal(vectors[row].tolist())))
    cursor.execute("CREATE INDEX ON plain USING hnsw (embedding vector_cosine_ops)")
    cursor.execute("ANALYZE plain")

    def find(vector: Any, count: int) -> Sequence[int]:
        cursor.execute(
            "SELECT id FROM plain WHERE tenant < %s ORDER BY embedding <=> %s LIMIT %s",
            [count, literal(vector.tolist()), NEAREST],
        )
        return [row[0] for row in cursor.fetchall()]

    return find


def measured(find: Find, questions: Any, version: str) -> dict[str, Any]:
    """Every question once a scope, after one to warm up."""
    answer: dict[str, Any] = {"version": version}
    for scope, count in SCOPES.items():
        found, ms = [], []
        for number, question in enumerate([questions[0], *questions]):
            started = time.perf_counter()
            ids = list(find(question, count))
            if number:
                ms.append((time.perf_counter() - started) * 1000)
                found.append(ids)
        answer[scope] = {"found": found, "ms": ms}
    return answer


def reading() -> dict[str, float]:
    """Read a PDF with the built-in embedder; seconds in all and in the embedder."""
    hints.send_hint = lambda task: True
    shelf = create_collection(desk="bench", name="reading")
    spent = {"embedding": 0.0}
    embed = ingestion.embed_chunks

    def counted(*arguments: Any) -> Any:
        started = time.perf_counter()
        matrix = embed(*arguments)
        spent["embedding"] += time.perf_counter() - started
        return matrix

    ingestion.embed_chunks = counted
    for name, pages in (("warm", 1), ("measured", PAGES)):
        spent["embedding"] = 0.0
        upload = SimpleUploadedFile(f"{name}.pdf", _pdf(pages))
        document = add_document(shelf, file=upload, language="en")
        started = time.perf_counter()
        assert document.task
        run_task(document.task.pk)
        spent["total"] = time.perf_counter() - started
    assert Chunk.objects.filter(document=document).exists()
    return spent


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


def say(what: dict[str, Any]) -> None:
    """One line for the race."""
    print(json.dumps(what), flush=True)


if __name__ == "__main__":
    main()

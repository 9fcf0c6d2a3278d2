"""Bureau's part of race `retrieval`, and pgvector's as it comes: build|race NAME VECTORS.

Answers in JSON lines. Each has tables of its own in one database.
"""

from __future__ import annotations

import json
import sys
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connections, transaction

import benchmarks.django_ready  # noqa: F401  (before anything with models)
from benchmarks.retrieval_asking import Search, asked
from benchmarks.retrieval_vectors import DIMENSION, NEAREST, TENANTS, blocks, read_vectors
from bureau.desks.knowledge.sample import facts
from bureau.kernel.retrieval.models import Collection, Document, EmbeddingSpace
from bureau.kernel.retrieval.search import Question, search
from bureau.kernel.retrieval.terms import terms_of, vector_of
from bureau.kernel.retrieval.vectors import literal

# an invented word and how many passages hold it: one in ...
RARE, SOME = ("quillerine", 5_000), ("brandovar", 50)
# words as questions hold them: in nearly all of the texts, in few, and both
WORDS = {
    "rare words": [RARE[0]],
    "common words": ["terminator", "ohm", "warranty"],
    "mixed words": ["terminator", "warranty", SOME[0], RARE[0]],
}
TEXTS = 500
# an index is built in memory, or it takes hours
MEMORY = "SET LOCAL maintenance_work_mem = '4GB'; SET LOCAL max_parallel_maintenance_workers = 2"
CHUNK_COLUMNS = '"id","document_id","collection_id","index","section","start","end","language","text","word_count","created_at","search","search_version"'
VECTOR_COLUMNS = '"chunk_id","collection_id","space_id","dimension","embedding"'


def fill(vectors: Any, tenants: Any) -> None:
    """COPY passages and vectors; the indexes are made after, as after a restore."""
    space, _ = EmbeddingSpace.objects.get_or_create(
        provider="bench", model="random", dimension=DIMENSION
    )
    documents = [_shelf(str(tenant), space) for tenant in range(TENANTS)]
    # all or nothing: a run that is stopped leaves the indexes as they were
    with transaction.atomic("owner"), connections["owner"].cursor() as cursor:
        indexes = _dropped(cursor, ("vector_near_384", "chunk_search"))
        _copy(cursor, f"retrieval_chunk ({CHUNK_COLUMNS})", _chunks(documents, tenants))
        rows = (
            (uuid.UUID(int=row), documents[tenant].collection_id, space.pk, DIMENSION, vector)
            for row, tenant, vector in _vectors(vectors, tenants)
        )
        _copy(cursor, f"retrieval_chunkvector ({VECTOR_COLUMNS})", rows)
        # what a deferred check waits for holds an index up
        for statement in ("SET CONSTRAINTS ALL IMMEDIATE", MEMORY, *indexes):
            cursor.execute(statement)
    for document in documents:
        collection = document.collection
        collection.chunk_count = int((tenants == int(collection.name)).sum())
        collection.save()
    _settle("retrieval_chunk, retrieval_chunkvector")


def _shelf(name: str, space: EmbeddingSpace) -> Document:
    collection, _ = Collection.objects.get_or_create(desk="bench", name=name, space=space)
    document, _ = Document.objects.get_or_create(
        collection=collection, title=name, format="text", content_hash=name, state="READY"
    )
    return document


def _settle(tables: str) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute(f"VACUUM ANALYZE {tables}")


def _dropped(cursor: Any, names: Sequence[str]) -> list[str]:
    """Drop the indexes of the schema, and say how they are made again."""
    cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = ANY(%s)", [list(names)])
    definitions = [row[0] for row in cursor.fetchall()]
    cursor.execute(f"DROP INDEX {', '.join(names)}")
    return definitions


def _copy(cursor: Any, target: str, rows: Iterator[Sequence[Any]]) -> None:
    with cursor.copy(f"COPY {target} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def _chunks(documents: Sequence[Document], tenants: Any) -> Iterator[Sequence[Any]]:
    texts = [text for _, text in facts(1, TEXTS)]
    for row, tenant in enumerate(tenants.tolist()):
        text = texts[row % TEXTS] + "".join(
            f" {word.capitalize()}." for word, one_in in (RARE, SOME) if row % one_in == 0
        )
        place = documents[tenant].pk, documents[tenant].collection_id
        words = vector_of("", text, "en")
        yield uuid.UUID(int=row), *place, row, "", 0, len(text), "en", text, 40, "now", words, 1


def _vectors(vectors: Any, tenants: Any) -> Iterator[tuple[int, int, str]]:
    for rows in blocks(len(vectors)):
        for row, vector in enumerate(vectors[rows].tolist(), rows.start):
            yield row, int(tenants[row]), literal(vector)


def ours(words: list[str]) -> Search:
    """What a search of the house runs, with its scope."""
    space = EmbeddingSpace.objects.get(provider="bench")
    shelves = Collection.objects.filter(desk="bench").order_by("pk")
    ids = list(shelves.values_list("pk", flat=True))

    def find(vector: Any, count: int) -> Sequence[int]:
        question = Question("", terms_of(words), vector, space)
        return [one.chunk_id.int for one in search(question, ids[:count], NEAREST)]

    return find


def fill_plain(vectors: Any, tenants: Any) -> None:
    """A table with an HNSW index and nothing else."""
    with transaction.atomic("owner"), connections["owner"].cursor() as cursor:
        cursor.execute(f"CREATE TABLE plain (id int, tenant int, embedding vector({DIMENSION}))")
        _copy(cursor, "plain", _vectors(vectors, tenants))
        cursor.execute(MEMORY)
        cursor.execute("CREATE INDEX ON plain USING hnsw (embedding vector_cosine_ops)")
    _settle("plain")


def plain() -> Search:
    """The filter in WHERE, every setting as it comes."""
    cursor = connections["owner"].cursor()

    def find(vector: Any, count: int) -> Sequence[int]:
        cursor.execute(
            "SELECT id FROM plain WHERE tenant < %s ORDER BY embedding <=> %s LIMIT %s",
            [count, literal(vector.tolist()), NEAREST],
        )
        return [row[0] for row in cursor.fetchall()]

    return find


@dataclass(frozen=True)
class Entrant:
    """What is filled, how it is searched (name -> search), and what that is."""

    fill: Callable[[Any, Any], None]
    ways: dict[str, Callable[[], Search]]
    told: str


ENTRANTS = {
    "bureau": Entrant(
        fill,
        {
            "Bureau": lambda: ours([]),
            **{f"Bureau, {name}": lambda words=words: ours(words) for name, words in WORDS.items()},
        },
        "one hybrid statement",
    ),
    "pgvector": Entrant(fill_plain, {"pgvector": plain}, "HNSW m 16, ef 40, filter in WHERE"),
}


def main() -> None:
    """Fill the tables, or search them and print what was found and how long it took."""
    action, name, folder = sys.argv[1:]
    vectors, tenants, questions = read_vectors(Path(folder))
    entrant = ENTRANTS[name]
    if action == "build":
        entrant.fill(vectors, tenants)
        return
    for way, prepare in entrant.ways.items():
        print(json.dumps(asked(way, entrant.told, prepare(), questions)), flush=True)


if __name__ == "__main__":
    main()

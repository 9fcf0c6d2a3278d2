"""Rivals of race `retrieval`, run in an environment of their own: NAME VECTORS STORE."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

NEAREST = 10
PATIENCE = 20.0
SCOPES = {"1 %": 1, "10 %": 10, "100 %": 100}
Search = Callable[[Any, int], Sequence[int]]


def chroma(vectors: Any, tenants: Any, store: str) -> Search:
    """A persistent collection with cosine space and a filter on metadata."""
    import chromadb

    client = chromadb.PersistentClient(store)
    collection = client.create_collection("bench", metadata={"hnsw:space": "cosine"})
    for start in range(0, len(vectors), 5_000):
        rows = range(start, min(start + 5_000, len(vectors)))
        collection.add(
            ids=[str(row) for row in rows],
            embeddings=vectors[rows.start : rows.stop],
            metadatas=[{"tenant": int(tenants[row])} for row in rows],
        )

    def search(question: Any, count: int) -> Sequence[int]:
        where = None if count == 100 else {"tenant": {"$lt": count}}
        found = collection.query(
            query_embeddings=question[None], n_results=NEAREST, where=where, include=["distances"]
        )
        return [int(one) for one in found["ids"][0]]

    return search


def llamaindex(vectors: Any, tenants: Any, store: str) -> Search:
    """The simple vector store, which LlamaIndex uses when nothing else is named."""
    from llama_index.core.schema import TextNode
    from llama_index.core.vector_stores import SimpleVectorStore
    from llama_index.core.vector_stores.types import (
        FilterOperator,
        MetadataFilter,
        MetadataFilters,
        VectorStoreQuery,
    )

    kept = SimpleVectorStore()
    kept.add(
        [
            TextNode(
                id_=str(row), text="", embedding=vector.tolist(), metadata={"tenant": int(tenant)}
            )
            for row, (vector, tenant) in enumerate(zip(vectors, tenants, strict=True))
        ]
    )

    def search(question: Any, count: int) -> Sequence[int]:
        filters = MetadataFilters(
            filters=[MetadataFilter(key="tenant", value=count, operator=FilterOperator.LT)]
        )
        asked = VectorStoreQuery(
            query_embedding=question.tolist(),
            similarity_top_k=NEAREST,
            filters=None if count == 100 else filters,
        )
        return [int(one) for one in kept.query(asked).ids or []]

    return search


PACKAGES = {"chroma": "chromadb", "llamaindex": "llama-index-core"}


def main() -> None:
    """Fill the store, search, print what was found and how long it took."""
    name, folder, store = sys.argv[1], Path(sys.argv[2]), sys.argv[3]
    vectors, tenants, questions = (
        np.load(folder / f"{part}.npy") for part in ("vectors", "tenants", "questions")
    )
    search = {"chroma": chroma, "llamaindex": llamaindex}[name](vectors, tenants, store)
    # a store that takes seconds a question is not asked all of them twice
    answer: dict[str, Any] = {"version": f"{PACKAGES[name]} {version(PACKAGES[name])}"}
    for scope, count in SCOPES.items():
        search(questions[0], count)
        answer[scope] = timed(search, questions, count)
    print(json.dumps(answer))


def timed(search: Search, questions: Any, count: int) -> dict[str, Any]:
    """Ask every question once, or as many as fit into `PATIENCE` seconds."""
    found, ms = [], []
    begun = time.perf_counter()
    for question in questions:
        if time.perf_counter() - begun > PATIENCE:
            break
        started = time.perf_counter()
        ids = list(search(question, count))
        ms.append((time.perf_counter() - started) * 1000)
        found.append(ids)
    return {"found": found, "ms": ms}


if __name__ == "__main__":
    main()

"""Rivals of race `retrieval`, in an environment of their own: build|race NAME VECTORS STORE."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks.retrieval_asking import Search, asked
from benchmarks.retrieval_vectors import ALL, NEAREST, SCOPES, blocks, read_vectors

# Chroma takes 5,461 rows at most
CHROMA_ROWS = 5_000


def fill_chroma(vectors: Any, tenants: Any, store: str) -> None:
    """A persistent collection with cosine space; a stopped run goes on where it was."""
    import chromadb

    client = chromadb.PersistentClient(store)
    collection = client.get_or_create_collection("bench", metadata={"hnsw:space": "cosine"})
    done = collection.count()
    for rows in blocks(len(vectors), CHROMA_ROWS):
        if rows.stop <= done:
            continue
        collection.upsert(
            ids=[str(row) for row in range(rows.start, rows.stop)],
            embeddings=vectors[rows],
            metadatas=[{"tenant": int(tenant)} for tenant in tenants[rows]],
        )


def chroma(vectors: Any, tenants: Any, store: str, *, scoped: bool = True) -> Search:
    """Its index, with a filter on metadata, or without one: everything, whoever asks."""
    import chromadb

    collection = chromadb.PersistentClient(store).get_collection("bench")

    def search(question: Any, count: int) -> Sequence[int]:
        where = {"tenant": {"$lt": count}} if scoped else None
        found = collection.query(
            query_embeddings=question[None], n_results=NEAREST, where=where, include=["distances"]
        )
        return [int(one) for one in found["ids"][0]]

    return search


def fill_lancedb(vectors: Any, tenants: Any, store: str) -> None:
    """A table with its usual index, IVF_PQ, for cosine."""
    import lancedb
    import pyarrow as pa

    table = None
    for rows in blocks(len(vectors)):
        flat = pa.array(vectors[rows].reshape(-1))
        columns = {
            "id": pa.array(range(rows.start, rows.stop), pa.int32()),
            "tenant": pa.array(tenants[rows]),
            "vector": pa.FixedSizeListArray.from_arrays(flat, vectors.shape[1]),
        }
        batch = pa.table(columns)
        if table is None:
            table = lancedb.connect(store).create_table("bench", batch, mode="overwrite")
        else:
            table.add(batch)
    assert table is not None
    table.create_index(metric="cosine", vector_column_name="vector")


def lancedb(vectors: Any, tenants: Any, store: str, *, exact: bool = False) -> Search:
    """By its index, or by all vectors; the filter comes first, as it does by default."""
    import lancedb

    table = lancedb.connect(store).open_table("bench")

    def search(question: Any, count: int) -> Sequence[int]:
        query = (
            table.search(question)
            .distance_type("cosine")
            .select(["id", "_distance"])
            .where(f"tenant < {count}")
            .limit(NEAREST)
        )
        if exact:
            query = query.bypass_vector_index()
        return [int(one) for one in query.to_arrow()["id"].to_pylist()]

    return search


def llamaindex(vectors: Any, tenants: Any, store: str) -> Search:
    """The simple vector store, which LlamaIndex uses when nothing else is named; in memory."""
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
        query = VectorStoreQuery(
            query_embedding=question.tolist(),
            similarity_top_k=NEAREST,
            filters=filters,
        )
        return [int(one) for one in kept.query(query).ids or []]

    return search


def _nothing(vectors: Any, tenants: Any, store: str) -> None:
    pass


@dataclass(frozen=True)
class Peer:
    """A rival: its packages, how its store is filled, and its ways to search it.

    Attributes:
        unscoped: ways that find everything, whoever asks; they take part where all is in scope.
    """

    packages: tuple[str, ...]
    fill: Callable[[Any, Any, str], None]
    ways: dict[str, Callable[[Any, Any, str], Search]]
    unscoped: dict[str, Callable[[Any, Any, str], Search]] = field(default_factory=dict)


PEERS = {
    "chroma": Peer(
        ("chromadb",),
        fill_chroma,
        {"Chroma": chroma},
        unscoped={"Chroma, no scope": lambda *where: chroma(*where, scoped=False)},
    ),
    "lancedb": Peer(
        ("lancedb", "pyarrow"),
        fill_lancedb,
        {
            "LanceDB": lancedb,
            "LanceDB, all vectors": lambda *where: lancedb(*where, exact=True),
        },
    ),
    "llamaindex": Peer(("llama-index-core",), _nothing, {"LlamaIndex": llamaindex}),
}


def main() -> None:
    """Fill the store, or search it and print what was found and how long it took."""
    action, name, folder, store = sys.argv[1:]
    vectors, tenants, questions = read_vectors(Path(folder))
    peer = PEERS[name]
    if action == "build":
        peer.fill(vectors, tenants, store)
        return
    told = f"{peer.packages[0]} {version(peer.packages[0])}"
    for way, prepare in (peer.ways | peer.unscoped).items():
        scopes = {ALL: SCOPES[ALL]} if way in peer.unscoped else SCOPES
        search = prepare(vectors, tenants, store)
        print(json.dumps(asked(way, told, search, questions, scopes)), flush=True)


if __name__ == "__main__":
    main()

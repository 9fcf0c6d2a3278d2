"""How every entrant of race `retrieval` is asked: the same questions, each once in each scope."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

from benchmarks.retrieval_vectors import SCOPES

# (question, tenants in scope) -> ids of the nearest
Search = Callable[[Any, int], Sequence[int]]
# seconds a scope; who takes seconds a question is not asked all of them
PATIENCE = 20.0
WARMING = 3


def asked(
    name: str,
    version: str,
    search: Search,
    questions: Any,
    scopes: dict[str, int] = SCOPES,
) -> dict[str, Any]:
    """What was found in each scope and how many milliseconds it took, after some to warm up."""
    answer: dict[str, Any] = {"name": name, "version": version}
    for scope, count in scopes.items():
        _timed(search, questions[-WARMING:], count)
        answer[scope] = _timed(search, questions, count)
    return answer


def _timed(search: Search, questions: Any, count: int) -> dict[str, Any]:
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

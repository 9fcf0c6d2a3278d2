from __future__ import annotations

import pytest

from bureau.desks.interpreting.tests.clinic import Person
from bureau.kernel.ai import registry
from bureau.kernel.jobs import dispatch
from bureau.kernel.retrieval.tests.words_embedder import WordsEmbedder


@pytest.fixture(autouse=True)
def _no_broker(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tasks are run by the tests; no broker is told."""
    monkeypatch.setattr(dispatch, "dispatch_task", lambda task: True)


@pytest.fixture
def words_embedder(monkeypatch: pytest.MonkeyPatch) -> WordsEmbedder:
    """An embedder by words: quick, and near means sharing words."""
    made = WordsEmbedder()
    monkeypatch.setattr(registry, "embedder", lambda preference=None: made)
    return made


@pytest.fixture
def base(admin: Person) -> int:
    """A knowledge base."""
    return collection(admin)


def collection(admin: Person, **fields: object) -> int:
    """The id of a new collection."""
    body = {"name": "Dosing", "description": "How much of what.", **fields}
    answer = admin.post("/api/collections/", body)
    assert answer.status_code == 201, answer.content
    return int(answer.json()["id"])

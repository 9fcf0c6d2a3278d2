from __future__ import annotations

from collections.abc import Callable

import pytest

from bureau.kernel.accounts.models import Role, User
from bureau.kernel.ai import registry
from bureau.kernel.jobs import dispatch
from bureau.kernel.retrieval.tests.words_embedder import WordsEmbedder

People = Callable[..., User]


@pytest.fixture(autouse=True)
def _ground(own_files: None) -> None:
    """A folder of files of its own for each test."""


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
def person(db: None) -> People:
    def make(name: str = "ana", role: Role = Role.ANALYST) -> User:
        return User.objects.create(username=name, email=f"{name}@example.org", role=role)

    return make

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from bureau.desks.interpreting.tests.imports.shelf import write_shelf
from bureau.kernel.ai import registry
from bureau.kernel.jobs import dispatch
from bureau.kernel.retrieval.tests.words_embedder import WordsEmbedder


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with small data sets of the same schema as those on the hub."""
    folder: Path = tmp_path_factory.mktemp("shelf")
    write_shelf(folder)
    return folder


@pytest.fixture
def shelf(written: Path, settings: Settings, tmp_path: Path) -> Path:
    """The same, where the house looks first; the library's cache is the test's own."""
    settings.ENV = settings.ENV.model_copy(update={"bureau_datasets_dir": str(written)})
    settings.DATA_DIR = tmp_path
    return written


@pytest.fixture(autouse=True)
def words_embedder(monkeypatch: pytest.MonkeyPatch) -> WordsEmbedder:
    """An embedder by words, and no broker."""
    made = WordsEmbedder()
    monkeypatch.setattr(registry, "embedder", lambda preference=None: made)
    monkeypatch.setattr(dispatch, "dispatch_task", lambda task: True)
    return made


def nothing(*_: Any) -> None:
    """A guard that lets everything through."""

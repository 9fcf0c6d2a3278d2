from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pytest_django import Settings

from bureau.desks.knowledge.tests.desk import Person, person_named
from bureau.kernel.accounts.models import Role
from bureau.kernel.jobs import hints


@pytest.fixture(autouse=True)
def _ground(settings: Settings, tmp_path: Path) -> None:
    """A folder of files of its own for each test."""
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "files"},
        },
    }


@pytest.fixture(autouse=True)
def _no_broker(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tasks are run by the tests; no broker is told."""
    monkeypatch.setattr(hints, "send_hint", lambda task: True)


@pytest.fixture
def environment(settings: Settings) -> Callable[..., None]:
    """Change fields of the typed environment for one test."""

    def change(**fields: object) -> None:
        settings.ENV = settings.ENV.model_copy(update=fields)

    return change


@pytest.fixture
def ana(db: None) -> Person:
    return person_named("ana")


@pytest.fixture
def ben(db: None) -> Person:
    return person_named("ben")


@pytest.fixture
def admin(db: None) -> Person:
    return person_named("ada", Role.ADMIN)

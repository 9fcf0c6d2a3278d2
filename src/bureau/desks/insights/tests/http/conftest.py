from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from bureau.desks.insights.tests.http.desk import Analyst, analyst_named
from bureau.kernel.accounts.models import Role

SetEnvironment = Callable[..., None]


@pytest.fixture(autouse=True)
def _ground(settings: Settings, tmp_path: Path) -> None:
    """A folder of files of its own for each test."""
    settings.FILES_DIR = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path},
        },
    }


@pytest.fixture
def environment(settings: Settings) -> SetEnvironment:
    """Change fields of the typed environment for one test."""

    def change(**fields: Any) -> None:
        settings.ENV = settings.ENV.model_copy(update=fields)

    return change


@pytest.fixture
def ana(db: None) -> Analyst:
    return analyst_named("ana")


@pytest.fixture
def ben(db: None) -> Analyst:
    return analyst_named("ben")


@pytest.fixture
def admin(db: None) -> Analyst:
    return analyst_named("ada", Role.ADMIN)


@pytest.fixture
def filters(sample_path: Path) -> bytes:
    """A whole Espacenet Filters export."""
    return sample_path.read_bytes()

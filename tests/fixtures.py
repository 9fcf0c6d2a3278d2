"""Fixtures of every room: settings and files of one test's own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

SetEnvironment = Callable[..., None]


@pytest.fixture
def environment(settings: Settings) -> SetEnvironment:
    """Change fields of the typed environment for one test."""

    def change(**fields: Any) -> None:
        settings.ENV = settings.ENV.model_copy(update=fields)

    return change


@pytest.fixture
def own_files(settings: Settings, tmp_path: Path) -> None:
    """Files of a test lie in a folder of its own."""
    settings.FILES_DIR = tmp_path / "files"
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": settings.FILES_DIR},
        },
    }

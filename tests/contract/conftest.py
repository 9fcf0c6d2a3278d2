from __future__ import annotations

from typing import Any

import pytest
from tests.contract.imaging import Person, person

from bureau.kernel.accounts.models import Role


@pytest.fixture
def own_files(settings: Any, tmp_path: Any) -> None:
    """Files of a test lie in a folder of its own."""
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path},
        },
    }


@pytest.fixture
def admin() -> Person:
    return person("ada", Role.ADMIN)

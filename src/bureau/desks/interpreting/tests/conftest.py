from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from bureau.desks.interpreting.tests.clinic import Person, opened, person
from bureau.desks.interpreting.tests.models import use  # noqa: F401  (a fixture)
from bureau.kernel.accounts.models import Role

SetEnvironment = Callable[..., None]


@pytest.fixture(autouse=True)
def _own_folder(settings: Settings, tmp_path: Path) -> None:
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
def doctor(db: None) -> Person:
    return person("thandi", Role.DOCTOR)


@pytest.fixture
def other_doctor(db: None) -> Person:
    return person("david", Role.DOCTOR)


@pytest.fixture
def patient(db: None) -> Person:
    return person("sipho", Role.PATIENT)


@pytest.fixture
def other_patient(db: None) -> Person:
    return person("maria", Role.PATIENT)


@pytest.fixture
def admin(db: None) -> Person:
    return person("amara", Role.ADMIN)


@pytest.fixture
def analyst(db: None) -> Person:
    return person("lena", Role.ANALYST)


@pytest.fixture
def room(doctor: Person, patient: Person) -> int:
    """The doctor speaks English, the patient Afrikaans."""
    return opened(doctor, patient, patient_language="afr", doctor_language="en")

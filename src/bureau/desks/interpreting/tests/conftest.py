from __future__ import annotations

import pytest

from bureau.desks.interpreting.tests.clinic import Person, opened, person
from bureau.desks.interpreting.tests.models import use  # noqa: F401  (a fixture)
from bureau.kernel.accounts.models import Role


@pytest.fixture(autouse=True)
def _ground(own_files: None) -> None:
    """A folder of files of its own for each test."""


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

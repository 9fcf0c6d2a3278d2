from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.cache import cache

from bureau.kernel.accounts.audit import AccountEvent, on_account_event
from bureau.kernel.accounts.letters import Letter, carry_letters_by
from bureau.kernel.accounts.models import Role, User
from bureau.kernel.accounts.tests.cast import add_person


@pytest.fixture(autouse=True)
def empty_cache() -> Iterator[None]:
    yield
    cache.clear()


@pytest.fixture
def heard() -> Iterator[list[AccountEvent]]:
    """Every account event of the test, in order."""
    events: list[AccountEvent] = []
    stop = on_account_event(events.append)
    yield events
    stop()


@pytest.fixture
def letters() -> Iterator[list[Letter]]:
    """Every e-mail about accounts, in order."""
    written: list[Letter] = []
    stop = carry_letters_by(written.append)
    yield written
    stop()


@pytest.fixture
def patient(db: None) -> User:
    return add_person("patient", first_name="Sipho", phone_number="0825550142")


@pytest.fixture
def doctor(db: None) -> User:
    return add_person("doctor", Role.DOCTOR, first_name="Thandi", phone_number="0825550100")


@pytest.fixture
def officer(db: None) -> User:
    return add_person("officer", Role.OFFICER, department="Office A")


@pytest.fixture
def admin(db: None) -> User:
    return add_person("admin", Role.ADMIN)

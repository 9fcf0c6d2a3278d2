from __future__ import annotations

import pytest
from tests.fixtures import SetEnvironment

from bureau.desks.knowledge.tests.desk import Person, person_named
from bureau.kernel.accounts.models import Role
from bureau.kernel.jobs import dispatch


@pytest.fixture(autouse=True)
def _ground(own_files: None) -> None:
    """A folder of files of its own for each test."""


@pytest.fixture(autouse=True)
def _open_to_everybody(environment: SetEnvironment) -> None:
    """As in the demonstration; who needs a closed desk closes it."""
    environment(knowledge_anonymous=True)


@pytest.fixture(autouse=True)
def _no_broker(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tasks are run by the tests; no broker is told."""
    monkeypatch.setattr(dispatch, "dispatch_task", lambda task: True)


@pytest.fixture
def ana(db: None) -> Person:
    return person_named("ana")


@pytest.fixture
def ben(db: None) -> Person:
    return person_named("ben")


@pytest.fixture
def admin(db: None) -> Person:
    return person_named("ada", Role.ADMIN)

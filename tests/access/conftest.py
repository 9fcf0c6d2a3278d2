from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import transaction
from pydantic import SecretStr
from pytest_django import DjangoDbBlocker

from bureau.kernel.ops import health
from bureau.kernel.ops.health import Probe
from tests.access.callers import assemble
from tests.access.requests import Objects, prepare_objects
from tests.fixtures import SetEnvironment


@pytest.fixture(autouse=True)
def no_ping(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody pings workers here: a second for each caller would tell nothing more."""
    monkeypatch.setattr(health, "WORKERS", Probe("message broker", list))


@pytest.fixture(autouse=True)
def open_metrics(environment: SetEnvironment) -> None:
    """Without its token the route is not there at all."""
    environment(bureau_metrics_token=SecretStr("a token that no caller has"))


@pytest.fixture(scope="module")
def objects(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Objects]:
    """The cast and its objects, once for all rows: each request of a row is undone after it."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield prepare_objects(assemble())
        transaction.set_rollback(True)


@pytest.fixture
def committed(transactional_db: None) -> Objects:
    """The same for sockets, whose way to the database closes connections and with them a test's
    transaction."""
    return prepare_objects(assemble())

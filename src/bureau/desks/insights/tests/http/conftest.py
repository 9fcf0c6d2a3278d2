from __future__ import annotations

from pathlib import Path

import pytest

from bureau.desks.insights.tests.http.desk import Analyst, analyst_named
from bureau.kernel.accounts.models import Role


@pytest.fixture(autouse=True)
def _ground(own_files: None) -> None:
    """A folder of files of its own for each test."""


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

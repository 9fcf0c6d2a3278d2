from __future__ import annotations

import pytest
from tests.contract.imaging import Person, person

from bureau.kernel.accounts.models import Role


@pytest.fixture
def admin() -> Person:
    return person("ada", Role.ADMIN)

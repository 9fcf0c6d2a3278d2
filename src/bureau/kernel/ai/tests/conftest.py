from __future__ import annotations

from collections.abc import Iterator
from typing import cast

import pytest
from tests.needs import require

from bureau.kernel.ai.testing import LocalModelMissing, local_model_server
from bureau.kernel.ai.tests.dialects import DIALECTS, Dialect
from bureau.kernel.ai.tests.scripted import ScriptedServer, scripted_server


@pytest.fixture(scope="session")
def model_server() -> Iterator[str]:
    """Address of a real language model server, one for the whole run."""
    require("openmp")
    try:
        with local_model_server() as address:
            yield address
    except LocalModelMissing as missing:
        pytest.skip(str(missing))


@pytest.fixture(params=DIALECTS, ids=lambda dialect: dialect.name)
def dialect(request: pytest.FixtureRequest) -> Dialect:
    """Each protocol in turn."""
    return cast(Dialect, request.param)


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    """A server that answers by script."""
    with scripted_server() as running:
        yield running

"""The brokers that suites run on: the embedded one always, external ones where they are named."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest

from bureau.runtime.testing import embedded_valkey

EXTERNAL = {"redis": "TEST_REDIS_URL", "rabbitmq": "TEST_AMQP_URL"}
BROKERS = ["valkey", *(name for name, variable in EXTERNAL.items() if os.environ.get(variable))]


@pytest.fixture(scope="module", params=BROKERS)
def broker(request: pytest.FixtureRequest, tmp_path_factory: Any) -> Iterator[str]:
    """The address of a broker, for Celery."""
    if request.param == "valkey":
        with embedded_valkey(tmp_path_factory.mktemp("broker")) as server:
            yield f"redis+socket://{server.socket_path}?virtual_host=0"
    else:
        yield os.environ[EXTERNAL[request.param]]

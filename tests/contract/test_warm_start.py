"""Before the web process listens it does what its first request would have to do."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest

from bureau.asgi import application
from bureau.kernel.ops import warming

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def warmers(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    own: dict[str, Any] = {}
    monkeypatch.setattr(warming, "_warmers", own)
    return own


def started() -> list[str]:
    """What a server hears that starts the application and stops it again."""
    told: list[str] = []
    asked = iter(("lifespan.startup", "lifespan.shutdown"))

    async def receive() -> dict[str, Any]:
        return {"type": next(asked)}

    async def send(message: Any) -> None:
        told.append(message["type"])

    asyncio.run(application({"type": "lifespan", "asgi": {"version": "3.0"}}, receive, send))
    return told


COMPLETE = ["lifespan.startup.complete", "lifespan.shutdown.complete"]


def test_desks_warm_up_before_the_start_is_complete(warmers: dict[str, Any]) -> None:
    ran: list[str] = []
    warming.register_warmer("one", lambda: ran.append("one"))
    warming.register_warmer("two", lambda: ran.append("two"))
    with pytest.raises(ValueError, match="registered already"):
        warming.register_warmer("one", lambda: None)
    assert (started(), ran) == (COMPLETE, ["one", "two"])


def test_a_warmer_that_fails_or_takes_too_long_does_not_keep_the_house_closed(
    warmers: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[str] = []

    def failing() -> None:
        raise RuntimeError("no")

    warmers |= {"failing": failing, "next": lambda: ran.append("next")}
    assert (started(), ran) == (COMPLETE, ["next"])

    let_go = threading.Event()
    monkeypatch.setattr(warming, "PATIENCE", 0.1)
    warmers["endless"] = let_go.wait
    threading.Timer(1.0, let_go.set).start()
    assert started() == COMPLETE


def test_the_desks_own_warmers_find_their_way() -> None:
    assert "imaging" in warming._warmers
    for warmer in warming._warmers.values():
        warmer()

"""Watchers are woken where somebody can be watching, and once for events that come together."""

from __future__ import annotations

import asyncio

import pytest
from tests.waiting import PATIENCE

from bureau.kernel.events import log, notifications
from bureau.kernel.events.feed import Watcher, watch
from bureau.kernel.events.log import emit
from bureau.kernel.events.streams import is_watched


@pytest.mark.django_db(transaction=True)
def test_only_streams_that_are_watched_wake_anybody(monkeypatch: pytest.MonkeyPatch) -> None:
    woken: list[str] = []
    monkeypatch.setattr(log, "wake", woken.append)
    for stream in ("job:1", "chat-room:2", "grievance:3", "imaging:reads", "message:4"):
        emit(stream, "TOLD")
    assert woken == ["job:1", "chat-room:2", "grievance:3"]


def test_who_watches_what_nothing_wakes_is_told() -> None:
    assert not is_watched("imaging:reads")
    with pytest.raises(ValueError, match="imaging:reads"):
        asyncio.run(watch("imaging:reads", lambda event: {}, Watcher(0)))


def test_hints_that_come_together_are_one_a_stream(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[str] = []
    loops: list[asyncio.AbstractEventLoop] = []

    async def note(stream: str) -> None:
        sent.append(stream)
        loops.append(asyncio.get_running_loop())

    monkeypatch.setattr(notifications, "_send", note)
    monkeypatch.setattr(notifications, "TOGETHER_SECONDS", 0.5)
    for stream in ("job:1", "job:2", "job:1", "job:1", "job:last"):
        notifications.wake(stream)

    async def wait() -> None:
        while "job:last" not in sent:
            await asyncio.sleep(0.01)

    asyncio.run(asyncio.wait_for(wait(), PATIENCE))
    assert sorted(sent) == ["job:1", "job:2", "job:last"]
    assert len({id(loop) for loop in loops}) == 1

"""Bodies over the limit are answered while they arrive, whatever their headers say."""

from __future__ import annotations

import asyncio
from typing import Any

from bureau.kernel.errors import NoSpace
from bureau.kernel.files.body_limit import limit_body


async def reads_all(scope: Any, receive: Any, send: Any) -> None:
    total = 0
    while True:
        message = await receive()
        total += len(message.get("body", b""))
        if not message.get("more_body"):
            break
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": str(total).encode()})


def post(
    chunks: list[bytes], headers: list[tuple[bytes, bytes]], admit: Any = None
) -> tuple[int, bytes, int]:
    """Send a body in chunks; returns status, answer and how many chunks were taken before it."""
    sent: list[Any] = []
    taken = before = 0

    async def receive() -> Any:
        nonlocal taken
        taken += 1
        more = taken < len(chunks)
        return {"type": "http.request", "body": chunks[taken - 1], "more_body": more}

    async def send(message: Any) -> None:
        nonlocal before
        before = before if sent else taken
        sent.append(message)

    application = limit_body(reads_all, max_bytes=1024**2 * 4, admit=admit)
    asyncio.run(application({"type": "http", "headers": headers}, receive, send))
    assert sent[-1].get("more_body", False) is False
    # a client that is cut off while it sends does not see the answer
    assert taken == len(chunks)
    return sent[0]["status"], sent[1]["body"], before


def test_a_body_within_the_limit_passes() -> None:
    assert post([b"abc", b"def"], []) == (200, b"6", 2)


def test_a_declared_length_over_the_limit_is_refused_before_a_byte_is_read() -> None:
    status, body, taken = post([b"x"], [(b"content-length", b"99999999")])
    assert (status, taken) == (413, 0)
    assert b"4 MB" in body


def test_an_undeclared_body_is_refused_as_soon_as_it_is_over() -> None:
    status, _, taken = post([bytes(1_600_000)] * 10, [])
    assert (status, taken) == (413, 3)


async def no_room(scope: Any, size: int) -> None:
    raise NoSpace


def test_without_room_a_body_is_refused_before_a_byte_is_read() -> None:
    status, body, taken = post([b"x"], [(b"content-length", b"900000")], no_room)
    assert (status, taken) == (507, 0)
    assert b"There is no room for files" in body


def test_without_room_a_body_of_unknown_length_is_refused_after_its_first_megabyte() -> None:
    status, _, taken = post([bytes(600_000)] * 5, [], no_room)
    assert (status, taken) == (507, 2)


def test_a_full_folder_for_temporary_files_is_no_failure_of_the_house() -> None:
    async def spools(scope: Any, receive: Any, send: Any) -> None:
        raise OSError(28, "No space left on device")

    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    application = limit_body(spools, max_bytes=10)
    asyncio.run(application({"type": "http", "headers": []}, receive, send))
    assert sent[0]["status"] == 507

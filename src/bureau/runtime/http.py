"""Small HTTP questions, without a client library in the supervisor's memory."""

import asyncio
import json
from typing import Any
from urllib.parse import urlsplit

from bureau.runtime.environment import Address

PATIENCE = 10.0  # seconds for one answer


async def status_of(address: Address, path: str, base_url: str) -> int | None:
    """Return the status of `GET path`, None when nobody answers.

    The Host header is that of `base_url`: the application may accept only its public name.
    """
    try:
        return (await _asked(address, path, base_url))[0]
    except (OSError, ValueError, IndexError, TimeoutError):
        return None


async def json_of(address: Address, path: str, base_url: str) -> Any:
    """Return what `GET path` answers as JSON with status 200, None when it does not."""
    try:
        status, body = await _asked(address, path, base_url)
        return json.loads(body) if status == 200 else None
    except (OSError, ValueError, IndexError, TimeoutError):
        return None


async def is_ready(address: Address, path: str, base_url: str) -> bool:
    """Tell whether the application serves `path` well: a redirect or a refusal is not service."""
    status = await status_of(address, path, base_url)
    return status is not None and 200 <= status < 300


async def _asked(address: Address, path: str, base_url: str) -> tuple[int, bytes]:
    return await asyncio.wait_for(_ask(address, path, urlsplit(base_url).netloc), PATIENCE)


async def _ask(address: Address, path: str, host: str) -> tuple[int, bytes]:
    reader, writer = await asyncio.open_connection(address.reachable_host, address.port)
    try:
        # HTTP/1.0: the body ends with the connection, never in chunks
        writer.write(f"GET {path} HTTP/1.0\r\nHost: {host}\r\n\r\n".encode("ascii"))
        await writer.drain()
        head, _, body = (await reader.read()).partition(b"\r\n\r\n")
        return int(head.split()[1]), body
    finally:
        writer.close()

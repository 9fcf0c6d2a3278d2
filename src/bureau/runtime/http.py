"""One small HTTP question, without a client library in the supervisor's memory."""

import asyncio
from urllib.parse import urlsplit

from bureau.runtime.environment import Address

PATIENCE = 10.0  # seconds for one answer


async def status_of(address: Address, path: str, base_url: str) -> int | None:
    """Return the status of `GET path`, None when nobody answers.

    The Host header is that of `base_url`: the application may accept only its public name.
    """
    try:
        return await asyncio.wait_for(_ask(address, path, urlsplit(base_url).netloc), PATIENCE)
    except (OSError, ValueError, IndexError, TimeoutError):
        return None


async def is_ready(address: Address, path: str, base_url: str) -> bool:
    """Tell whether the application serves `path` well: a redirect or a refusal is not service."""
    status = await status_of(address, path, base_url)
    return status is not None and 200 <= status < 300


async def _ask(address: Address, path: str, host: str) -> int:
    reader, writer = await asyncio.open_connection(address.reachable_host, address.port)
    try:
        request = f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
        writer.write(request.encode("ascii"))
        await writer.drain()
        line = await reader.readline()
        return int(line.split()[1])
    finally:
        writer.close()

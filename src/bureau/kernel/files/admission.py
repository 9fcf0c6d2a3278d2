"""Whether a request body may be read at all: room on the disk, and its address's share of an hour."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any

from channels.db import database_sync_to_async
from django.conf import settings

from bureau.kernel.accounts.addresses import counted_address
from bureau.kernel.files.space import WORDS, charge_address, require_room_for_body


async def admit_body(scope: MutableMapping[str, Any], size: int) -> None:
    """Refuse a body of `size` bytes, or let it be read.

    Raises:
        NoSpace, TooManyRequests: see `kernel.files.space`.
    """
    if size > WORDS:
        await database_sync_to_async(_admit)(_address(scope), size)


def _admit(address: str, size: int) -> None:
    require_room_for_body(size)
    charge_address(address, size)


def _address(scope: MutableMapping[str, Any]) -> str:
    forwarded = [value for name, value in scope["headers"] if name == b"x-forwarded-for"]
    return counted_address(
        peer=(scope.get("client") or ("",))[0],
        forwarded_for=b",".join(forwarded).decode("latin-1"),
        trusted=settings.ENV.trusted_proxies,
    )

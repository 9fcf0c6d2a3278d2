"""Routes of the desk, at the root of `/api`."""

from __future__ import annotations

from ninja import Router

from bureau.kernel.accounts.auth import signed_in

router = Router(tags=["knowledge"], auth=signed_in)

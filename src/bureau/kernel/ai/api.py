"""Routes that tell which models are in use."""

from __future__ import annotations

from ninja import Router

from bureau.kernel.accounts.auth import signed_in

router = Router(tags=["ai"], auth=signed_in)

"""Start-up checks of the vault."""

from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage, Error, register

from bureau.kernel.vault.keyring import KeyRingUnusable, forget_ring, ring


@register("vault")
def check_key_ring(**_kwargs: Any) -> list[CheckMessage]:
    """vault.E001: without a usable key ring nothing starts."""
    forget_ring()
    try:
        ring()
    except KeyRingUnusable as problem:
        hint = "BUREAU_FIELD_KEYS_FILE names the key ring file; `bureau up` makes one by itself."
        return [Error(str(problem), hint=hint, id="vault.E001")]
    return []

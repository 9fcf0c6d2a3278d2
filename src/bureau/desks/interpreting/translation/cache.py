"""Finished translations of a model, for as long as a room may ask for the same again.

The key is a keyed digest of everything that shapes the result, the room first: one patient's
translation is never another's. The text is sealed, because caches are copied and looked into.
"""

from __future__ import annotations

import json

from django.core.cache import cache

from bureau.kernel.vault.keyring import SealedValueUnreadable, digest, open_sealed, ring

LIFETIME_SECONDS = 3_600
_PLACE = "interpreting.translation_cache"


def key_of(room_id: int, *shaping: object) -> str:
    """A key for what a room asks, from all that shapes the answer (as JSON)."""
    text = json.dumps([room_id, *shaping], ensure_ascii=False, sort_keys=True)
    return f"interpreting:translation:{digest(text, _PLACE)}"


def find(key: str) -> str | None:
    """The translation under a key, or None."""
    sealed = cache.get(key)
    if sealed is None:
        return None
    try:
        return open_sealed(sealed, f"{_PLACE}#{key}")
    except SealedValueUnreadable:
        return None


def keep(key: str, translation: str) -> None:
    """Keep a translation for an hour."""
    cache.set(key, ring().seal(translation, f"{_PLACE}#{key}"), timeout=LIFETIME_SECONDS)

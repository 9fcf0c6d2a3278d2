"""What happened to sealed data, told to whoever asked to hear it.

The event log lives above this room, so it registers a callback here instead of being imported.
Verbs call `record` inside their transaction. Payloads hold counts, ids and times: never a person's
data, and nothing that somebody typed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

EVENT_TYPES: Mapping[str, str] = {
    "vault.identity_revealed": "Somebody gave a reason and opened a sealed identity for a while.",
    "vault.identity_read": "A sealed identity was read under an open reveal.",
    "vault.reveal_ended": "A reveal was ended before it ran out.",
    "vault.person_searched": "Somebody gave a reason and asked which records are one person's.",
    "vault.person_exported": "Everything the house holds about a person was exported.",
    "vault.person_erased": "A person's data was erased; the payload counts rows by room.",
    "vault.keys_rotated": "Sealed fields were sealed anew with the current key.",
}


@dataclass(frozen=True)
class VaultEvent:
    """One thing that happened: to what (`subject`), by whom (`actor`, empty for the system)."""

    type: str
    subject: str
    actor: str
    payload: dict[str, Any]


Listener = Callable[[VaultEvent], None]
_listeners: list[Listener] = []


def on_vault_event(callback: Listener) -> Callable[[], None]:
    """Call `callback` for every event of the vault, in the transaction of the deed.

    Returns:
        A function that ends the subscription.
    """
    _listeners.append(callback)
    return lambda: _listeners.remove(callback)


def record(type: str, subject: str, actor: str = "", **payload: Any) -> None:
    """Tell the listeners; a listener's exception undoes the deed.

    Raises:
        KeyError: the type is not one of `EVENT_TYPES`.
    """
    EVENT_TYPES[type]
    event = VaultEvent(type=type, subject=subject, actor=actor, payload=payload)
    for listener in _listeners:
        listener(event)

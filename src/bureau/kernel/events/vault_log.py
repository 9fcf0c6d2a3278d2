"""What happens to sealed data becomes rows of the log."""

from __future__ import annotations

from bureau.kernel.events.log import emit
from bureau.kernel.vault.audit import VaultEvent

# one stream, so that an auditor reads every reveal of the house in its order
STREAM = "vault"


def log_vault_event(event: VaultEvent) -> None:
    """One row in the vault's stream, about the event's subject."""
    emit(STREAM, event.type, subject=event.subject, payload=event.payload, actor=event.actor)

"""Messages as files in the data directory: for trying out, and for tests."""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from bureau.kernel.notify.ports import DeliveryDelayed, Outgoing, Receipt

if TYPE_CHECKING:
    from bureau.environment import Environment


class FileCarrier:
    """One JSON file a message, readable by this user only; nothing leaves the machine."""

    name = "file"
    outside = False

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def send(self, message: Outgoing) -> Receipt:
        """Write `outbox/<channel>/<id>.json`; a second try writes the same file."""
        folder = self.folder / message.channel
        path = folder / f"{message.id}.json"
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            place = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(place, "w", encoding="utf-8") as file:
                json.dump(asdict(message), file, ensure_ascii=False, indent=2)
        except OSError as problem:
            text = f"The outbox cannot be written to ({type(problem).__name__})."
            raise DeliveryDelayed(text, reason="file") from None
        return Receipt(provider_id=path.name)


def carrier(env: Environment, channel: str) -> FileCarrier:
    """The outbox of this installation."""
    return FileCarrier(env.bureau_data / "outbox")

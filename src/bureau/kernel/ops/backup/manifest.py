"""What lies in a backup's folder, and the sheet that says what must be in it."""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO

from bureau.kernel.vault.keyring import KeyRing
from bureau.runtime.errors import OperatorError
from bureau.runtime.folders import write_private

FORMAT = 1
DATABASE = "database.dump"
FILES = "files.tar"
KEYS = "keys.sealed"
MANIFEST = "manifest.json"
CHUNK = 1 << 20


@dataclass
class Manifest:
    """The sheet of a backup.

    Attributes:
        bureau, postgres: the release and the server's major version that made it.
        head, events: digest of the newest seal of the log, and how many events are sealed by it.
        rows: table -> rows, at the moment of the dump.
        keys: key of the ring -> a fingerprint that tells nothing about it.
        parts: file -> its size in bytes and its SHA-256.
    """

    bureau: str
    postgres: int
    taken_at: str
    head: str
    events: int
    rows: dict[str, int]
    keys: dict[str, str]
    parts: dict[str, tuple[int, str]] = field(default_factory=dict)
    format: int = FORMAT

    @property
    def size(self) -> int:
        """Bytes of all parts."""
        return sum(size for size, _ in self.parts.values())

    def save(self, folder: Path) -> None:
        """Write the sheet."""
        write_private(folder / MANIFEST, json.dumps(asdict(self), indent=1) + "\n")


def read_manifest(folder: Path) -> Manifest:
    """The sheet of the backup in `folder`.

    Raises:
        OperatorError: it is none, or of a later release.
    """
    try:
        content = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        if content["format"] != FORMAT:
            raise OperatorError(
                f"The backup in {folder} has format {content['format']}, and this release reads "
                f"{FORMAT}: restore it with release {content.get('bureau')}."
            )
        return Manifest(**content)
    except FileNotFoundError:
        raise OperatorError(
            f"{folder} is not a backup: there is no {MANIFEST} in it. A backup that was broken off "
            "has none."
        ) from None
    except (ValueError, KeyError, TypeError) as problem:
        raise OperatorError(f"{folder / MANIFEST} cannot be read: {problem}.") from None


def check_parts(manifest: Manifest, folder: Path) -> None:
    """Compare each part with its size and checksum.

    Raises:
        OperatorError: one is missing or was changed; it is named.
    """
    for name, (size, digest) in manifest.parts.items():
        path = folder / name
        if not path.exists():
            raise OperatorError(f"The backup is incomplete: {path} is missing.")
        if path.stat().st_size != size or digest_of(path) != digest:
            raise OperatorError(f"{path} is damaged: its checksum is not that of the backup.")


def digest_of(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class Measured:
    """A file to write to, of which size and checksum are taken on the way."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self._digest, self.size = file, hashlib.sha256(), 0

    def write(self, data: bytes) -> int:
        """Write and count."""
        self._digest.update(data)
        self.size += len(data)
        return self._file.write(data)

    @property
    def measure(self) -> tuple[int, str]:
        """Bytes and SHA-256 so far."""
        return self.size, self._digest.hexdigest()


def fingerprints(ring: KeyRing) -> dict[str, str]:
    """Key -> what tells it from others, and nothing more."""
    keys = {f"v{version}": key for version, key in ring.keys.items()}
    if ring.root:
        keys["root"] = ring.root
    return {
        name: hmac.digest(key, b"bureau.backup.fingerprint", "sha256").hex()[:16]
        for name, key in keys.items()
    }

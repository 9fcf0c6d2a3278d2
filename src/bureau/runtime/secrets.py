"""The secrets of an installation: generated once, never again, one private file each."""

import base64
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from bureau.runtime.datadir import DataDirectory
from bureau.runtime.errors import OperatorError
from bureau.runtime.folders import write_private


def _password() -> str:
    return secrets.token_urlsafe(24)


def _signing_key() -> str:
    return secrets.token_urlsafe(48)


def _key_ring() -> str:
    """A key ring with one AES-256 key, a line a version: `v1:<base64 of 32 bytes>`."""
    return "v1:" + base64.b64encode(secrets.token_bytes(32)).decode("ascii")


# file name -> how it is generated, and the variable that may stand in for it
GENERATORS: Mapping[str, tuple[Callable[[], str], str]] = {
    "secret_key": (_signing_key, "SECRET_KEY"),
    "field_keys": (_key_ring, "BUREAU_FIELD_KEYS_FILE"),
    "owner_password": (_password, "DATABASE_URL"),
    "app_password": (_password, "DATABASE_URL"),
}


@dataclass(frozen=True)
class Secrets:
    """The files that hold the secrets."""

    folder: Path

    def read(self, name: str) -> str:
        """Return the content of one secret."""
        return self.path(name).read_text(encoding="utf-8").strip()

    def path(self, name: str) -> Path:
        """Return the file of one secret."""
        return self.folder / name


def ensure_secrets(data: DataDirectory, environ: Mapping[str, str]) -> Secrets:
    """Generate the secrets of a new directory, or check that an old one has all of them.

    A lost key is never replaced by a new one: what it sealed would stay unreadable, and nobody
    would notice until it is too late. A secret that `environ` provides is not asked for.

    Raises:
        OperatorError: the directory was initialised before and a secret is missing.
    """
    found = Secrets(data.secrets)
    if data.is_initialised():
        for name, (_, variable) in GENERATORS.items():
            if not environ.get(variable):
                _require(found.path(name))
        return found
    for name, (generate, _) in GENERATORS.items():
        if not found.path(name).exists():
            write_private(found.path(name), generate() + "\n")
    data.mark(initialised=True)
    return found


def _require(path: Path) -> None:
    if not path.exists() or path.stat().st_size == 0:
        raise OperatorError(
            f"The secret {path} is missing although this installation was set up before: put it "
            "back from your backup; a new one would make the stored data unreadable."
        )

"""The data directory: what lies where in it, and whether a given directory is one of ours."""

import errno
import json
import os
import shutil
from collections.abc import Mapping
from io import TextIOWrapper
from pathlib import Path
from typing import Any

from bureau.runtime.errors import OperatorError
from bureau.runtime.folders import take_lock, write_private

LAYOUT = 1
# What may lie in a directory that we take as empty: a new volume, or a start that was killed.
HARMLESS = frozenset({"lost+found", "lock"})
MARKER_DRAFT = ".bureau.json."
DEFAULT_MIN_FREE_MB = 200


class DataDirectory:
    """Names of everything that an installation keeps on disk."""

    def __init__(self, root: Path | str) -> None:
        self.root = Path(root).absolute()
        self.marker = self.root / "bureau.json"
        self.lock = self.root / "lock"
        self.secrets = self.root / "secrets"
        self.postgres = self.root / "postgres"
        self.valkey = self.root / "valkey"
        self.run = self.root / "run"
        self.bytecode = self.root / "cache" / "bytecode"  # may be removed at any time
        self.demo = self.root / "demo.json"
        self.environment = self.run / "environment.json"
        self.status = self.run / "status.json"

    def is_initialised(self) -> bool:
        """Tell whether the secrets were generated, after which they never are again."""
        return self.marker.exists() and self._read_marker()["initialised"] is True

    def mark(self, *, initialised: bool) -> None:
        """Write the marker file that makes the directory ours."""
        write_private(
            self.marker,
            json.dumps({"bureau": LAYOUT, "initialised": initialised}) + "\n",
        )

    def check(self) -> None:
        """Refuse a directory that is not ours; nothing in it is touched.

        Raises:
            OperatorError: it is not a directory, holds other things, or has a newer layout.
        """
        if not self.root.exists():
            return
        if not self.root.is_dir():
            raise OperatorError(f"{self.root} is not a directory: choose another with --data.")
        if self.marker.exists():
            self._check_layout()
        elif foreign := self._foreign_names():
            raise OperatorError(
                f"{self.root} is not a Bureau data directory and is not empty (it holds "
                f"'{foreign[0]}'): choose an empty or new directory with --data."
            )

    def claim(self) -> TextIOWrapper:
        """Create the directory if need be, mark it as ours and return its lock.

        Raises:
            OperatorError: another supervisor works in it.
        """
        # root's PostgreSQL runs under another account, which must pass through
        self.root.mkdir(mode=0o711 if os.geteuid() == 0 else 0o700, parents=True, exist_ok=True)
        refusal = f"Bureau is already running in {self.root}: stop it, or use another --data."
        lock = take_lock(self.lock, refusal)
        if not self.marker.exists():
            self.mark(initialised=False)
        for folder in (self.secrets, self.run):
            folder.mkdir(mode=0o700, exist_ok=True)
        return lock

    def _foreign_names(self) -> list[str]:
        names = {entry.name for entry in self.root.iterdir()} - HARMLESS
        return sorted(name for name in names if not name.startswith(MARKER_DRAFT))

    def _check_layout(self) -> None:
        found = self._read_marker()["bureau"]
        if found != LAYOUT:
            raise OperatorError(
                f"{self.root} was made by another release of Bureau (layout {found}, this release "
                f"knows {LAYOUT}): start it with the release that made it."
            )

    def _read_marker(self) -> dict[str, Any]:
        try:
            content = json.loads(self.marker.read_text(encoding="utf-8"))
            return {"bureau": content["bureau"], "initialised": content["initialised"]}
        except (ValueError, KeyError, TypeError):
            raise OperatorError(
                f"{self.marker} is damaged: put it back from your backup of the directory."
            ) from None


def require_free_space(root: Path, environ: Mapping[str, str]) -> None:
    """Refuse a disk with less free space than `BUREAU_MIN_FREE_MB` (200) megabytes.

    Raises:
        OperatorError: the disk is too full, or the variable is not a number.
    """
    text = environ.get("BUREAU_MIN_FREE_MB", str(DEFAULT_MIN_FREE_MB))
    if not text.isdecimal():
        raise OperatorError(
            f"BUREAU_MIN_FREE_MB must be a whole number of megabytes, not '{text}'."
        )
    place = next(path for path in (root, *root.parents) if path.exists())
    free = shutil.disk_usage(place).free // 1_000_000
    if free < int(text):
        raise OperatorError(
            f"The disk of {root} has {free} MB free and at least {text} MB are needed: free some "
            "space, or choose another directory with --data."
        )


def explain_os_error(error: OSError) -> OperatorError:
    """Turn a failed system call into a sentence for the operator."""
    place = f" (while using {error.filename})" if error.filename else ""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return OperatorError(f"The disk is full{place}: free some space and start again.")
    return OperatorError(f"{error.strerror or error}{place}.")

"""Taking a backup while the house serves."""

from __future__ import annotations

import os
import shutil
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings

from bureau.kernel.ops.backup import database, files
from bureau.kernel.ops.backup.manifest import (
    DATABASE,
    FILES,
    KEYS,
    Manifest,
    digest_of,
    fingerprints,
)
from bureau.kernel.ops.backup.sealing import seal_keys
from bureau.kernel.ops.health import VERSION
from bureau.kernel.vault.keyring import ring
from bureau.runtime.errors import OperatorError


def take_backup(target: Path, passphrase: str = "") -> Manifest:
    """Write a backup into the new folder `target`.

    The folder gets its name when all is written: one that was broken off is never taken for a
    whole one. The database comes first, so that a row of it never names a file that came later.

    Args:
        passphrase: seals the key ring into the backup; without one the ring stays out of it.

    Raises:
        OperatorError: the folder is there already, or something could not be written.
    """
    draft = target.with_name(target.name + ".unfinished")
    _make(target, draft)
    try:
        with database.moment() as found:
            manifest = _sheet(found)
            (draft / DATABASE).touch(mode=0o600)
            database.dump(found, draft / DATABASE)
        size = (draft / DATABASE).stat().st_size
        manifest.parts[DATABASE] = (size, digest_of(draft / DATABASE))
        manifest.parts[FILES] = files.pack(settings.FILES_DIR, draft / FILES)
        if passphrase:
            _add_keys(manifest, draft, passphrase)
        manifest.save(draft)
        draft.rename(target)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    return manifest


def _make(target: Path, draft: Path) -> None:
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise OperatorError(f"{target} is there already: name a new folder for each backup.")
    try:
        draft.mkdir(mode=0o700, parents=True)
    except FileExistsError:
        raise OperatorError(
            f"{draft} is there: another backup is being written, or one was broken off. Remove it "
            "if none is."
        ) from None


def _sheet(found: database.Moment) -> Manifest:
    return Manifest(
        bureau=VERSION,
        postgres=found.major,
        taken_at=datetime.now(UTC).isoformat(timespec="seconds"),
        head=found.head,
        events=found.events,
        rows=found.rows,
        keys=fingerprints(ring()),
    )


def _add_keys(manifest: Manifest, draft: Path, passphrase: str) -> None:
    sealed = seal_keys(Path(settings.ENV.bureau_field_keys_file).read_bytes(), passphrase)
    descriptor = os.open(draft / KEYS, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(sealed)
    manifest.parts[KEYS] = (len(sealed), digest_of(draft / KEYS))

"""Restoring a backup into an empty installation, and proving that all of it came back."""

from __future__ import annotations

from pathlib import Path

import psycopg
from django.conf import settings
from django.core.management import call_command

from bureau.kernel.events.sealing import Verdict, verify_events
from bureau.kernel.ops.backup import database, files
from bureau.kernel.ops.backup.manifest import (
    DATABASE,
    FILES,
    KEYS,
    Manifest,
    check_parts,
    fingerprints,
    read_manifest,
)
from bureau.kernel.ops.backup.sealing import open_keys
from bureau.kernel.vault.keyring import KeyRingUnusable, forget_ring, ring
from bureau.runtime.errors import OperatorError
from bureau.runtime.folders import write_private


def restore_backup(source: Path, passphrase: str = "") -> tuple[Manifest, Verdict]:
    """Fill the empty database and data directory that the settings name.

    Everything that can be refused is refused before anything is written.

    Args:
        passphrase: opens the key ring in the backup, which is put where the settings name it.

    Raises:
        OperatorError: the target is not empty, the key ring is another one, a part is missing or
            damaged, or what came back is not what the backup's sheet says.
    """
    manifest = read_manifest(source)
    database.require_empty()
    files.require_empty(settings.FILES_DIR)
    check_parts(manifest, source)
    if passphrase:
        _put_keys(source, passphrase)
    _require_keys(manifest)
    database.restore(source / DATABASE, manifest.postgres)
    _compare_rows(manifest)
    files.unpack(source / FILES, settings.FILES_DIR)
    call_command("prepare")
    return manifest, _verified(manifest)


def _put_keys(source: Path, passphrase: str) -> None:
    target = Path(settings.ENV.bureau_field_keys_file)
    if not (source / KEYS).exists():
        raise OperatorError(f"The key ring is not in this backup: put it into {target} yourself.")
    content = open_keys((source / KEYS).read_bytes(), passphrase)
    if target.exists() and target.read_bytes() not in (b"", content):
        raise OperatorError(
            f"{target} holds another key ring, which is not overwritten: move it away first."
        )
    write_private(target, content.decode())


def _require_keys(manifest: Manifest) -> None:
    forget_ring()
    try:
        here = fingerprints(ring())
    except KeyRingUnusable as problem:
        raise OperatorError(str(problem)) from None
    if lacking := [name for name, mark in manifest.keys.items() if here.get(name) != mark]:
        raise OperatorError(
            f"The key ring in {settings.ENV.bureau_field_keys_file} is not the one of the backup "
            f"(no match for {', '.join(lacking)}): put the right one there, or use --with-keys "
            "where the backup holds it. Nothing was changed."
        )


def _compare_rows(manifest: Manifest) -> None:
    with psycopg.connect(database.owner_url()) as connection:
        here = database.rows_of(connection)
    for table, rows in manifest.rows.items():
        if here.get(table) != rows:
            raise OperatorError(
                f"The table {table} came back with {here.get(table, 'no')} rows and had {rows}: "
                "this database must not be used."
            )


def _verified(manifest: Manifest) -> Verdict:
    verdict = verify_events()
    if not verdict.ok:
        raise OperatorError(f"The log of events is not as it was: {verdict.problem}.")
    if (verdict.head, verdict.checked) != (manifest.head, manifest.events):
        raise OperatorError(
            f"The log of events ends with seal {verdict.head} after {verdict.checked} events, and "
            f"the backup's with {manifest.head} after {manifest.events}."
        )
    return verdict

"""Verbs on files. Bytes are written first and the row after; a row never names missing bytes.

When the surrounding transaction rolls back, the bytes are removed; what a crash leaves behind is
found by the hourly sweep, because no row names it.
"""

from __future__ import annotations

import hashlib
import unicodedata
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO, cast

from django.core.files.base import ContentFile, File
from django.core.files.storage import Storage, storages
from django.core.files.uploadedfile import UploadedFile
from django.db import connection, transaction
from django.http import FileResponse

from bureau.kernel.accounts.models import User
from bureau.kernel.errors import InvalidInput, TooLarge
from bureau.kernel.files.kinds import FileKind, kind_of
from bureau.kernel.files.models import StoredFile
from bureau.kernel.files.naming import called
from bureau.kernel.files.sniffing import media_type_of
from bureau.kernel.files.space import no_room, require_quota, require_room

# younger files may belong to a transaction that is still open
ORPHAN_AGE = timedelta(hours=1)
CHUNK = 1 << 20


def storage() -> Storage:
    """Where the bytes lie: the data directory, or what the operator configured."""
    return storages["default"]


def store_upload(upload: UploadedFile[Any], kind: str, owner: User | None) -> StoredFile:
    """Check an upload against its kind and keep it.

    Raises:
        TooLarge: it is over the kind's cap.
        InvalidInput: it is empty, of a wrong type by content, or refused by the kind's check.
        QuotaReached, NoSpace: there is no room for it.
    """
    rules = kind_of(kind)
    file = cast(BinaryIO, upload.file)
    media_type = check_upload(rules, file, upload.size or 0)
    require_quota(owner, upload.size or 0)
    return _keep(File(file), kind, owner, safe_name(upload.name or "upload"), media_type)


def keep_upload(
    upload: UploadedFile[Any], kind: str, owner: User | None, *, name: str, media_type: str
) -> StoredFile:
    """Keep an upload whose content the desk has looked at itself, with narrower rules than a kind's.

    Args:
        owner: None where whoever sent it has no account.
        name: what the file is called from now on; a given name may say more than it should.
        media_type: what the desk found the content to be.

    Raises:
        QuotaReached, NoSpace: there is no room for it.
    """
    require_quota(owner, upload.size or 0)
    return _keep(File(cast(BinaryIO, upload.file)), kind, owner, safe_name(name), media_type)


def check_upload(rules: FileKind, file: BinaryIO, size: int) -> str:
    """Apply a kind's rules to content and return its sniffed media type."""
    if size == 0:
        raise InvalidInput("The file is empty.")
    if size > rules.max_bytes:
        raise TooLarge(
            f"The file has {size / 1024**2:.1f} MB; the limit is {rules.max_bytes // 1024**2} MB."
        )
    media_type = media_type_of(file)
    if media_type not in rules.media_types:
        expected = rules.told or f"one of {', '.join(sorted(rules.media_types))}"
        found = called(media_type) + (
            f" ({media_type})" if called(media_type) != media_type else ""
        )
        raise InvalidInput(f"The file's content is {found}; expected {expected}.")
    if rules.check:
        rules.check(file)
    return media_type


def store_bytes(
    data: bytes, kind: str, owner: User | None, name: str, media_type: str
) -> StoredFile:
    """Keep bytes that the house itself made.

    Raises:
        NoSpace: there is no room for them; a task tries again later.
    """
    return _keep(ContentFile(data), kind, owner, safe_name(name), media_type, made_here=True)


def _keep(
    content: File[Any],
    kind: str,
    owner: User | None,
    name: str,
    media_type: str,
    *,
    made_here: bool = False,
) -> StoredFile:
    require_room(content.size, made_here=made_here)
    stored = StoredFile(
        id=uuid.uuid4(), owner=owner, kind=kind, name=name, media_type=media_type, size=0
    )
    content.seek(0)
    digest, stored.size = hashlib.sha256(), 0
    for chunk in content.chunks(CHUNK):
        digest.update(chunk)
        stored.size += len(chunk)
    stored.sha256 = digest.hexdigest()
    content.seek(0)
    _write(stored.key, content)
    try:
        stored.save(force_insert=True)
    except BaseException:
        storage().delete(stored.key)
        raise
    _remove_on_rollback(stored.key)
    return stored


def _write(key: str, content: File[Any]) -> None:
    try:
        storage().save(key, content)
    except OSError as problem:
        storage().delete(key)
        raise (no_room(problem) or problem) from problem


def _remove_on_rollback(key: str) -> None:
    """Delete the bytes if the open transaction does not commit.

    Django has hooks for commits only; a hook that dies unrun with its transaction tells the rest.
    """
    if connection.in_atomic_block:
        guard = _RemovesUnlessKept(key)
        transaction.on_commit(guard.keep)


class _RemovesUnlessKept:
    """Referenced only by the transaction's list of commit hooks: dropped unrun, it cleans up."""

    def __init__(self, key: str) -> None:
        self._key: str | None = key

    def keep(self) -> None:
        self._key = None

    def __del__(self) -> None:
        if self._key is not None:
            storage().delete(self._key)


def safe_name(name: str) -> str:
    """A name fit for people and headers: no folders, no control or direction characters."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    clean = "".join(char for char in last if unicodedata.category(char)[0] != "C").strip(" .")
    return (clean or "file")[-200:]


def open_file(stored: StoredFile) -> File[Any]:
    """The content, opened for reading."""
    return storage().open(stored.key, "rb")


def local_path(stored: StoredFile) -> Path:
    """The path of the content, for libraries that want one."""
    return Path(storage().path(stored.key))


def delete_file(stored: StoredFile) -> None:
    """Remove the row now and the bytes once that is committed."""
    key = stored.key
    stored.delete()
    transaction.on_commit(lambda: storage().delete(key))


def file_response(stored: StoredFile, filename: str = "") -> FileResponse:
    """Serve a file as an attachment of its sniffed type, which browsers must not second-guess."""
    response = FileResponse(
        open_file(stored),
        as_attachment=True,
        filename=filename or stored.name,
        content_type=stored.media_type,
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response


def sweep_orphans() -> int:
    """Remove old enough bytes that no row names; returns how many files went."""
    removed = 0
    folders, _ = _listing("")
    for folder in folders:
        _, names = _listing(folder)
        known = set(StoredFile.objects.filter(id__in=_ids(names)).values_list("id", flat=True))
        for name in names:
            if not (_id(name) in known or _is_young(f"{folder}/{name}")):
                storage().delete(f"{folder}/{name}")
                removed += 1
    return removed


def _listing(folder: str) -> tuple[list[str], list[str]]:
    try:
        return storage().listdir(folder)
    except FileNotFoundError:
        return [], []


def _id(name: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(name)
    except ValueError:
        return None


def _ids(names: list[str]) -> list[uuid.UUID]:
    return [found for found in map(_id, names) if found]


def _is_young(key: str) -> bool:
    changed = storage().get_modified_time(key)
    return datetime.now(UTC) - changed.astimezone(UTC) < ORPHAN_AGE

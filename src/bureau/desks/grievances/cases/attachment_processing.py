"""Looking at a file in full, in the background: photos are cleaned, archives counted."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from gzip import GzipFile
from typing import BinaryIO, cast

from bureau.desks.grievances.cases.attachments import FILE_KIND, announce_file
from bureau.desks.grievances.media.kinds import (
    MAX_UNPACKED,
    MP4,
    WrongKind,
    check_contents,
    media_of,
)
from bureau.desks.grievances.media.photos import cleaned
from bureau.desks.grievances.media.videos import cleaned_video
from bureau.desks.grievances.models import Attachment, FileState, FileType
from bureau.kernel.files.guards import DAMAGE
from bureau.kernel.files.models import StoredFile
from bureau.kernel.files.services import delete_file, open_file, store_bytes

CHUNK = 1 << 16
_ZIPS = ("application/zip", "application/vnd.")


@dataclass(frozen=True, slots=True)
class Looked:
    """What was found: bytes that take the place of what was sent, if any."""

    data: bytes | None = None
    media_type: str = ""


def look_through(attachment: Attachment) -> Looked:
    """Read a whole file.

    Raises:
        InvalidInput: it is damaged, a bomb, or not what it seemed.
    """
    assert attachment.stored is not None
    with open_file(attachment.stored) as content:
        file = cast(BinaryIO, content.file)
        found = media_of(file, attachment.stored.name)
        if attachment.file_type == FileType.IMAGE:
            return Looked(*cleaned(file))
        if found is MP4:
            return Looked(cleaned_video(file.read()), found.media_type)
        if found.media_type.startswith(_ZIPS) and file.read(2) == b"PK":
            _count_zip(file)
        elif found.media_type == "application/gzip":
            _count(GzipFile(fileobj=file))
    return Looked()


def _count_zip(file: BinaryIO) -> None:
    try:
        file.seek(0)
        with zipfile.ZipFile(file) as archive:
            check_contents(archive.infolist())
            total = 0
            for member in archive.infolist():
                with archive.open(member) as part:
                    total += _count(part, MAX_UNPACKED - total)
    except DAMAGE:
        raise WrongKind("The archive is damaged or encrypted.") from None


def _count(part: object, most: int = MAX_UNPACKED) -> int:
    """Unpack and forget; a table of contents can lie."""
    total = 0
    try:
        while chunk := cast(BinaryIO, part).read(CHUNK):
            total += len(chunk)
            if total > most:
                raise WrongKind("The archive holds too much.")
    except DAMAGE:
        raise WrongKind("The archive is damaged or encrypted.") from None
    return total


def keep_result(attachment: Attachment, looked: Looked) -> None:
    """Mark a file as done, with a cleaned copy in the place of what was sent."""
    if looked.data is not None and attachment.stored is not None:
        _replace(attachment, attachment.stored, looked.data, looked.media_type)
    else:
        attachment.state = FileState.DONE
        attachment.save()
    announce_file(attachment)


def _replace(attachment: Attachment, sent: StoredFile, data: bytes, media_type: str) -> None:
    name = f"file.{media_type.rpartition('/')[2]}"
    attachment.stored = store_bytes(data, FILE_KIND, None, name, media_type)
    attachment.size = len(data)
    attachment.state = FileState.DONE
    attachment.save()
    delete_file(sent)


def refuse(attachment: Attachment, problem: str) -> None:
    """Mark a file as useless and forget its content; who sent it is told why."""
    sent = attachment.stored
    attachment.state, attachment.problem, attachment.stored = FileState.FAILED, problem[:300], None
    attachment.save()
    if sent is not None:
        delete_file(sent)
    announce_file(attachment)

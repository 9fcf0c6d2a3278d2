"""Looking at a file in full, in the background: photos are cleaned, archives counted, in a child."""

from __future__ import annotations

from dataclasses import dataclass
from typing import BinaryIO, cast

from bureau.desks.grievances.cases.attachments import FILE_KIND, announce_file
from bureau.desks.grievances.media import sandboxed
from bureau.desks.grievances.media.kinds import M4A, MP4, media_of
from bureau.desks.grievances.models import Attachment, FileState, FileType
from bureau.kernel.files.models import StoredFile
from bureau.kernel.files.services import delete_file, open_file, store_bytes

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
            return Looked(*sandboxed.clean_photo(file))
        # recorders note the place beside sound as well
        if found in (MP4, M4A):
            return Looked(sandboxed.clean_video(file), found.media_type)
        if found.media_type.startswith(_ZIPS) and file.read(2) == b"PK":
            sandboxed.count_unpacked(sandboxed.ZIP, file)
        elif found.media_type == "application/gzip":
            sandboxed.count_unpacked(sandboxed.GZIP, file)
    return Looked()


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

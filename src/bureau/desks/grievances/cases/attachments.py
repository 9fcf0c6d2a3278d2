"""Files of a case: looked at while they come in, stored under opaque names, cleaned by a task."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any, BinaryIO, TypeAlias, cast

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Sum

from bureau.desks.grievances.case_jobs import DESCRIPTION, plan_files
from bureau.desks.grievances.media.kinds import MB, Media, ending_of, media_of
from bureau.desks.grievances.media.sandboxed import check_photo
from bureau.desks.grievances.messaging.offices import tell_office_of
from bureau.desks.grievances.models import Attachment, FileType, Grievance, Recording
from bureau.desks.grievances.numbering import named_for
from bureau.kernel.errors import BureauError, InvalidInput, QuotaReached, TooLarge
from bureau.kernel.events.log import emit
from bureau.kernel.files.services import keep_upload, safe_name
from bureau.kernel.files.space import within
from bureau.kernel.jobs.models import Job

FILE_KIND = "grievances.file"
MAX_FILES = 20
CHUNK = 1 << 20
Upload: TypeAlias = "UploadedFile[Any]"


@dataclass(slots=True)
class Received:
    """What became of the files of one upload."""

    kept: list[Attachment] = field(default_factory=list)
    too_large: list[str] = field(default_factory=list)
    wrong: list[dict[str, str]] = field(default_factory=list)
    problems: list[BureauError] = field(default_factory=list)
    job: Job | None = None


def look_at(upload: Upload) -> Media:
    """What an upload is.

    Raises:
        InvalidInput: it is empty or of a kind that is not taken.
        TooLarge: it is over the cap of its kind.
    """
    size = upload.size or 0
    if not size:
        raise InvalidInput("The file is empty.")
    found = media_of(cast(BinaryIO, upload.file), upload.name or "")
    if size > found.cap:
        raise TooLarge(
            f"The file has {size / MB:.1f} MB; {found.cap // MB} MB is the limit for its kind."
        )
    if found.file_type == FileType.IMAGE:
        check_photo(cast(BinaryIO, upload.file))
    return found


def receive_files(
    case: Grievance,
    uploads: list[Upload],
    *,
    actor: str,
    field_names: dict[int, str] | None = None,
    only: str | None = None,
) -> Received:
    """Keep what can be kept, and say of the rest why not; one transaction.

    Args:
        field_names: position -> the field that a recording speaks, where it speaks one.
        only: the kind of file that is expected; others are refused.

    Raises:
        InvalidInput: the case would have more than `MAX_FILES` files.
    """
    received = Received()
    if not uploads:
        return received
    with transaction.atomic():
        Grievance.objects.held().get(pk=case.pk)
        if case.attachments.count() + len(uploads) > MAX_FILES:
            raise InvalidInput(f"A complaint takes {MAX_FILES} files at most.")
        for place, upload in enumerate(uploads):
            _receive(case, upload, (field_names or {}).get(place, ""), only, received)
        received.job = plan_files(received.kept)
        for one in received.kept:
            announce_file(one, actor=actor)
        if received.kept and not actor.startswith("user:"):
            tell_office_of(case, "ticket_file")
    return received


def _receive(
    case: Grievance, upload: Upload, field_name: str, only: str | None, received: Received
) -> None:
    try:
        media = look_at(upload)
        if only not in (None, media.file_type):
            raise InvalidInput(f"The content is {media.media_type}, which is no {only} file.")
        _has_room(case, upload)
    except (TooLarge, QuotaReached) as problem:
        received.too_large.append(safe_name(upload.name or "file"))
        received.problems.append(problem)
    except InvalidInput as problem:
        name = safe_name(upload.name or "file")
        received.wrong.append({"file_name": name, "extension": ending_of(name)})
        received.problems.append(problem)
    else:
        received.kept.append(_keep(case, upload, media, field_name))


def _has_room(case: Grievance, upload: Upload) -> None:
    held = case.attachments.aggregate(sum=Sum("size"))["sum"] or 0
    limit = settings.ENV.bureau_quota_case_mb
    within(held + (upload.size or 0), limit, "The files of this complaint")


def _keep(case: Grievance, upload: Upload, media: Media, field_name: str) -> Attachment:
    # what the complainant called it may name somebody: it is sealed in our own row
    opaque = f"file.{min(media.endings)}"
    stored = keep_upload(upload, FILE_KIND, None, name=opaque, media_type=media.media_type)
    kept = Attachment.objects.create(
        grievance=case,
        stored=stored,
        name=safe_name(upload.name or "file"),
        file_type=media.file_type,
        size=stored.size,
        received_sha256=_sha256(upload),
    )
    if media.file_type == FileType.VOICE:
        # a recording that names no field tells what happened
        _recording(kept, field_name or DESCRIPTION)
    return kept


def _recording(kept: Attachment, field_name: str) -> Recording:
    case = kept.grievance
    return named_for(
        case,
        "REC",
        lambda name: Recording(
            recording_id=name, attachment=kept, field_name=field_name, language=case.language
        ),
    )


def _sha256(upload: Upload) -> str:
    digest = hashlib.sha256()
    for chunk in upload.chunks(CHUNK):
        digest.update(chunk)
    return digest.hexdigest()


def announce_file(attachment: Attachment, *, actor: str = "") -> None:
    """Tell a case's watchers how far a file is."""
    case = attachment.grievance
    emit(
        case.stream,
        "grievance.file_status",
        payload={
            "grievance_id": case.grievance_id,
            "file_id": str(attachment.file_id),
            "file_type": attachment.file_type,
            "status": attachment.state,
        },
        actor=actor,
    )

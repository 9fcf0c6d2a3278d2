"""Files of a complaint: coming in, how far they are, and handed out by the case's door."""

from __future__ import annotations

from typing import Any

from django.http.response import HttpResponseBase
from ninja import File, Form, Query, Router, Status, UploadedFile

from bureau.desks.grievances import access, shapes
from bureau.desks.grievances.callers import Caller, DeskRequest, known
from bureau.desks.grievances.cases.attachments import Received, receive_files
from bureau.desks.grievances.ids import MAX_LENGTH
from bureau.desks.grievances.media.kinds import MB
from bureau.desks.grievances.models import Attachment, FileState, FileType, Grievance
from bureau.kernel.errors import InvalidInput, NotFound
from bureau.kernel.files.services import file_response

router = Router(tags=["grievances"], auth=known)
Shape = dict[str, Any]
MAX_FILE_SIZE = 50 * MB
_UUID_LENGTH = 36
# what clients call the kinds of a single upload
_NAMED = {"image": FileType.IMAGE, "document": FileType.DOCUMENT, "voice": FileType.VOICE}
_NAMED |= {"audio": FileType.VOICE, "video": FileType.VIDEO, "archive": FileType.ARCHIVE}


@router.post("/upload", response=dict[str, Any])
def upload(
    request: DeskRequest,
    grievance_id: Form[str],
    file: File[UploadedFile],
    file_type: Form[str] = "",
) -> Shape:
    """One file of a complaint; `file_type` (image, document, voice) must be what its content is."""
    case = access.grievance_for(request.auth, grievance_id[:MAX_LENGTH])
    if file_type and file_type not in _NAMED:
        raise InvalidInput(fields={"file_type": [f"One of {', '.join(_NAMED)}."]})
    received = receive_files(case, [file], actor=request.auth.actor, only=_NAMED.get(file_type))
    if received.problems:
        raise received.problems[0]
    kept = received.kept[0]
    return {
        "status": "success",
        "file_id": str(kept.file_id),
        "file_path": shapes.path_of(kept),
        "file_type": file_type or kept.file_type,
    }


@router.post("/upload-files", response={202: dict[str, Any]})
def upload_files(
    request: DeskRequest,
    grievance_id: Form[str] = "",
    flask_session_id: Form[str] = "",
    rasa_session_id: Form[str] = "",
    language: Query[str] = "en",
) -> Status[Shape]:
    """Several files at once: those that can be used are kept, the others are named."""
    session = flask_session_id or rasa_session_id
    received = _receive(request, grievance_id)
    if not received.kept:
        raise InvalidInput(
            "All files were invalid",
            body={"error": "All files were invalid", **_refused(received)},
        )
    message = "फाइल पठाउँदै" if language == "ne" else "Files are being processed"
    body = {
        "status": "started",
        "flask_session_id": session,
        "message": message,
        "files": [str(one.file_id) for one in received.kept],
        "task_id": str(received.job.pk) if received.job else "",
        **_refused(received),
    }
    return Status(202, body)


@router.post("/accessible-file-upload", response={202: dict[str, Any]})
def accessible_upload(request: DeskRequest, grievance_id: Form[str] = "") -> Status[Shape]:
    """Several files from the accessible page."""
    received = _receive(request, grievance_id)
    if not received.kept:
        raise received.problems[0]
    body: Shape = {
        "status": "processing",
        "message": "Files are being processed",
        "grievance_id": received.kept[0].grievance.grievance_id,
        "files": [str(one.file_id) for one in received.kept],
    }
    if received.problems:
        body["warning"] = f"{len(received.problems)} file(s) could not be used."
    return Status(202, body)


def _receive(request: DeskRequest, grievance_id: str) -> Received:
    if not grievance_id:
        raise InvalidInput("grievance_id is required", body={"error": "grievance_id is required"})
    case = access.grievance_for(request.auth, grievance_id[:MAX_LENGTH])
    uploads = [one for name in ("files[]", "files", "file") for one in request.FILES.getlist(name)]
    if not uploads:
        raise InvalidInput("No files provided", body={"error": "No files provided"})
    return receive_files(case, uploads, actor=request.auth.actor)


def _refused(received: Received) -> Shape:
    return {
        "oversized_files": received.too_large,
        "wrong_extensions_list": received.wrong,
        "max_file_size": MAX_FILE_SIZE,
    }


@router.get("/files/{path:item}", response=dict[str, Any])
def files(request: DeskRequest, item: str) -> Any:
    """The files of a case (by its number), or one file (by the path that its upload was answered)."""
    last = item.rstrip("/").rsplit("/", 1)[-1]
    if len(last.partition(".")[0]) == _UUID_LENGTH:
        return _serve(request.auth, last.partition(".")[0])
    case = access.grievance_for(request.auth, item[: MAX_LENGTH + 1])
    return {"files": [shapes.file_shape(one) for one in shown_files(request.auth, case)]}


@router.get("/download/{file_id}", response=dict[str, Any])
def download(request: DeskRequest, file_id: str) -> HttpResponseBase:
    """One file, as an attachment."""
    return _serve(request.auth, file_id)


@router.get("/file-status/{file_id}", response=dict[str, Any])
def file_status(request: DeskRequest, file_id: str) -> Shape:
    """How far a file is: `started`, `SUCCESS` or `FAILURE`."""
    return shapes.file_state_shape(access.attachment_for(request.auth, file_id))


def shown_files(caller: Caller, case: Grievance) -> list[Attachment]:
    """The files of a case that its door lets this caller see."""
    return list(access.attachments_of(caller).filter(grievance=case))


def _serve(caller: Caller, file_id: str) -> HttpResponseBase:
    found = access.attachment_for(caller, file_id)
    # before it was cleaned a photo may still tell where it was taken
    if found.stored is None or found.state != FileState.DONE:
        raise NotFound.matching("File")
    return file_response(found.stored, found.name)

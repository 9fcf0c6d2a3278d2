"""Routes for those who care for a patient: the patient's context, and help for the clinician."""

from __future__ import annotations

import json
from typing import Any

from ninja import Query, Router, Status

from bureau.desks.interpreting import access, schemas
from bureau.desks.interpreting.models import Assistance
from bureau.desks.interpreting.services import assistance
from bureau.desks.interpreting.services.contexts import add_patient_context
from bureau.kernel.accounts.auth import AuthedRequest, signed_in
from bureau.kernel.actor_context import on_behalf_of
from bureau.kernel.ai.ports import ProviderError
from bureau.kernel.jobs.status import FINISHED, TaskStatus

Shape = dict[str, Any]
router = Router(tags=["interpreting"], auth=signed_in)
NO_COLLECTION = (
    "This room has no patient context and there is no global knowledge base. Add one first."
)


@router.post(
    "/chat-rooms/{int:room_id}/add_patient_context/", response={201: schemas.ContextAddedOut}
)
def add_context(request: AuthedRequest, room_id: int, body: schemas.ContextIn) -> Status[Shape]:
    """Store what is known about a room's patient; for its doctors and administrators."""
    room = access.room_to_care_in(request.auth, room_id)
    facts = body.dict(exclude={"collection_id"})
    item = add_patient_context(request.auth, room, body.collection_id, facts)
    return Status(
        201,
        {
            "status": "success",
            "message": "Patient context added",
            "document_id": item.pk,
            "parts_count": item.parts_count,
            "task_id": item.task_id,
        },
    )


@router.get(
    "/chat-rooms/{int:room_id}/get_doctor_assistance/",
    response={200: schemas.HelpOut, 202: schemas.HelpOut},
)
def get_help(
    request: AuthedRequest, room_id: int, asked: Query[schemas.HelpFilters]
) -> Status[Shape]:
    """Help for the clinician of a room, at once or (`async=true`) as a task to look at later."""
    room = access.room_to_care_in(request.auth, room_id)
    if not assistance.has_material(room):
        nothing: Shape = {"status": "no_collection", "message": NO_COLLECTION, "suggestions": []}
        return Status(200, nothing)
    if asked.is_async:
        made = assistance.ask_for_help(request.auth, room, asked.type)
        message = "The assistance is being written."
        return Status(202, {"status": "processing", "message": message, "task_id": made.task_id})
    try:
        with on_behalf_of(assistance.DESK, request.auth.pk):
            written = assistance.write_help(room, asked.type)
    except ProviderError as problem:
        problem.body = {"status": "error", "message": problem.message}
        raise
    answer: Shape = {
        "assistance": written.text,
        "sources": written.sources,
        "written_by": written.by,
    }
    return Status(200, {"status": "success", **answer})


@router.get("/chat-rooms/{int:room_id}/assistance/{int:task_id}/", response=schemas.HelpOut)
def look_at_help(request: AuthedRequest, room_id: int, task_id: int) -> Shape:
    """What became of help that you asked for with `async=true`."""
    return _help(access.assistance_for(request.auth, room_id, task_id))


def _help(asked: Assistance) -> Shape:
    task = asked.task
    assert task is not None
    if task.status == TaskStatus.SUCCESS:
        sources = json.loads(asked.sources) if asked.sources else []
        answer = {"assistance": asked.text, "sources": sources, "written_by": asked.written_by}
        return {"status": "success", "task_id": task.pk, **answer}
    if task.status in FINISHED:
        message = task.error_message or "The assistance was not written."
        return {"status": "error", "task_id": task.pk, "message": message}
    return {
        "status": "processing",
        "task_id": task.pk,
        "message": "The assistance is being written.",
    }

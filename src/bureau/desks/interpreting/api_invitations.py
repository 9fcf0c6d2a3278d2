"""Routes of invitations: a doctor makes a code, a patient sits down by it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from ninja import Router, Schema, Status
from pydantic import Field

from bureau.desks.interpreting import access, lists, schemas
from bureau.desks.interpreting.services.invitations import invite_patient, join_by_code
from bureau.kernel.accounts.auth import AuthedRequest
from bureau.kernel.accounts.schemas import Storable

router = Router(tags=["interpreting"])


class InvitationOut(Schema):
    """A code for one patient."""

    code: str
    expires_at: datetime


class JoinIn(Schema):
    """The code that a doctor handed over."""

    code: Annotated[Storable, Field(min_length=1, max_length=100)]


@router.post("/chat-rooms/{int:room_id}/invitation/", response={201: InvitationOut})
def invite(request: AuthedRequest, room_id: int) -> Status[dict[str, Any]]:
    """Make a code by which one patient sits down in the room, within a day."""
    made = invite_patient(access.room_to_care_in(request.auth, room_id))
    return Status(201, {"code": made.code, "expires_at": made.until})


@router.post("/chat-rooms/join/", response=schemas.RoomOut)
def join(request: AuthedRequest, body: JoinIn) -> dict[str, Any]:
    """Sit down in the room of a code, as its patient; the code is spent."""
    return lists.room_detail(request, join_by_code(request.auth, body.code.strip()))

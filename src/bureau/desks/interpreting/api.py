"""Routes of rooms and messages, at the root of `/api`."""

from __future__ import annotations

from typing import Any

from ninja import Query, Router, Status

from bureau.desks.interpreting import access, lists, schemas, shapes
from bureau.desks.interpreting.api_care import router as care_router
from bureau.desks.interpreting.api_invitations import router as invitations_router
from bureau.desks.interpreting.api_words import router as words_router
from bureau.desks.interpreting.incoming import parse_message
from bureau.desks.interpreting.services import rooms
from bureau.desks.interpreting.services.messages import send_message
from bureau.kernel.accounts.auth import AuthedRequest, signed_in
from bureau.kernel.accounts.paging import Page, page_of

Shape = dict[str, Any]
router = Router(tags=["interpreting"], auth=signed_in)
router.add_router("", words_router)
router.add_router("", care_router)
router.add_router("", invitations_router)


# --- rooms ----------------------------------------------------------------------------------


@router.get("/chat-rooms/", response=schemas.RoomPage)
def list_rooms(request: AuthedRequest) -> Shape:
    """The rooms you sit in, newest first, 100 a page; administrators see all."""
    page = page_of(request, access.rooms_of(request.auth))
    return _page(page, lists.room_rows(request.auth, page.results))


@router.post("/chat-rooms/", response={201: schemas.RoomOut})
def open_room(request: AuthedRequest, body: schemas.RoomIn) -> Status[Shape]:
    """Open a room in which you sit, with the patients and doctors you name."""
    fields = body.dict(exclude={"participants"})
    room = rooms.open_room(request.auth, fields, body.participants or [])
    return Status(201, lists.room_detail(request, room))


@router.get("/chat-rooms/{int:room_id}/", response=schemas.RoomOut)
def room_detail(request: AuthedRequest, room_id: int) -> Shape:
    """A room with everything said in it, oldest first."""
    return lists.room_detail(request, access.room_for(request.auth, room_id))


@router.put("/chat-rooms/{int:room_id}/", response=schemas.RoomOut)
def replace_room(request: AuthedRequest, room_id: int, body: schemas.RoomIn) -> Shape:
    """Set all fields of a room; for its doctors and administrators."""
    room = access.room_to_care_in(request.auth, room_id)
    fields = body.dict(exclude={"participants"})
    rooms.change_room(request.auth, room, fields, body.participants)
    return lists.room_detail(request, room)


@router.patch("/chat-rooms/{int:room_id}/", response=schemas.RoomOut)
def change_room(request: AuthedRequest, room_id: int, body: schemas.RoomPatchIn) -> Shape:
    """Set some fields of a room; a patient may set `patient_language`."""
    room = access.room_for(request.auth, room_id)
    fields = body.dict(exclude_unset=True, exclude={"participants"})
    rooms.change_room(request.auth, room, fields, body.participants)
    return lists.room_detail(request, room)


@router.delete("/chat-rooms/{int:room_id}/", response={204: None})
def remove_room(request: AuthedRequest, room_id: int) -> Status[None]:
    """Remove a room with its messages and recordings; for its doctors and administrators."""
    rooms.remove_room(access.room_to_care_in(request.auth, room_id))
    return Status(204, None)


# --- messages -------------------------------------------------------------------------------


def _message_body() -> Shape:
    """The body of a message for the API's document: JSON, or a form with a file."""
    fields = schemas.MessageIn.model_json_schema()
    recording = {"type": "string", "format": "binary"}
    form = {**fields, "properties": {**fields["properties"], "audio": recording}}
    media = {"application/json": {"schema": fields}, "multipart/form-data": {"schema": form}}
    return {"requestBody": {"required": True, "content": media}}


@router.post(
    "/chat-rooms/{int:room_id}/send_message/",
    response={201: schemas.MessageOut},
    openapi_extra=_message_body(),
)
def send(request: AuthedRequest, room_id: int) -> Status[Shape]:
    """Say something in a room; the answer comes at once, transcript and translation follow."""
    return _send(request, room_id)


@router.post(
    "/chat-rooms/{int:room_id}/send/",
    response={201: schemas.MessageOut},
    openapi_extra=_message_body(),
)
def send_under_its_short_name(request: AuthedRequest, room_id: int) -> Status[Shape]:
    """The same as `send_message/`."""
    return _send(request, room_id)


def _send(request: AuthedRequest, room_id: int) -> Status[Shape]:
    room, side = access.seat_in(request.auth, room_id)
    message = send_message(request.auth, room, side, parse_message(request))
    return Status(201, shapes.message_shape(request, message))


Messages = schemas.MessagePage | schemas.MessageSlice


@router.get("/chat-rooms/{int:room_id}/messages/", response=Messages)
def messages_of_room(
    request: AuthedRequest, room_id: int, filters: Query[schemas.MessageFilters]
) -> Shape:
    """The messages of a room; paged as `/api/messages/`."""
    return _messages(request, filters.model_copy(update={"room_id": room_id}))


@router.get("/messages/", response=Messages)
def list_messages(request: AuthedRequest, filters: Query[schemas.MessageFilters]) -> Shape:
    """Messages, oldest first, by `page`; or by cursor: `newest=true`, `before=`, `after=`."""
    return _messages(request, filters)


def _messages(request: AuthedRequest, filters: schemas.MessageFilters) -> Shape:
    messages = lists.messages_asked_for(request.auth, filters)
    if lists.is_slice(filters):
        return lists.message_slice(request, messages, filters)
    page = page_of(request, messages)
    return _page(page, [shapes.message_shape(request, message) for message in page.results])


@router.get("/messages/{int:message_id}/", response=schemas.MessageOut)
def message_detail(request: AuthedRequest, message_id: int) -> Shape:
    """One message."""
    return shapes.message_shape(request, access.message_for(request.auth, message_id))


def _page(page: Page[Any], results: list[Shape]) -> Shape:
    return {
        "count": page.count,
        "next": page.next,
        "previous": page.previous,
        "results": results,
    }

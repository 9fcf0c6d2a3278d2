"""Proving that a case is one's own: by its receipt, or by a code sent to one's phone or mail box."""

from __future__ import annotations

from typing import Any

from ninja import Router

from bureau.desks.grievances import access, schemas
from bureau.desks.grievances.callers import DeskRequest, Scope, anyone, known, write_token
from bureau.desks.grievances.intake.one_time_codes import check_code, send_code
from bureau.desks.grievances.intake.receipts import prove, receipt_with, token_for
from bureau.desks.grievances.socket_tokens import room_token

router = Router(tags=["grievances"])
Shape = dict[str, Any]


@router.post("/receipt", auth=anyone, response=dict[str, Any])
def receipt(request: DeskRequest, body: schemas.ReceiptIn) -> Shape:
    """Exchange number and receipt code for a token, with the proof that the log has the filing."""
    found = receipt_with(request, body.receipt, body.grievance_id)
    proof = prove(found)
    return {
        "status": "success",
        "data": {
            "grievance_id": proof.grievance_id,
            "content_hash": proof.content_hash,
            "received_at": proof.received_at,
            "in_log": proof.in_log,
            "token": token_for(found),
        },
        "message": "The receipt is genuine.",
    }


@router.post("/otp/send", auth=anyone, response=dict[str, Any])
def otp_send(request: DeskRequest, body: schemas.CodeRequestIn) -> Shape:
    """Send a six-digit code; the answer is the same whether the address is known or not."""
    expires = send_code(request, request.auth, body.model_dump())
    return {
        "status": "success",
        "data": {"expires_in": expires},
        "message": "If the address is known here, a code is on its way.",
    }


@router.post("/otp/verify", auth=anyone, response=dict[str, Any])
def otp_verify(request: DeskRequest, body: schemas.CodeIn) -> Shape:
    """Exchange a right code for a token that opens the cases of that phone number or mail box."""
    people = check_code(request, request.auth, body.model_dump())
    return {
        "status": "success",
        "data": {"token": write_token(Scope.PERSON, people)},
        "message": "The code is right.",
    }


@router.post("/socket-token", auth=known, response=dict[str, Any])
def socket_token(request: DeskRequest, body: schemas.RoomIn) -> Shape:
    """A token that joins the rooms of one case on the socket, for an hour."""
    case = access.grievance_for(request.auth, body.grievance_id)
    rooms = [name for name in (case.grievance_id, case.session_id) if name]
    return {
        "status": "success",
        "data": {"token": room_token(request, case), "rooms": rooms},
        "message": "Join with {room, token}.",
    }

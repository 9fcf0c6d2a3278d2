"""Filing a complaint: names, the form with its recordings, and a warning before it is sent."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import HttpRequest
from ninja import Router, Status

from bureau.desks.grievances import schemas
from bureau.desks.grievances.callers import DeskRequest, Scope, anyone, write_token
from bureau.desks.grievances.classification.sensitivity import detect
from bureau.desks.grievances.intake.drafts import start_draft
from bureau.desks.grievances.intake.forms import Form, read_form
from bureau.desks.grievances.intake.limits import FILING_BY_ADDRESS, against_address, spend
from bureau.desks.grievances.intake.submission import receive_complaint

router = Router(tags=["grievances"])
Shape = dict[str, Any]


def limit_strangers(request: HttpRequest) -> None:
    """Count what somebody without any token makes; bots and officers are not limited.

    Raises:
        TooManyRequests: too much from this address within an hour.
    """
    caller = getattr(request, "auth", None)
    if caller is not None and caller.is_nobody:
        spend(against_address(FILING_BY_ADDRESS, request))


@router.post("/generate-ids", auth=anyone, response=dict[str, Any])
def generate_ids(request: DeskRequest, body: schemas.IdsIn | None = None) -> Shape:
    """Names for a new complaint, and a token that fills in and files this one."""
    asked = body or schemas.IdsIn.model_validate({})
    limit_strangers(request)
    draft = start_draft(
        source=asked.source or ("bot" if request.auth.service else "web"),
        province=asked.province,
        district=asked.district,
        language=asked.language_code,
        session_id=asked.flask_session_id,
    )
    return {
        "status": "success",
        "grievance_id": draft.grievance_id,
        "complainant_id": draft.complainant.complainant_id,
        "province": draft.province,
        "district": draft.district,
        "token": write_token(Scope.DRAFT, [draft.pk]),
    }


@router.post("/submit-grievance", auth=anyone, response={200: dict[str, Any]})
def submit(request: DeskRequest) -> Status[Shape]:
    """File a complaint: fields and recordings in one form (or fields as JSON).

    Without `grievance_id` a new one is begun. Every file part is a spoken field of that name, a
    photo or a document. The answer holds the receipt, which is shown this once.
    """
    form: Form = read_form(request)
    # one commit for both: what could not be filed does not count
    with transaction.atomic():
        limit_strangers(request)
        filed, received = receive_complaint(request.auth, form)
    case = filed.case
    return Status(
        200,
        {
            "status": "SUCCESS",
            "message": "Grievance submitted successfully",
            "grievance_id": case.grievance_id,
            "complainant_id": case.complainant.complainant_id,
            "tasks": filed.planned.fields,
            "receipt": filed.receipt_code,
            "content_hash": filed.content_hash,
            "sensitive": case.sensitive,
            "files": [str(one.file_id) for one in received.kept],
            "oversized_files": received.too_large,
            "wrong_extensions_list": received.wrong,
            "token": write_token(Scope.CASE, [case.pk]),
        },
    )


@router.post("/sensitive-check", auth=anyone, response=dict[str, Any])
def sensitive_check(request: DeskRequest, body: schemas.SensitiveIn) -> Shape:
    """Whether a text speaks of something that needs more care; nothing is stored."""
    found = detect(body.text)
    choices = ["report", "not_sensitive", "add_details", "file_anonymously"]
    return {
        "status": "success",
        "data": {
            "sensitive": found.needs_action,
            "level": found.level.word,
            "categories": list(found.kinds),
            "confidence": found.confidence,
            "action_required": found.needs_action,
            "choices": choices if found.needs_action else [],
        },
        "message": "The text was looked through and not stored.",
    }

"""One case: for whoever filed it, for bots, and for officers of its office."""

from __future__ import annotations

from typing import Any

from ninja import Query, Router

from bureau.desks.grievances import access, schemas, shapes
from bureau.desks.grievances.api.files import shown_files
from bureau.desks.grievances.callers import DeskRequest, Scope, known
from bureau.desks.grievances.cases.complainant_details import complete
from bureau.desks.grievances.cases.conversation import conversation, say_satisfied, write_message
from bureau.desks.grievances.cases.reading import history_of, note_opened
from bureau.desks.grievances.cases.status_changes import change_status
from bureau.desks.grievances.intake.limits import MESSAGES, against, spend
from bureau.desks.grievances.intake.reviewing import review
from bureau.desks.grievances.models import Grievance
from bureau.kernel.errors import InvalidInput, NotAllowed
from bureau.kernel.ops.forms import TYPES as FORM_TYPES
from bureau.kernel.ops.forms import plain_fields
from bureau.kernel.ops.parsing import json_of

router = Router(tags=["grievances"], auth=known)
Shape = dict[str, Any]


def _opened(request: DeskRequest, grievance_id: str) -> Grievance:
    case = access.grievance_for(request.auth, grievance_id)
    note_opened(case, request.auth)
    return case


@router.get("/grievance/{grievance_id}", response=dict[str, Any])
def short_detail(request: DeskRequest, grievance_id: str) -> Shape:
    """A case in short: status, what was said, categories, files."""
    case = _opened(request, grievance_id)
    return shapes.readme_shape(case, shown_files(request.auth, case))


@router.get("/api/grievance/{grievance_id}", response=dict[str, Any])
def detail(request: DeskRequest, grievance_id: str) -> Shape:
    """A case with its history and files, without the identity."""
    case = _opened(request, grievance_id)
    files = shown_files(request.auth, case)
    return {
        "status": "SUCCESS",
        "message": "Grievance retrieved successfully",
        "data": shapes.detail_shape(case, files, history_of(case), request.auth),
    }


@router.post("/api/grievance/{grievance_id}/status", response=dict[str, Any])
def set_status(request: DeskRequest, grievance_id: str) -> Shape:
    """Move a case: officers as the table of states allows, complainants to dispute an answer.

    The body is a `StatusIn`; `version` refuses a decision about a state that is over.
    """
    case = access.grievance_for(request.auth, grievance_id)
    if request.auth.service:
        raise NotAllowed("A bot does not decide about cases.")
    body = _status_body(request)
    moved = change_status(
        case,
        body.status_code,
        actor=request.auth.actor,
        notes=body.notes,
        version=body.version,
        by_complainant=request.auth.is_complainant,
    )
    data = {
        "grievance_id": moved.grievance_id,
        "status_code": moved.status,
        "notes": body.notes,
        "created_by": request.auth.actor,
        "version": moved.version,
    }
    return {"status": "SUCCESS", "message": "Status updated successfully", "data": data}


def _status_body(request: DeskRequest) -> schemas.StatusIn:
    try:
        by_form = request.content_type in FORM_TYPES
        fields = plain_fields(request) if by_form else json_of(request.body)
    except (ValueError, RecursionError):
        fields = None
    if not isinstance(fields, dict) or not fields:
        raise InvalidInput("No JSON data provided")
    if not fields.get("status_code"):
        raise InvalidInput("status_code is required")
    try:
        return schemas.StatusIn.model_validate(fields)
    except ValueError:
        raise InvalidInput("The request is not valid: see the fields' types.") from None


@router.post("/api/grievance/{grievance_id}/messages", response=dict[str, Any])
def send_message(request: DeskRequest, grievance_id: str, body: schemas.MessageIn) -> Shape:
    """The person who complained writes to the office about an open case."""
    case = _own(request, grievance_id)
    write_message(case, body.text)
    return _conversation("The office reads your message.", case)


@router.post("/api/grievance/{grievance_id}/satisfaction", response=dict[str, Any])
def satisfaction(request: DeskRequest, grievance_id: str, body: schemas.SatisfactionIn) -> Shape:
    """The person who complained says that the answer is good."""
    case = _own(request, grievance_id)
    say_satisfied(case, body.text)
    return _conversation("Thank you. The office is told.", case)


def _own(request: DeskRequest, grievance_id: str) -> Grievance:
    """The case of whoever complained, by receipt or code; how often they write is limited.

    Raises:
        NotFound, NotAllowed, TooManyRequests
    """
    case = access.grievance_for(request.auth, grievance_id)
    if not request.auth.is_complainant:
        raise NotAllowed("Officers answer with REPLY on the ticket; bots write for nobody.")
    spend(against(MESSAGES, case.grievance_id))
    return case


def _conversation(message: str, case: Grievance) -> Shape:
    lines = [shapes.message_shape(one) for one in conversation(history_of(case))]
    return {"status": "SUCCESS", "message": message, "data": {"messages": lines}}


@router.get("/grievance-review/{grievance_id}", response=dict[str, Any])
def read_review(request: DeskRequest, grievance_id: str) -> Shape:
    """What the machine made of a case, for the person filing to confirm."""
    case = _opened(request, grievance_id)
    return {"status": "SUCCESS", "message": "Review data", "data": _review_shape(case)}


@router.post("/grievance-review/{grievance_id}", response=dict[str, Any])
def write_review(request: DeskRequest, grievance_id: str, body: schemas.ReviewIn) -> Shape:
    """The person filing (or the bot for them) confirms or corrects summary and categories."""
    case = access.grievance_for(request.auth, grievance_id)
    if request.auth.user is not None:
        raise NotAllowed("Officers confirm a classification with PATCH.")
    told = body.model_dump(exclude_unset=True)
    reviewed = review(case, told, actor=request.auth.actor)
    return {"status": "SUCCESS", "message": "Review saved", "data": _review_shape(reviewed)}


def _review_shape(case: Grievance) -> Shape:
    return {
        "grievance_id": case.grievance_id,
        "grievance_summary": case.summary,
        "grievance_categories": case.categories,
        "grievance_categories_alternative": case.categories_alternative,
        "follow_up_question": case.follow_up_question,
        "grievance_classification_status": case.classification_status,
        "grievance_sensitive_issue": case.sensitive,
        "suggestion": case.suggestion,
    }


@router.get("/grievance-status/{grievance_id}", response=dict[str, Any])
def public_status(request: DeskRequest, grievance_id: str, language: Query[str] = "") -> Shape:
    """Where a case stands, in plain words."""
    case = access.grievance_for(request.auth, grievance_id)
    files = shown_files(request.auth, case)
    return {
        "status": "SUCCESS",
        "grievance": shapes.public_shape(case, files, history_of(case), language or case.language),
        "current_status": shapes.status_shape(case),
        "files": [shapes.file_shape(one) for one in files],
    }


@router.patch("/api/complainant/{complainant_id}", response=dict[str, Any])
def patch_complainant(
    request: DeskRequest, complainant_id: str, body: schemas.ComplainantIn
) -> Shape:
    """Fill in a complainant: the place is overwritten, names and addresses fill blanks only.

    Once the complaint is filed, names and addresses take a token from `/otp/verify`.
    """
    person = access.complainant_for(request.auth, complainant_id)
    told, proved = body.model_dump(exclude_unset=True), request.auth.scope is Scope.PERSON
    changed = complete(person, told, actor=request.auth.actor, proved=proved)
    return {"ok": True, "complainant_id": person.complainant_id, "updated_fields": changed}

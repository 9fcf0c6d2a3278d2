"""How cases look on the wire, in the contract's names. Identities are never part of a case."""

from __future__ import annotations

import json
from typing import Any

from bureau.desks.grievances.callers import Caller
from bureau.desks.grievances.cases.conversation import conversation, is_satisfied
from bureau.desks.grievances.cases.reading import recordings_of, translations_of
from bureau.desks.grievances.helpdesk.tickets.identity import reveals_of
from bureau.desks.grievances.models import (
    Attachment,
    Change,
    FileState,
    Grievance,
    Recording,
    Translation,
)
from bureau.desks.grievances.statuses import WORDS, Status, following

Shape = dict[str, Any]
# below it somebody should listen before anybody relies on what was written down
LEAST_CONFIDENCE = 0.5
_FILE_WORDS = {
    FileState.PROCESSING: "The file is being looked at.",
    FileState.DONE: "The file was processed.",
}


def statuses_shape() -> list[Shape]:
    """All states, in their order."""
    return [
        {
            "status_code": code,
            "status_name": words.name_en,
            "status_name_ne": words.name_ne,
            "description": words.meaning_en,
            "description_ne": words.meaning_ne,
            "sort_order": place,
        }
        for place, (code, words) in enumerate(WORDS.items(), start=1)
    ]


def readme_shape(case: Grievance, files: list[Attachment]) -> Shape:
    """`GET /grievance/{id}`: the short form."""
    return {
        "grievance_id": case.grievance_id,
        "status": _status_of(case),
        "description": case.description,
        "summary": case.summary,
        "categories": case.categories,
        "files": [file_shape(one) for one in files],
    }


def _status_of(case: Grievance) -> str:
    return case.status or "DRAFT"


def case_shape(case: Grievance) -> Shape:
    """A case with the contract's column names."""
    return {
        "grievance_id": case.grievance_id,
        "complainant_id": case.complainant.complainant_id,
        "grievance_categories": case.categories,
        "grievance_categories_alternative": case.categories_alternative,
        "follow_up_question": case.follow_up_question,
        "grievance_summary": case.summary,
        "grievance_description": case.description,
        "grievance_location": case.location,
        "grievance_claimed_amount": case.claimed_amount,
        "grievance_classification_status": case.classification_status,
        "grievance_sensitive_issue": case.sensitive,
        "sensitive_level": case.sensitive_level,
        "grievance_high_priority": case.high_priority,
        "language_code": case.language,
        "source": case.source,
        "province": case.province,
        "district": case.district,
        "municipality": case.municipality,
        "ward": case.ward,
        "village": case.village,
        "office": case.office.code if case.office else None,
        "is_temporary": case.is_draft,
        "is_anonymous": case.is_anonymous,
        "status": _status_of(case),
        "version": case.version,
        "grievance_timeline": case.due_at,
        "grievance_creation_date": case.submitted_at or case.created_at,
        "grievance_modification_date": case.modified_at,
    }


def row_shape(case: Grievance) -> Shape:
    """A case in a list: nothing of what was said."""
    full = case_shape(case)
    told = (
        "grievance_description",
        "grievance_summary",
        "grievance_location",
        "follow_up_question",
    )
    return {name: value for name, value in full.items() if name not in told}


def status_shape(case: Grievance) -> Shape:
    """Where a case stands, in plain words of both languages."""
    words = WORDS.get(case.status)
    return {
        "status_code": _status_of(case),
        "status_name": words.name(case.language) if words else "",
        "status_name_en": words.name_en if words else "",
        "status_name_ne": words.name_ne if words else "",
        "description": words.meaning(case.language) if words else "",
        "description_en": words.meaning_en if words else "",
        "description_ne": words.meaning_ne if words else "",
        "version": case.version,
        "updated_at": case.status_changed_at,
        "due_at": case.due_at,
    }


def next_states(case: Grievance, caller: Caller) -> list[str]:
    """The states the caller may move the case to."""
    if not (caller.is_officer or caller.is_complainant):
        return []
    allowed = following(case.status, by_complainant=caller.is_complainant)
    return [code for code in Status.values if code in allowed]


def change_shape(change: Change, caller: Caller) -> Shape:
    """A line of the history; a complainant is not told which officer it was."""
    words = WORDS.get(change.status_code)
    who = change.created_by
    if caller.is_complainant and who.startswith("user:"):
        who = "office"
    return {
        "id": change.pk,
        "change_type": change.change_type,
        "status_code": change.status_code or None,
        "status_name": words.name_en if words else None,
        "status_name_ne": words.name_ne if words else None,
        "field_changes": _changes(change, caller),
        "notes": change.notes,
        "assigned_to": change.assigned_to or None,
        "created_by": who,
        "created_at": change.created_at,
    }


def _changes(change: Change, caller: Caller) -> Shape | None:
    if not change.field_changes or caller.is_complainant:
        return None
    found: Shape = json.loads(change.field_changes)
    return found


def detail_shape(
    case: Grievance, files: list[Attachment], history: list[Change], caller: Caller
) -> Shape:
    """`GET /api/grievance/<id>`: everything but the identity."""
    return {
        "grievance": case_shape(case),
        "current_status": status_shape(case),
        "next_statuses": next_states(case, caller),
        "status_history": [change_shape(one, caller) for one in history],
        "satisfied": is_satisfied(history),
        "files": [file_shape(one) for one in files],
        "recordings": [recording_shape(one) for one in recordings_of(case, caller)],
        "translations": [translation_shape(one) for one in translations_of(case)],
    }


def file_shape(one: Attachment) -> Shape:
    """A file in a list."""
    return {
        "file_id": str(one.file_id),
        "file_name": one.name,
        "file_type": one.file_type,
        "file_size": one.size,
        "status": one.state,
        "upload_timestamp": one.uploaded_at,
        "url": f"/download/{one.file_id}",
    }


def recording_shape(one: Recording) -> Shape:
    """What was said aloud, how it was understood, and whether a person has to listen."""
    heard = getattr(one, "transcription", None)
    confidence = heard.confidence if heard else None
    sure = confidence is not None and confidence >= LEAST_CONFIDENCE
    return {
        "recording_id": one.recording_id,
        "field_name": one.field_name,
        "url": f"/download/{one.attachment.file_id}",
        "status": one.state,
        "language": one.language,
        "language_heard": one.language_heard or None,
        "duration_seconds": one.duration_seconds,
        "transcript": (heard.verified or heard.automated) if heard else None,
        "transcript_status": heard.state if heard else None,
        "confidence": confidence,
        "provider": heard.provider if heard else None,
        "needs_person": one.state != Recording.State.PROCESSING and not sure,
    }


def translation_shape(one: Translation) -> Shape:
    """A case in English, and by whom."""
    return {
        "method": one.method,
        "source_language": one.source_language,
        "description_en": one.description_en,
        "summary_en": one.summary_en,
        "created_at": one.created_at,
    }


def path_of(one: Attachment) -> str:
    """The path that `/upload` answers and `/files/` serves; it opens nothing by itself."""
    ending = one.stored.name.rpartition(".")[2] if one.stored else "bin"
    return f"/uploads/{one.grievance.grievance_id}/{one.file_id}.{ending}"


def file_state_shape(one: Attachment) -> Shape:
    """How far a file is, in the words the web chat waits for."""
    message = _FILE_WORDS.get(FileState(one.state)) or one.problem or "The file could not be used."
    # the contract's clients know `started`, `SUCCESS` and `FAILURE`
    status = "started" if one.state == FileState.PROCESSING else one.state
    return {"status": status, "message": message}


def message_shape(line: Change) -> Shape:
    """What one side wrote to the other, with the status it came with."""
    return {
        "by": "complainant" if line.created_by == "complainant" else "office",
        "text": line.notes,
        "about": line.status_code or line.change_type,
        "at": line.created_at,
    }


def public_shape(
    case: Grievance, files: list[Attachment], history: list[Change], language: str
) -> Shape:
    """`GET /grievance-status/<id>`: where the case stands, for who filed it."""
    words, ticket = WORDS.get(case.status), getattr(case, "ticket", None)
    return {
        "grievance_id": case.grievance_id,
        "status": _status_of(case),
        "in_words": words.meaning(language) if words else "",
        "submitted_at": case.submitted_at,
        "due_at": case.due_at,
        "files": len(files),
        "messages": [message_shape(one) for one in conversation(history)],
        "satisfied": is_satisfied(history),
        "hearing_on": ticket.hearing_on if ticket else None,
        "may_write": case.status not in ("", Status.CLOSED),
        # when an officer opened who they are, and until when
        "identity_opened": [
            {"at": one.opened_at, "until": one.expires_at} for one in reveals_of(case)
        ],
    }

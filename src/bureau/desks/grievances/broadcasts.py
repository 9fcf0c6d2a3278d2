"""How an event of a case looks on socket.io: the names and fields that the contract's clients know."""

from __future__ import annotations

import json
from typing import Any

from bureau.desks.grievances.case_jobs import CLASSIFY, PROCESS, TRANSCRIBE
from bureau.desks.grievances.models import ClassificationStatus, Grievance, RelayedStatus
from bureau.kernel.events.models import Event

Emission = tuple[str, dict[str, Any]]


def emissions(event: Event) -> dict[str, list[Emission]]:
    """`{"emit": [(name, data), …]}` for one event; empty where clients are told nothing.

    What was said stands in no event: it is read from the case when somebody listens.
    """
    make = _MAKERS.get(event.type)
    case = _case_of(event) if make else None
    return {"emit": make(event, case) if make and case else []}


def _case_of(event: Event) -> Grievance | None:
    number = event.stream.partition(":")[2]
    return Grievance.objects.filter(pk=int(number)).first()


def _status_update(event: Event, case: Grievance) -> list[Emission]:
    told = {
        "status": event.payload.get("status", case.status),
        "message": event.type,
        "session_id": case.session_id or case.grievance_id,
        "grievance_id": case.grievance_id,
    }
    return [("status_update", told), ("status_update:grievance", told)]


def _task(case: Grievance, event: Event, name: str, status: str, data: Any) -> dict[str, Any]:
    return {
        "status": status,
        "data": data,
        "result": data,
        "grievance_id": case.grievance_id,
        "flask_session_id": case.session_id,
        "task_name": name,
        "task_id": str(event.pk),
    }


def _file_status(event: Event, case: Grievance) -> list[Emission]:
    facts = {name: event.payload.get(name) for name in ("file_id", "file_type", "status")}
    told = _task(case, event, PROCESS, str(event.payload.get("status")), facts)
    return [("file_status_update", told), ("task_status", told)]


def _classified(event: Event, case: Grievance) -> list[Emission]:
    failed = event.payload.get("classification_status") == ClassificationStatus.FAILED
    result = {
        "grievance_id": case.grievance_id,
        "categories": case.categories,
        "summary": case.summary,
    }
    more = {
        "grievance_summary": case.summary,
        "grievance_categories": case.categories,
        "grievance_categories_alternative": case.categories_alternative,
        "follow_up_question": case.follow_up_question,
    }
    told = _task(case, event, CLASSIFY, "FAILED" if failed else "SUCCESS", more)
    return [("task_status", told), ("classification_complete", result)]


def _confirmed(event: Event, case: Grievance) -> list[Emission]:
    result = {
        "grievance_id": case.grievance_id,
        "categories": case.categories,
        "summary": case.summary,
    }
    return [("classification_complete", result), *_status_update(event, case)]


def _heard(event: Event, case: Grievance) -> list[Emission]:
    field, status = event.payload.get("field_name"), str(event.payload.get("status"))
    return [("task_status", _task(case, event, TRANSCRIBE, status, {"field_name": field}))]


def _reported(event: Event, case: Grievance) -> list[Emission]:
    row = RelayedStatus.objects.filter(grievance=case, pk=event.payload["relayed"]).first()
    if row is None:
        return []
    body = json.loads(row.body)
    told = _task(case, event, body.get("task_name", ""), body["status"], body.get("data"))
    told |= {name: body[name] for name in ("task_id", "result") if body.get(name) is not None}
    return [("task_status", told)]


_MAKERS = {
    "grievance.submitted": _status_update,
    "grievance.status_changed": _status_update,
    "grievance.message": _status_update,
    "grievance.satisfied": _status_update,
    "grievance.file_status": _file_status,
    "grievance.classified": _classified,
    "grievance.reviewed": _confirmed,
    "grievance.corrected": _confirmed,
    "grievance.recording_heard": _heard,
    "grievance.task_reported": _reported,
}

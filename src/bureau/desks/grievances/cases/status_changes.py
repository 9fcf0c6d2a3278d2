"""Changing where a case stands: one row, its history and its event together, who from the session."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from bureau.desks.grievances.cases.history import note_status
from bureau.desks.grievances.errors import StatusConflict
from bureau.desks.grievances.helpdesk.tickets.clocks import case_moved
from bureau.desks.grievances.messaging.messages import tell_status
from bureau.desks.grievances.messaging.offices import tell_office_of
from bureau.desks.grievances.models import Grievance
from bureau.desks.grievances.statuses import ANSWERS, Status, following, status_named
from bureau.kernel.errors import InvalidInput, NotFound
from bureau.kernel.events.log import emit

MAX_NOTES = 5_000


def change_status(
    case: Grievance,
    code: str,
    *,
    actor: str,
    notes: str = "",
    version: int | None = None,
    by_complainant: bool = False,
) -> Grievance:
    """Move a case to another state.

    Args:
        code: any spelling of a state's code.
        notes: words for the other side: the office's answer, or why the complainant objects.
        version: the version the caller decided on; None accepts any.
        by_complainant: the smaller table holds: a complainant may only dispute an answer.

    Returns:
        The case as it is now.

    Raises:
        InvalidInput: no such state, or the notes are too long.
        StatusConflict: the state may not follow, or the case has another version by now.
        NotFound: a draft has no state.
    """
    wanted = status_named(code)
    if wanted is None:
        names = ", ".join(Status.values)
        raise InvalidInput(
            f"There is no status '{code[:40]}'.", fields={"status_code": [f"One of {names}."]}
        )
    if len(notes) > MAX_NOTES:
        raise InvalidInput(fields={"notes": [f"At most {MAX_NOTES} characters."]})
    with transaction.atomic():
        cases = Grievance.objects.held().select_related("complainant")
        locked = cases.get(pk=case.pk)
        if locked.is_draft:
            raise NotFound.matching("Grievance")
        _check(locked, wanted, version, by_complainant)
        return _move(locked, wanted, notes, actor)


def _check(case: Grievance, wanted: Status, version: int | None, by_complainant: bool) -> None:
    if version is not None and version != case.version:
        raise StatusConflict(
            f"The case was changed in between: it is {case.status} now (version {case.version})."
        )
    allowed = following(case.status, by_complainant=by_complainant)
    if wanted not in allowed:
        choice = ", ".join(sorted(allowed)) or "nothing"
        raise StatusConflict(f"{case.status} cannot become {wanted}; it can become {choice}.")


def _move(case: Grievance, wanted: Status, notes: str, actor: str) -> Grievance:
    previous, case.status = case.status, wanted
    case.version += 1
    case.status_changed_at = timezone.now()
    case.save(update_fields=["status", "version", "status_changed_at", "modified_at"])
    note_status(case, actor, notes)
    emit(
        case.stream,
        "grievance.status_changed",
        payload={
            "grievance_id": case.grievance_id,
            "status": case.status,
            "previous_status": previous,
            "version": case.version,
        },
        actor=actor,
    )
    tell_status(case, answered=bool(notes) and wanted in ANSWERS)
    case_moved(case)
    if wanted == Status.DISPUTED:
        tell_office_of(case, "ticket_objection")
    return case

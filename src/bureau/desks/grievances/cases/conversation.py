"""What office and complainant write to each other about a case: lines of its history with words.

An answer that comes with a status is the `notes` of that status; a message without one is a line of
its own. What officers write for officers is a ticket's note and never here.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from bureau.desks.grievances.errors import StatusConflict
from bureau.desks.grievances.messaging.messages import tell_message
from bureau.desks.grievances.messaging.offices import tell_office_of
from bureau.desks.grievances.models import Change, ChangeType, Grievance
from bureau.desks.grievances.statuses import ANSWERS, Status
from bureau.kernel.errors import InvalidInput, NotFound
from bureau.kernel.events.log import emit

MAX_MESSAGE = 5_000


def reply(case: Grievance, text: str, *, actor: str) -> Change:
    """The office writes to the complainant, who is told by SMS and mail that it did.

    The caller holds the case.

    Raises:
        InvalidInput: nothing is written, or too much.
    """
    written = _write(case, ChangeType.MESSAGE, _checked(text, "reply"), actor)
    tell_message(case)
    return written


def write_message(case: Grievance, text: str) -> Change:
    """The complainant writes to the office about an open case.

    Raises:
        InvalidInput: nothing is written, or too much.
        StatusConflict: the case is closed.
        NotFound: it was not filed yet.
    """
    said = _checked(text, "text")
    with transaction.atomic():
        locked = _filed(case)
        if locked.status == Status.CLOSED:
            raise StatusConflict("The case is closed; nobody reads messages about it any more.")
        written = _write(locked, ChangeType.MESSAGE, said, "complainant")
        tell_office_of(locked, "ticket_message")
    return written


def say_satisfied(case: Grievance, text: str = "") -> Change:
    """The complainant says that the answer is good.

    Raises:
        InvalidInput: too much is written.
        StatusConflict: there is no answer yet, or the complainant objected to it.
        NotFound: it was not filed yet.
    """
    said = _checked(text, "text") if text.strip() else ""
    with transaction.atomic():
        locked = _filed(case)
        if locked.status not in ANSWERS:
            raise StatusConflict(f"The case is {locked.status}: there is no answer to agree with.")
        return _write(locked, ChangeType.SATISFIED, said, "complainant")


def is_satisfied(history: Iterable[Change]) -> bool:
    """Whether the complainant agreed with the last answer."""
    told = [one for one in history if one.status_code or one.change_type == ChangeType.SATISFIED]
    satisfied = [one.change_type == ChangeType.SATISFIED for one in told]
    # closing what somebody agreed with takes nothing back
    while told and told[-1].status_code == Status.CLOSED:
        told.pop()
        satisfied.pop()
    return bool(satisfied) and satisfied[-1]


def conversation(history: Iterable[Change]) -> list[Change]:
    """The lines that say something to the other side, in their order."""
    return [one for one in history if one.notes or one.change_type == ChangeType.SATISFIED]


def _checked(text: str, field: str) -> str:
    said = text.strip()
    if not 1 <= len(said) <= MAX_MESSAGE:
        raise InvalidInput(fields={field: [f"Write 1 to {MAX_MESSAGE} characters."]})
    return said


def _filed(case: Grievance) -> Grievance:
    locked = Grievance.objects.held().select_related("complainant").get(pk=case.pk)
    if locked.is_draft:
        raise NotFound.matching("Grievance")
    return locked


def _write(case: Grievance, kind: ChangeType, text: str, actor: str) -> Change:
    line = Change.objects.create(grievance=case, change_type=kind, notes=text, created_by=actor)
    payload = {"line": str(line.uid), "by": "office" if actor != "complainant" else actor}
    kinds = {ChangeType.MESSAGE: "grievance.message", ChangeType.SATISFIED: "grievance.satisfied"}
    emit(case.stream, kinds[kind], payload=payload, actor=actor)
    return line

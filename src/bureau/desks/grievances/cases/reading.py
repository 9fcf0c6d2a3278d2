"""Reading a case: what stands in it, and the trace that an officer's look leaves in the log."""

from __future__ import annotations

from bureau.desks.grievances.access import attachments_of
from bureau.desks.grievances.callers import Caller
from bureau.desks.grievances.models import Change, Grievance, Recording, Translation
from bureau.kernel.events.log import emit


def history_of(case: Grievance) -> list[Change]:
    """All changes, oldest first."""
    return list(case.history.order_by("id"))


def recordings_of(case: Grievance, caller: Caller) -> list[Recording]:
    """What was said aloud and may be heard by the caller, oldest first."""
    heard = Recording.objects.filter(attachment__in=attachments_of(caller).filter(grievance=case))
    return list(heard.select_related("attachment", "transcription").order_by("id"))


def translations_of(case: Grievance) -> list[Translation]:
    """The case in English, by each translator that was asked."""
    return list(case.translations.order_by("id"))


def note_opened(case: Grievance, caller: Caller) -> None:
    """Record that an officer opened a case; those who filed it and bots are not recorded."""
    if caller.user is not None:
        emit(
            case.stream,
            "grievance.opened",
            payload={"grievance_id": case.grievance_id},
            actor=caller.actor,
        )

"""Reading a case: what stands in it, and the trace that an officer's look leaves in the log."""

from __future__ import annotations

from bureau.desks.grievances.callers import Caller
from bureau.desks.grievances.models import Change, Grievance
from bureau.kernel.events.log import emit


def history_of(case: Grievance) -> list[Change]:
    """All changes, oldest first."""
    return list(case.history.order_by("id"))


def note_opened(case: Grievance, caller: Caller) -> None:
    """Record that an officer opened a case; those who filed it and bots are not recorded."""
    if caller.user is not None:
        emit(
            case.stream,
            "grievance.opened",
            payload={"grievance_id": case.grievance_id},
            actor=caller.actor,
        )

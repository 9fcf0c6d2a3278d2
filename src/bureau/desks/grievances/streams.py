"""The stream of a case for officers' pages: that something happened, and nothing of what was said."""

from __future__ import annotations

from typing import Any

from bureau.desks.grievances.models import Grievance
from bureau.kernel.accounts.models import User
from bureau.kernel.errors import NotFound
from bureau.kernel.events.models import Event
from bureau.kernel.events.streams import StreamKind, register_stream


def register() -> None:
    """Let officers watch the cases they may see."""
    from bureau.desks.grievances.helpdesk.access import tickets_of

    def door(user: User, case_id: int) -> Grievance:
        found = tickets_of(user).filter(grievance=case_id).first()
        if found is None:
            raise NotFound.matching("Grievance")
        return found.grievance

    register_stream(StreamKind("grievance", door, shape))


def shape(event: Event) -> dict[str, Any]:
    """An event for a page, which asks the API for the rest."""
    return {"id": event.pk, "type": event.type, "created_at": event.at.isoformat()}

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from bureau.desks.grievances.helpdesk.models import Ticket
from bureau.desks.grievances.models import Grievance
from bureau.desks.grievances.tests.conftest import (  # noqa: F401  (the same people sit here)
    COMPLAINT,
    Visitor,
    _ground,
    account,
    admin,
    bot,
    filed,
    jhapa,
    morang,
    nobody,
    officer,
    other_officer,
    seat,
)
from bureau.kernel.jobs import dispatch

Act = Callable[..., Any]


@pytest.fixture(autouse=True)
def _no_broker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dispatch, "dispatch_task", lambda task: True)


@pytest.fixture
def ticket(filed: dict[str, Any]) -> Ticket:  # noqa: F811
    """The ticket of the filed complaint."""
    return Ticket.objects.get(grievance__grievance_id=filed["grievance_id"])


@pytest.fixture
def act(ticket: Ticket) -> Act:
    """Let somebody do an action on the ticket."""

    def do(who: Visitor, action: str, **fields: Any) -> Any:
        return who.post(f"/tickets/{ticket.uid}/actions", {"action": action, **fields})

    return do


def case_of(ticket: Ticket) -> Grievance:
    return Grievance.objects.get(pk=ticket.grievance_id)


def file_another(who: Visitor, **changes: Any) -> Ticket:
    """File one more complaint; returns its ticket."""
    answer = who.post("/submit-grievance", {**COMPLAINT, **changes})
    assert answer.status_code == 200, answer.content
    return Ticket.objects.get(grievance__grievance_id=answer.json()["grievance_id"])

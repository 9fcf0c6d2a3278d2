"""What `GET /api/tasks/{id}/` gives for help that a clinician asked for: the help itself.

The task's row holds ids only. The one who asked gets the text while they care in the room, and
administrators do.
"""

from __future__ import annotations

import json
from typing import Any

from bureau.desks.interpreting.access import rooms_of
from bureau.desks.interpreting.models import Assistance
from bureau.desks.interpreting.services.assistance import ASSIST
from bureau.kernel.jobs.models import Task
from bureau.kernel.ops.background import register_result


def assistance_result(task: Task) -> dict[str, Any] | None:
    """The contract's result; None when the help is gone, or is no longer theirs who asked."""
    found = Assistance.objects.select_related("asked_by").filter(task=task).first()
    if found is None or not rooms_of(found.asked_by).filter(pk=found.room_id).exists():
        return None
    return {
        "status": "success",
        "room_id": found.room_id,
        "assistance": found.text,
        "sources": json.loads(found.sources) if found.sources else [],
    }


def register() -> None:
    """Let the route know."""
    register_result(ASSIST, assistance_result)

"""Writing a case's history: one line a change, with who did it from the session."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from bureau.desks.grievances.models import Change, ChangeType, Grievance
from bureau.kernel.prepared import insert_later


def note_status(case: Grievance, actor: str, notes: str = "", assigned_to: str = "") -> None:
    """The line of a status that was just set; `case.version` orders it."""
    insert_later(
        Change(
            grievance=case,
            change_type=ChangeType.STATUS,
            status_code=case.status,
            version=case.version,
            notes=notes,
            assigned_to=assigned_to,
            created_by=actor or "system",
        )
    )


def note_fields(
    case: Grievance,
    actor: str,
    changes: Mapping[str, tuple[Any, Any]],
    *,
    reason: str = "",
    change_type: ChangeType = ChangeType.FIELDS,
) -> Change | None:
    """The line of changed fields (name -> old and new value); None when nothing changed."""
    if not changes:
        return None
    told = {
        name: {"old_value": old, "new_value": new, "change_reason": reason}
        for name, (old, new) in changes.items()
    }
    facts = {"updated_fields": told, "source": case.source, "session_id": case.session_id}
    return Change.objects.create(
        grievance=case,
        change_type=change_type,
        field_changes=json.dumps(facts, ensure_ascii=False, default=str),
        created_by=actor or "system",
    )

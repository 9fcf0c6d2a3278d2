"""How an event of a job looks to a client (socket and job detail)."""

from __future__ import annotations

from typing import Any

from bureau.kernel.events.models import Event


def job_event(event: Event) -> dict[str, Any]:
    """The documented shape, plus the event's id: the cursor for `?after=`."""
    entity_type, _, entity_id = event.subject.partition(":")
    return {
        "id": event.pk,
        "job_id": int(event.stream.partition(":")[2]),
        "entity_type": entity_type,
        "entity_id": int(entity_id),
        "event_type": event.type,
        "level": event.level,
        "progress": event.progress,
        "message": event.message,
        "payload": event.payload,
        "trace_id": event.trace_id,
        "created_at": event.at.isoformat().replace("+00:00", "Z"),
    }

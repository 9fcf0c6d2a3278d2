"""What bots report is passed on to a case's watchers; its content stays sealed in a row."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from bureau.desks.grievances.models import Grievance, RelayedStatus
from bureau.kernel.errors import InvalidInput
from bureau.kernel.events.log import emit

MAX_BODY = 50_000


@transaction.atomic
def relay_status(case: Grievance, body: Mapping[str, Any], *, actor: str) -> RelayedStatus:
    """Keep a report and tell the case's watchers that it is there.

    Raises:
        InvalidInput: it is too long.
    """
    text = json.dumps(body, ensure_ascii=False)
    if len(text) > MAX_BODY:
        raise InvalidInput(f"A report takes {MAX_BODY} characters at most.")
    relayed = RelayedStatus.objects.create(grievance=case, body=text)
    emit(
        case.stream,
        "grievance.task_reported",
        payload={"grievance_id": case.grievance_id, "relayed": relayed.pk},
        actor=actor,
    )
    return relayed

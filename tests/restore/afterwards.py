"""What people do on an installation that was restored, told as JSON on standard output."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.test import Client

from bureau.desks.grievances.models import Grievance
from bureau.desks.imaging.models import Study
from bureau.kernel.accounts.models import User
from bureau.kernel.accounts.sessions import open_session, tokens_of
from bureau.kernel.events.log import emit, read_stream
from bureau.kernel.events.models import Event
from bureau.kernel.events.relay import relay_events
from bureau.kernel.events.relay_routes import BusMessage, publish_type
from bureau.kernel.events.sealing import seal_events, verify_events

TYPE = "test.said"


class Heard:
    """A bus that keeps what it is sent."""

    def __init__(self) -> None:
        self.messages: list[BusMessage] = []

    def send(self, message: BusMessage) -> None:
        self.messages.append(message)

    def close(self) -> None:
        """Nothing to close."""


def before() -> None:
    """Work on the first server: an event that is relayed, and all of it sealed."""
    publish_type(TYPE, lambda event: dict(event.payload))
    emit("test:1", TYPE, payload={"number": 1})
    relay_events(publisher=Heard())
    seal_events()
    emit("test:1", TYPE, payload={"number": 2})
    sys.stdout.write(
        json.dumps({"last": Event.objects.order_by("-id").values_list("id", flat=True)[0]})
    )


def after(studies: str) -> None:
    """Work on the second server."""
    publish_type(TYPE, lambda event: dict(event.payload))
    bus = Heard()
    known = read_stream("test:1")[-1].pk
    emit("test:1", TYPE, payload={"number": 3})
    relay_events(publisher=bus)
    found = {
        "sealed": seal_events(),
        "verdict": verify_events().problem,
        "relayed": [m.payload["number"] for m in bus.messages if m.event_type == TYPE],
        "replayed": [event.payload["number"] for event in read_stream("test:1", known)],
        "next_id": Event.objects.order_by("-id").values_list("id", flat=True)[0],
        **_desks(Path(studies)),
    }
    sys.stdout.write(json.dumps(found))


def _desks(path: Path) -> dict[str, Any]:
    call_command("import_studies", str(path), verbosity=0)
    token = tokens_of(open_session(User.objects.filter(role="doctor").latest("id"))).access
    asking = Client(headers={"Authorization": f"Bearer {token}"})
    answer = asking.get("/api/v1/studies/search", {"q": "Zzyzx"})
    assert answer.status_code == 200, answer.content
    filed = Client().post(
        "/submit-grievance",
        {"grievance_description": "The well is dry.", "language_code": "en"},
    )
    return {
        "studies": Study.objects.count(),
        "found": [one["patient_name"] for one in answer.json()["data"]],
        "filed": filed.status_code,
        "cases": Grievance.objects.count(),
    }

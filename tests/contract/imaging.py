"""The people and records of the imaging contract's tests, and how they call."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.test import Client

from bureau.desks.imaging.models import Study
from bureau.kernel.accounts.models import Role, User
from bureau.kernel.accounts.sessions import open_session, tokens_of
from bureau.kernel.jobs.models import Task
from bureau.kernel.jobs.runner import run_task

BASE = "/api/v1"


@dataclass
class Person:
    """Somebody signed in with a bearer token."""

    user: User
    client: Client

    def get(self, path: str, **query: Any) -> Any:
        return self.client.get(f"{BASE}{path}", query)

    def post(self, path: str, body: Any = None) -> Any:
        return self.client.post(f"{BASE}{path}", body or {}, content_type="application/json")

    def upload(self, path: str, **fields: Any) -> Any:
        return self.client.post(f"{BASE}{path}", fields)

    def delete(self, path: str) -> Any:
        return self.client.delete(f"{BASE}{path}")

    def ids(self, **query: Any) -> list[str]:
        """The numbers of the studies that a search finds."""
        answer = self.get("/studies/search", **query)
        assert answer.status_code == 200, answer.content
        return [one["exam_id"] for one in answer.json()["data"]]


def person(username: str, role: Role) -> Person:
    user = User.objects.create(username=username, email=f"{username}@example.org", role=role)
    token = tokens_of(open_session(user)).access
    client = Client(headers={"Authorization": f"Bearer {token}"})
    return Person(user, client)


def study(number: int, **fields: Any) -> Study:
    """A stored study; what is not given has a plain value."""
    plain = {
        "exam_id": f"{number:011d}",
        "patient_name": f"Patient {number}",
        "exam_status": "completed",
        "exam_source": "CT",
        "exam_item": "Chest CT",
        "equipment_type": "CT",
        "order_datetime": datetime(2025, 1, number % 28 + 1, 9, 30),
    }
    return Study.objects.create(**{**plain, **fields})


def run_all() -> None:
    """Do the work that waits, as a worker would."""
    for task in Task.objects.filter(status="PENDING"):
        run_task(task.pk)

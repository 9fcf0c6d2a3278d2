"""Whoever sits at this desk in tests: a bot, officers of two offices, people who complain."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.test import Client

from bureau.desks.grievances.models import Office, OfficeArea, OfficeMember
from bureau.kernel.accounts.models import Role, User
from bureau.kernel.accounts.services.keys import issue_service_key
from bureau.kernel.accounts.sessions import open_session, tokens_of
from bureau.kernel.jobs.models import Task
from bureau.kernel.jobs.runner import run_task
from bureau.kernel.jobs.status import TaskStatus


@dataclass
class Visitor:
    """Somebody with an HTTP client and, perhaps, something to show at the door."""

    headers: dict[str, str] = field(default_factory=dict)
    address: str = "203.0.113.7"

    def call(self, method: str, path: str, body: Any = None, **form: Any) -> Any:
        """A request: JSON `body`, or a multipart form given by keywords."""
        client = Client(raise_request_exception=False, REMOTE_ADDR=self.address)
        if form:
            return client.post(path, form, headers=self.headers)
        content = b"" if body is None else json.dumps(body).encode()
        return client.generic(method, path, content, "application/json", headers=self.headers)

    def get(self, path: str) -> Any:
        return self.call("GET", path)

    def post(self, path: str, body: Any = None, **form: Any) -> Any:
        return self.call("POST", path, body, **form)

    def with_token(self, token: str) -> Visitor:
        return Visitor({"Authorization": f"Bearer {token}"}, self.address)


@pytest.fixture(autouse=True)
def _ground(own_files: None) -> None:
    """A folder of files of its own for each test."""


@pytest.fixture
def nobody() -> Visitor:
    return Visitor()


@pytest.fixture
def bot(db: None) -> Visitor:
    return Visitor({"X-API-Key": issue_service_key("bot", "grievances")})


@pytest.fixture
def jhapa(db: None) -> Office:
    """The office of the whole district of Jhapa."""
    return office("JH-01", province="KO", district="JH")


@pytest.fixture
def morang(db: None) -> Office:
    return office("MO-01", province="KO", district="MO")


def office(code: str, **area: Any) -> Office:
    made = Office.objects.create(code=code, name=f"Office {code}")
    OfficeArea.objects.create(office=made, **area)
    return made


def account(name: str, role: Role) -> Visitor:
    user = User.objects.create(username=name, email=f"{name}@example.org", role=role)
    token = tokens_of(open_session(user)).access
    return Visitor({"Authorization": f"Bearer {token}"})


def seat(name: str, where: Office, *, sensitive: bool = False) -> Visitor:
    visitor = account(name, Role.OFFICER)
    user = User.objects.get(username=name)
    OfficeMember.objects.create(user=user, office=where, handles_sensitive=sensitive)
    return visitor


@pytest.fixture
def officer(jhapa: Office) -> Visitor:
    return seat("sita", jhapa)


@pytest.fixture
def other_officer(morang: Office) -> Visitor:
    return seat("bikash", morang)


@pytest.fixture
def admin(db: None) -> Visitor:
    return account("amara", Role.ADMIN)


COMPLAINT = {
    "grievance_description": "Dust from the road works covers our houses all day.",
    "complainant_full_name": "Ram Bahadur Thapa",
    "complainant_phone": "9841234567",
    "complainant_email": "ram@example.com",
    "complainant_address": "Tole 4, Birtamod",
    "municipality": "Birtamod",
    "ward": "4",
    "language_code": "en",
}


@pytest.fixture
def filed(nobody: Visitor, jhapa: Office) -> dict[str, Any]:
    """The answer to a filed complaint: number, receipt, token."""
    answer = nobody.post("/submit-grievance", COMPLAINT)
    assert answer.status_code == 200, answer.content
    found: dict[str, Any] = answer.json()
    return found


@pytest.fixture
def work() -> Iterator[Callable[[], None]]:
    """Run what waits in the background, in order, until nothing waits any more."""

    def run() -> None:
        while waiting := list(Task.objects.filter(status=TaskStatus.PENDING).order_by("id")):
            for task in waiting:
                run_task(task.pk)
            if {one.pk for one in waiting} == set(
                Task.objects.filter(status=TaskStatus.PENDING).values_list("pk", flat=True)
            ):
                return

    return run

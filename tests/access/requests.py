"""How a request in order looks: objects for the route's parameters, and bodies."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from bureau.kernel.accounts.models import User
from bureau.kernel.jobs.models import Job, Task
from tests.access.body import Body
from tests.access.callers import PASSWORD, Caller, Cast
from tests.access.desks import Desk
from tests.access.matrix import DESKS

ACCOUNT = {
    "username": "newcomer",
    "email": "newcomer@example.org",
    "password": PASSWORD,
    "password_confirm": PASSWORD,
}
NEW_PASSWORD = {"token": "never-sent", "new_password": "another horse battery staple"}
WRONG_CODE = {"otp_token": "000000"}
NO_BODY = Body()


@dataclass
class Objects:
    """What stands in the database when a request is made."""

    cast: Cast
    # for the kernel's routes
    ids: dict[str, object]
    # for each desk's routes
    of_desks: list[tuple[Desk, dict[str, object]]]

    def ids_for(self, route: str) -> dict[str, object]:
        """The parameters of one route."""
        desk = self._desk_of(route)
        named = self.ids if desk is None else desk[1]
        special = {key: value for _, ids in self.of_desks for key, value in ids.items()}
        prefix = f"{route} "
        own = {
            key.removeprefix(prefix): value
            for key, value in special.items()
            if key.startswith(prefix)
        }
        return {**{key: value for key, value in named.items() if " " not in key}, **own}

    def body_of(self, method: str, route: str, ids: Mapping[str, object]) -> Body:
        """The body of a request in order, about the objects with these ids."""
        desk = self._desk_of(route)
        bodies = _kernel_bodies(self.cast) if desk is None else desk[0].bodies(self.cast, ids)
        found = bodies.get((method, route), NO_BODY)
        return found if isinstance(found, Body) else Body(json.dumps(found).encode())

    def _desk_of(self, route: str) -> tuple[Desk, dict[str, object]] | None:
        for desk, ids in self.of_desks:
            if route in desk.SOCKETS or any(row.route == route for row in desk.ROWS):
                return desk, ids
        return None


def prepare_objects(cast: Cast) -> Objects:
    """Make the objects that the table's routes name."""
    somebody = User.objects.create(
        username="somebody", email="somebody@example.org", password=cast.owner.password
    )
    job = Job.objects.create(kind="work", owner=cast.owner)
    task = Task.objects.create(job=job, kind="work.done", queue="default")
    of_desks = [(desk, desk.prepare(cast)) for desk in DESKS]
    return Objects(cast, ids={"user_id": somebody.pk, "task_id": task.pk}, of_desks=of_desks)


def _kernel_bodies(cast: Cast) -> dict[tuple[str, str], dict[str, object] | Body]:
    return {
        ("POST", "/api/auth/register/"): ACCOUNT,
        ("POST", "/api/auth/login/"): {"username": Caller.PATIENT, "password": PASSWORD},
        ("POST", "/api/auth/token/refresh/"): {"refresh": cast.refresh_token},
        ("PUT", "/api/auth/profile/"): {"first_name": "Ada"},
        ("PATCH", "/api/auth/profile/"): {"first_name": "Ada"},
        ("POST", "/api/auth/change-password/"): {
            "old_password": PASSWORD,
            "new_password": "another horse battery staple",
        },
        ("POST", "/api/auth/setup-otp/"): {"password": PASSWORD},
        ("POST", "/api/auth/password/forgotten/"): {"identifier": str(Caller.PATIENT)},
        ("POST", "/api/auth/password/reset/"): NEW_PASSWORD,
        ("POST", "/api/auth/invitation/accept/"): NEW_PASSWORD,
        ("POST", "/api/auth/email/confirm/"): {"token": "never-sent"},
        ("POST", "/api/users/invitations/"): {"username": "guest", "email": "guest@example.org"},
        ("POST", "/api/auth/confirm-otp-setup/"): WRONG_CODE,
        ("POST", "/api/auth/verify-otp/"): WRONG_CODE,
        ("POST", "/api/users/"): ACCOUNT,
        ("PUT", "/api/users/<int:user_id>/"): {"department": "Archive"},
        ("PATCH", "/api/users/<int:user_id>/"): {"department": "Archive"},
    }

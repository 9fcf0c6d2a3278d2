"""The people of these tests and how they call."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.test import Client
from django.utils import timezone

from bureau.kernel.accounts.models import Role, TotpDevice, User
from bureau.kernel.accounts.totp import STEP_SECONDS, code_at, new_secret

PASSWORD = "correct horse battery staple"
WRONG = "wrong horse battery staple"
TICKET = "/api/auth/websocket-ticket/"
ME = "/api/auth/me/"
# what a browser session is refused with when it sends no proof, and a nameless caller
NOT_SIGNED_IN = {"detail": "Authentication credentials were not provided."}


@dataclass
class Caller:
    """Somebody with a client of their own, who sends a bearer token once they have one."""

    client: Client
    access: str = ""
    refresh: str = ""
    # what the server knows of the connection
    ends: dict[str, str] = field(default_factory=dict)

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """Send JSON; `headers` in Django's test style (`HTTP_ORIGIN`, `REMOTE_ADDR`)."""
        headers = {**self.ends, **headers}
        if self.access:
            headers.setdefault("HTTP_AUTHORIZATION", f"Bearer {self.access}")
        send = getattr(self.client, method)
        if method in {"get", "head"}:
            return send(path, **headers)
        return send(path, data=body, content_type="application/json", **headers)

    def get(self, path: str, **headers: str) -> Any:
        return self.call("get", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.call("post", path, body, **headers)

    def patch(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.call("patch", path, body, **headers)

    def put(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.call("put", path, body, **headers)

    def delete(self, path: str, **headers: str) -> Any:
        return self.call("delete", path, **headers)

    def take_tokens(self, answer: Any) -> None:
        self.access, self.refresh = answer.json()["access"], answer.json()["refresh"]


def nobody() -> Caller:
    """A caller who has presented nothing yet."""
    return Caller(Client(enforce_csrf_checks=True))


def nobody_here(link: socket.socket) -> Caller:
    """A caller who has presented nothing yet, at the other end of a real connection."""
    near, far = link.getsockname(), link.getpeername()
    at = {"REMOTE_ADDR": near[0], "REMOTE_PORT": str(near[1]), "SERVER_PORT": str(far[1])}
    return Caller(Client(enforce_csrf_checks=True), ends={**at, "HTTP_HOST": "testserver"})


@contextmanager
def connection_here(host: str = "127.0.0.1") -> Iterator[socket.socket]:
    """The near end of a real connection on loopback."""
    with (
        socket.create_server((host, 0), family=family_of(host)) as server,
        socket.create_connection(server.getsockname()[:2]) as near,
        server.accept()[0],
    ):
        yield near


def family_of(host: str) -> socket.AddressFamily:
    """IPv6 where an address has colons."""
    return socket.AF_INET6 if ":" in host else socket.AF_INET


def sign_in(username: str, password: str = PASSWORD) -> Caller:
    """A caller who signed in and sends the bearer token, without the browser's cookies."""
    caller = nobody()
    answer = caller.post("/api/auth/login/", {"username": username, "password": password})
    assert answer.status_code == 200, answer.content
    caller.client.cookies.clear()
    caller.take_tokens(answer)
    return caller


def browse_as(username: str) -> Caller:
    """A caller who signed in and sends only the browser's cookies."""
    caller = nobody()
    caller.post("/api/auth/login/", {"username": username, "password": PASSWORD})
    return caller


def csrf_token(caller: Caller) -> str:
    """What a page of this browser would send as `X-CSRFToken`."""
    return str(caller.client.get("/api/auth/csrf/").json()["csrfToken"])


def add_person(username: str, role: Role = Role.PATIENT, **fields: Any) -> User:
    """An account whose password is `PASSWORD` and whose address is proved."""
    fields.setdefault("email_proved_at", timezone.now())
    return User.objects.create_user(
        username, f"{username}@example.org", PASSWORD, role=role, **fields
    )


def give_second_factor(user: User) -> TotpDevice:
    """A confirmed authenticator of which no code was used yet."""
    return TotpDevice.objects.create(
        user=user, secret=new_secret(), confirmed_at=timezone.now(), last_step=0
    )


def code_of(device: TotpDevice, *, steps_away: int = 0) -> str:
    """The code an authenticator shows now, or showed or will show some steps away."""
    return code_at(device.secret, int(timezone.now().timestamp()) // STEP_SECONDS + steps_away)

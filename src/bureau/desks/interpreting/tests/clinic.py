"""The people of these tests, how they call, and how tasks run without a worker."""

from __future__ import annotations

import base64
import io
import math
import struct
import wave
from dataclasses import dataclass
from typing import Any

from django.test import Client
from django.utils import timezone

from bureau.desks.interpreting.models import ChatMessage, ChatRoom
from bureau.kernel.accounts.models import Role, User
from bureau.kernel.accounts.sessions import open_session, tokens_of
from bureau.kernel.events.models import Event
from bureau.kernel.jobs.models import Task
from bureau.kernel.jobs.runner import run_task
from bureau.kernel.jobs.status import TaskStatus


@dataclass
class Person:
    """Somebody signed in with a bearer token."""

    user: User
    client: Client

    def get(self, path: str, **query: Any) -> Any:
        return self.client.get(path, query)

    def post(self, path: str, body: Any = None) -> Any:
        return self.client.post(path, {} if body is None else body, "application/json")

    def put(self, path: str, body: Any) -> Any:
        return self.client.put(path, body, "application/json")

    def patch(self, path: str, body: Any) -> Any:
        return self.client.patch(path, body, "application/json")

    def delete(self, path: str) -> Any:
        return self.client.delete(path)

    def say(self, room: int, text: str = "", **fields: Any) -> Any:
        """Send a message on this person's side."""
        side = "patient" if self.user.role == Role.PATIENT else "doctor"
        body = {"sender_type": side, "text": text, **fields}
        return self.post(f"/api/chat-rooms/{room}/send_message/", body)

    def said(self, room: int, text: str = "", **fields: Any) -> dict[str, Any]:
        """What comes of a message when all its tasks have run."""
        answer = self.say(room, text, **fields)
        assert answer.status_code == 201, answer.content
        run_all()
        found: dict[str, Any] = self.get(f"/api/messages/{answer.json()['id']}/").json()
        return found


def person(username: str, role: Role) -> Person:
    user = User.objects.create(
        username=username,
        email=f"{username}@example.org",
        email_proved_at=timezone.now(),
        role=role,
    )
    token = tokens_of(open_session(user)).access
    return Person(user, Client(headers={"Authorization": f"Bearer {token}"}))


def opened(host: Person, *guests: Person, **fields: Any) -> int:
    """The id of a new room."""
    body = {"name": "Consultation", "participants": [one.user.pk for one in guests], **fields}
    answer = host.post("/api/chat-rooms/", body)
    assert answer.status_code == 201, answer.content
    return int(answer.json()["id"])


def run_all() -> None:
    """Run open tasks in order, as workers would, and those that they add."""
    for _ in range(10):
        waiting = Task.objects.filter(status=TaskStatus.PENDING, not_before=None)
        ids = list(waiting.order_by("id").values_list("id", flat=True))
        if not ids:
            return
        for task_id in ids:
            run_task(task_id)


def run_to_the_end() -> None:
    """Run open tasks, and again at once what waits for another try."""
    for _ in range(10):
        run_all()
        if not Task.objects.filter(status=TaskStatus.PENDING).update(not_before=None):
            return


def told(room: int, *types: str) -> list[Event]:
    """The room's events of these types, or all of them."""
    events = Event.objects.filter(stream=f"chat-room:{room}").order_by("id")
    return list(events.filter(type__in=types) if types else events)


def tone(seconds: float = 1.0, hertz: float = 440.0, loudness: float = 0.3) -> bytes:
    """A WAV recording of a tone; loudness 0 is silence."""
    rate = 16_000
    peak = loudness * 32_767
    samples = (
        round(peak * math.sin(2 * math.pi * hertz * at / rate)) for at in range(int(seconds * rate))
    )
    return wav_of(b"".join(struct.pack("<h", sample) for sample in samples), rate)


def wav_of(samples: bytes, rate: int) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as wav:
        wav.setnchannels(1)
        wav.setsampwidth(2)
        wav.setframerate(rate)
        wav.writeframes(samples)
    return file.getvalue()


def as_base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def nothing_was_said() -> bool:
    """Whether a refused message left nothing behind."""
    return not ChatMessage.objects.exists() and not Task.objects.exists() and not _files()


def _files() -> bool:
    from bureau.kernel.files.models import StoredFile

    return StoredFile.objects.exists()


def room_of(room_id: int) -> ChatRoom:
    return ChatRoom.objects.get(pk=room_id)

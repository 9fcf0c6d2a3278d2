"""How these tests use the desk: people and nameless readers with clients of their own."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from bureau.desks.knowledge.access import DESK, PERSONAL
from bureau.kernel.accounts.models import Role, User
from bureau.kernel.jobs.models import Task
from bureau.kernel.jobs.runner import run_task
from bureau.kernel.retrieval.services import create_collection
from bureau.kernel.retrieval.texts import Cutting, Text, prepare_texts, publish_texts

PASSWORD = "correct horse battery staple"


@dataclass
class Person:
    """A reader; `user` is None for a nameless one."""

    client: Client
    user: User | None = None

    def get(self, path: str, **query: Any) -> Any:
        return self.client.get(path, query)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.client.post(path, body or {}, content_type="application/json", **headers)

    def delete(self, path: str) -> Any:
        return self.client.delete(path)

    def upload(self, name: str, content: bytes, **fields: Any) -> Any:
        """Upload a document and have it processed; returns its detail."""
        fields = {"file": SimpleUploadedFile(name, content), "language": "en", **fields}
        answer = self.client.post("/api/documents/upload/", fields)
        assert answer.status_code == 201, answer.content
        run_waiting()
        return self.get(f"/api/documents/{answer.json()['id']}/").json()

    def shelve(self, title: str, text: str, language: str = "en") -> Any:
        """Put a text on the person's shelf without reading a file; returns the document's id."""
        assert self.user
        collection = create_collection(desk=DESK, name=PERSONAL, owner=self.user)
        one = Text(uuid4(), title, text, Cutting(1200, 200), language)
        publish_texts(collection, prepare_texts(collection, [one]))
        return one.document_id

    def ask(self, text: str, **more: Any) -> Any:
        """Ask, expecting an answer."""
        answer = self.post("/api/chat/", {"message": text, **more})
        assert answer.status_code == 200, answer.content
        return answer.json()

    def stream(self, text: str, **more: Any) -> list[tuple[str, Any]]:
        """Ask with a stream; returns (event, data) in order."""
        answer = self.post("/api/chat/stream/", {"message": text, **more})
        assert answer.status_code == 200, answer.content
        return events_in(b"".join(answer.streaming_content).decode())


def events_in(text: str) -> list[tuple[str, Any]]:
    found = []
    for block in text.strip().split("\n\n"):
        name, data = block.split("\n", 1)
        found.append((name.removeprefix("event: "), json.loads(data.removeprefix("data: "))))
    return found


def person_named(username: str, role: Role = Role.ANALYST) -> Person:
    user = User.objects.create_user(
        username,
        f"{username}@example.org",
        PASSWORD,
        role=role,
        email_proved_at=timezone.now(),
    )
    client = Client()
    body = {"username": username, "password": PASSWORD}
    answer = client.post("/api/auth/login/", body, content_type="application/json")
    assert answer.status_code == 200, answer.content
    client.cookies.clear()
    client.defaults["HTTP_AUTHORIZATION"] = f"Bearer {answer.json()['access']}"
    return Person(client, user)


def nobody() -> Person:
    """A nameless reader, who keeps the cookies they are given."""
    return Person(Client())


def run_waiting() -> None:
    """Run all waiting tasks, as workers would."""
    for task_id in (
        Task.objects.filter(status="PENDING").order_by("id").values_list("id", flat=True)
    ):
        run_task(task_id)

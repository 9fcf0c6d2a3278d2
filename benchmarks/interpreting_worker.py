"""A process with Django that sends and translates messages and prints how long each took."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from contextlib import contextmanager
from typing import Any
from unittest import mock

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from benchmarks import django_ready  # noqa: F401  (must come before the models)
from bureau.desks.interpreting.collections.services.collections import create_collection
from bureau.desks.interpreting.collections.services.items import add_text
from bureau.kernel.accounts.models import Role, User
from bureau.kernel.accounts.sessions import open_session, tokens_of
from bureau.kernel.ai import registry
from bureau.kernel.ai.ports import Translation
from bureau.kernel.jobs import dispatch
from bureau.kernel.jobs.models import Task
from bureau.kernel.jobs.runner import run_task
from bureau.kernel.jobs.status import TaskStatus
from bureau.kernel.retrieval import search

MESSAGES, WARM_UP = 200, 20
BASES, ROOMS = 20, 100


class Instant:
    """A translator that answers at once."""

    provider, model = "instant", "none"

    def translate(self, text: str, source: str, target: str, **_: Any) -> Translation:
        return Translation(f"[{target}] {text}", source, target, self.provider, self.model)


def main() -> None:
    """Measure and print one line of JSON."""
    doctor, patient = (
        User.objects.create(username=name, role=role)
        for name, role in (("doctor", Role.DOCTOR), ("patient", Role.PATIENT))
    )
    client = Client(headers={"Authorization": f"Bearer {tokens_of(open_session(doctor)).access}"})
    with (
        mock.patch.object(registry, "translator", Instant),
        mock.patch.object(registry, "speaker", return_value=None),
        mock.patch.object(dispatch, "dispatch_task", return_value=True),
    ):
        room = _open(client, patient)
        facts = _messages(client, room)
        facts["room_queries"] = _room_queries(client, patient)
        facts["embeddings"] = _embeddings(client, doctor, room)
    print(json.dumps(facts))


def _open(client: Client, patient: User) -> int:
    body = {"name": "Room", "patient_language": "afr", "participants": [patient.pk]}
    answer = client.post("/api/chat-rooms/", body, "application/json")
    return int(answer.json()["id"])


def _send(client: Client, room: int, text: str) -> None:
    body = {"sender_type": "doctor", "text": text}
    answer = client.post(f"/api/chat-rooms/{room}/send_message/", body, "application/json")
    assert answer.status_code == 201, answer.content


def _work() -> None:
    for task in Task.objects.filter(status=TaskStatus.PENDING).order_by("id"):
        run_task(task.pk)


def _timed(action: Callable[[], object]) -> float:
    started = time.perf_counter()
    action()
    return 1_000 * (time.perf_counter() - started)


def _messages(client: Client, room: int) -> dict[str, Any]:
    sent, translated = [], []
    for number in range(WARM_UP + MESSAGES):
        text = f"Remark {number}: take 500 mg of paracetamol 3 times a day for 5 days."
        sent.append(_timed(lambda text=text: _send(client, room, text)))  # type: ignore[misc]
        task = Task.objects.get(status=TaskStatus.PENDING)
        translated.append(_timed(lambda task=task: run_task(task.pk)))  # type: ignore[misc]
    sent, translated = sent[WARM_UP:], translated[WARM_UP:]
    whole = [one + two for one, two in zip(sent, translated, strict=True)]
    return {"send": sent, "translate": translated, "whole": whole}


def _room_queries(client: Client, patient: User) -> list[int]:
    def cost() -> int:
        with CaptureQueriesContext(connection) as caught:
            assert client.get("/api/chat-rooms/").status_code == 200
        return len(caught)

    one = cost()
    for _ in range(ROOMS - 1):
        _send(client, _open(client, patient), "Where does it hurt?")
    _work()
    assert client.get("/api/chat-rooms/").json()["count"] == ROOMS
    return [one, cost()]


def _embeddings(client: Client, doctor: User, room: int) -> list[int]:
    counts = []
    for number in range(BASES):
        fields = {"name": f"Base {number}", "description": "Advice", "is_global": True}
        add_text(
            doctor,
            create_collection(doctor, fields),
            {"name": "One", "content": f"Advice {number}."},
        )
        if number in (0, BASES - 1):
            _work()
            with _counted() as asked:
                _send(client, room, f"A question about advice, number {number}")
                _work()
            counts.append(len(asked))
    return counts


@contextmanager
def _counted() -> Any:
    """The questions that are embedded inside the block."""
    asked: list[str] = []
    real = search.embedder_of

    def counting(space: Any) -> Any:
        embedder = real(space)
        counted = mock.Mock(wraps=embedder)
        counted.provider, counted.model = embedder.provider, embedder.model
        counted.dimension = embedder.dimension

        def embed_query(text: str) -> Any:
            asked.append(text)
            return embedder.embed_query(text)

        counted.embed_query = embed_query
        return counted

    with mock.patch.object(search, "embedder_of", counting):
        yield asked


if __name__ == "__main__":
    main()

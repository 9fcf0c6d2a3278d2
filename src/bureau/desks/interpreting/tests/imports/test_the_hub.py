"""What the hub's refusals and absence look like: the library talks to a server of this test."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from bureau.desks.interpreting.collections.management.commands._importing import (
    PAUSES,
    ImportCommand,
)
from bureau.desks.interpreting.collections.models import CollectionItem
from bureau.desks.interpreting.imports import tasks
from bureau.desks.interpreting.imports.running import Wish
from bureau.desks.interpreting.tests.clinic import run_to_the_end
from bureau.kernel.events.models import Event
from bureau.kernel.jobs.models import Task

pytestmark = pytest.mark.django_db

TOKEN = "hf_only-for-this-test"


class Gate(BaseHTTPRequestHandler):
    """Answers as the hub does for a data set whose terms were not accepted."""

    seen: list[str] = []

    def do_GET(self) -> None:
        self.seen.append(self.headers.get("Authorization", ""))
        self.send_response(403 if self.seen[-1] else 401)
        self.send_header("X-Error-Code", "GatedRepo")
        self.send_header("X-Error-Message", "Access to this dataset is restricted.")
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_HEAD = do_GET

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture(autouse=True)
def _offline_again(monkeypatch: pytest.MonkeyPatch, settings: Settings, tmp_path: Any) -> None:
    """An import lets the library go online; the other tests must not."""
    import datasets
    from huggingface_hub import constants

    for place in (datasets.config, constants):
        monkeypatch.setattr(place, "HF_HUB_OFFLINE", True)
    settings.DATA_DIR = tmp_path


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Gate]]:
    import datasets

    Gate.seen = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Gate)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setattr(datasets.config, "HF_ENDPOINT", f"http://127.0.0.1:{server.server_port}")
    yield Gate
    server.shutdown()
    server.server_close()


class NoWaiting:
    """The clock of the hub's library, whose own pauses would take minutes."""

    def __getattr__(self, name: str) -> Any:
        return getattr(time, name)

    def sleep(self, seconds: float) -> None:
        assert seconds > 0


@pytest.fixture
def nobody_there(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An address at which nothing answers."""
    import datasets
    from huggingface_hub.utils import _http

    monkeypatch.setattr(_http, "time", NoWaiting())
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{held.getsockname()[1]}"
        monkeypatch.setattr(datasets.config, "HF_ENDPOINT", address)
        yield


def test_a_gated_data_set_says_what_to_do_and_is_not_tried_again(gate: type[Gate]) -> None:
    tasks.start_import(Wish("voices", "zul"))
    run_to_the_end()
    task = Task.objects.get()
    assert (task.status, task.attempt, task.error_code) == ("FAILED", 1, "GATED_DATASET")
    for step in ("gated dataset", "accept its terms", "HF_TOKEN"):
        assert step in task.error_message
    (event,) = Event.objects.filter(type="dataset.import_failed")
    assert event.payload == {
        "lang_code": "zul",
        "lang_name": "isiZulu",
        "error": "gated_dataset",
    }
    assert gate.seen


def test_a_token_is_sent_and_stands_nowhere(gate: type[Gate]) -> None:
    with pytest.raises(CommandError, match="gated dataset"):
        call_command("import_hf_dataset", "--lang", "zul", "--hf-token", TOKEN)
    assert gate.seen[0] == f"Bearer {TOKEN}"
    told = [str(event.payload) + event.message for event in Event.objects.all()]
    assert not any(TOKEN in text for text in told)
    assert not Task.objects.exists()


@pytest.mark.usefixtures("nobody_there")
def test_a_hub_that_is_away_is_tried_again_and_told_once() -> None:
    tasks.start_import(Wish("projection", "xho"))
    run_to_the_end()
    task = Task.objects.get()
    assert (task.status, task.attempt) == ("FAILED", tasks.TRIES)
    assert task.error_code == "NETWORK_ERROR"
    assert "cannot be reached" in task.error_message
    (event,) = Event.objects.filter(type="dataset.kb_import_failed")
    assert event.payload["error"] == "network_error"
    assert not CollectionItem.objects.exists()


@pytest.mark.usefixtures("nobody_there")
def test_the_command_waits_longer_each_time(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    waited: list[float] = []
    monkeypatch.setattr(ImportCommand, "pause", staticmethod(waited.append))
    with pytest.raises(CommandError, match="cannot be reached"):
        call_command("import_aligned_translations")
    assert tuple(waited) == PAUSES == (5, 10, 20, 40, 80)
    assert "Trying again in 5 s" in capsys.readouterr().err

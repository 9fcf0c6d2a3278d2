"""The socket.io server, spoken to by the real client of its sites (npm's socket.io-client)."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.external_postgres import free_port
from tests.waiting import PATIENCE

from bureau.desks.grievances.classification.classifying import Suggestion, keep
from bureau.desks.grievances.models import Grievance
from bureau.desks.grievances.tests.conftest import COMPLAINT, Visitor
from bureau.kernel.accounts.services.keys import revoke_service_key

pytestmark = [pytest.mark.needs("node", "npm"), pytest.mark.django_db(transaction=True)]

ROOT = Path(__file__).resolve().parents[5]
CLIENT = Path(__file__).with_name("client.js")
PACKAGE = "socket.io-client@4"


@pytest.fixture(scope="session")
def modules(request: pytest.FixtureRequest) -> Path:
    """A folder with the client, fetched by name from npm once and kept in pytest's cache."""
    cache = request.config.cache
    assert cache is not None
    folder = cache.mkdir("socketio-client")
    if not (folder / "node_modules" / "socket.io-client").is_dir():
        command = ["npm", "install", "--silent", "--no-audit", "--no-fund", PACKAGE]
        fetched = subprocess.run([*command, "--prefix", str(folder)], check=False, timeout=PATIENCE)
        if fetched.returncode:
            pytest.skip(f"needs {PACKAGE}: run the tests once where npm reaches its registry")
    return folder / "node_modules"


@pytest.fixture(scope="module")
def address(django_db_setup: None) -> Iterator[str]:
    """A web server in a process of its own, on the test database."""
    number = free_port()
    command = [sys.executable, "-m", "uvicorn", "bureau.asgi:application", "--port", str(number)]
    environment = {**os.environ, "BUREAU_DB_POOL": "4"}
    server = subprocess.Popen([*command, "--log-level", "error"], cwd=ROOT, env=environment)
    try:
        yield f"http://127.0.0.1:{number}"
    finally:
        server.terminate()
        server.wait(PATIENCE)


class Listener:
    """A client in a process of its own."""

    def __init__(self, modules: Path, *arguments: str) -> None:
        self.process = subprocess.Popen(
            ["node", str(CLIENT), *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "NODE_PATH": str(modules)},
        )
        self.heard: queue.Queue[list[Any]] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.heard.put(json.loads(line))

    def say(self, name: str, data: Any) -> None:
        self.say_text(json.dumps([name, data]))

    def say_text(self, text: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(text + "\n")
        self.process.stdin.flush()

    def expect(self, name: str) -> Any:
        """The data of the next event with this name; others are passed over."""
        while True:
            found = self.heard.get(timeout=PATIENCE)
            if found[0] == name:
                return found[1] if len(found) > 1 else None

    def join(self, room: str, token: str, **more: Any) -> dict[str, Any]:
        self.say("join", {"room": room, "token": token, **more})
        answer: dict[str, Any] = self.expect("ack")
        return answer

    def close(self) -> None:
        self.process.kill()
        self.process.wait(PATIENCE)


@pytest.fixture
def listen(modules: Path, address: str) -> Iterator[Callable[..., Listener]]:
    """Open a client on a path, with a transport; it is connected when this returns."""
    opened: list[Listener] = []

    def connect(path: str = "/socket.io/", transport: str = "websocket") -> Listener:
        end = time.monotonic() + PATIENCE
        while True:
            listener = Listener(modules, address, path, transport)
            opened.append(listener)
            first = listener.heard.get(timeout=PATIENCE)
            if first == ["connect"]:
                return listener
            # the server is still starting
            assert time.monotonic() < end, first
            listener.close()

    yield connect
    for one in opened:
        one.close()


@pytest.fixture
def case(db: None) -> dict[str, Any]:
    found: dict[str, Any] = Visitor().post("/submit-grievance", COMPLAINT).json()
    return found


def token_of(visitor: Visitor, case: dict[str, Any]) -> str:
    answer = visitor.post("/socket-token", {"grievance_id": case["grievance_id"]})
    return str(answer.json()["data"]["token"])


@pytest.fixture
def token(case: dict[str, Any]) -> str:
    return token_of(Visitor().with_token(case["token"]), case)


def classify(case: dict[str, Any]) -> None:
    found = Suggestion([("Environmental - Air Pollution", 0.9)], "Dust.", "builtin", "e5")
    keep(Grievance.objects.get(grievance_id=case["grievance_id"]), found)


@pytest.mark.parametrize(
    ("path", "transport"),
    [("/socket.io/", "websocket"), ("/accessible-socket.io/", "polling")],
)
def test_a_watcher_hears_of_its_case(
    listen: Callable[..., Listener],
    case: dict[str, Any],
    token: str,
    bot: Visitor,
    path: str,
    transport: str,
) -> None:
    listener = listen(path, transport)
    assert listener.join(case["grievance_id"], token)["status"] == "success"
    classify(case)
    told = listener.expect("task_status")
    assert told["task_name"] == "classify_and_summarize_grievance_task"
    assert (told["status"], told["data"]["grievance_summary"]) == ("SUCCESS", "Dust.")
    complete = listener.expect("classification_complete")
    assert complete["categories"] == ["Environmental - Air Pollution"]
    report = {"grievance_id": case["grievance_id"], "status": "SUCCESS", "data": {"text": "धूलो"}}
    assert bot.post("/task-status", report).status_code == 200
    assert listener.expect("task_status")["data"] == {"text": "धूलो"}


def test_a_client_that_comes_back_with_its_cursor_misses_nothing(
    listen: Callable[..., Listener], case: dict[str, Any], token: str
) -> None:
    classify(case)
    listener = listen()
    listener.join(case["grievance_id"], token, after=0)
    names = []
    while "classification_complete" not in names:
        names.append(listener.heard.get(timeout=PATIENCE)[0])
    assert {"status_update", "status_update:grievance", "task_status"} <= set(names)


def test_a_foreign_room_stays_closed(
    listen: Callable[..., Listener], case: dict[str, Any], token: str
) -> None:
    other = Visitor().post("/submit-grievance", COMPLAINT).json()
    listener = listen()
    for room, shown in (
        (other["grievance_id"], token),
        (case["grievance_id"], token[:-3] + "xyz"),
        (case["grievance_id"], ""),
        (case["grievance_id"], case["token"]),
    ):
        assert listener.join(room, shown)["status"] == "error"
    assert listener.join(case["grievance_id"], token)["status"] == "success"
    # what a client claims reaches nobody
    listener.say("status_update", {"session_id": case["grievance_id"], "status": "RESOLVED"})
    assert listener.expect("ack")["status"] == "error"
    classify(other)
    classify(case)
    assert listener.expect("classification_complete")["grievance_id"] == case["grievance_id"]


def test_pages_of_other_origins_are_refused(modules: Path, address: str, listen: Any) -> None:
    listen()
    stranger = Listener(modules, address, "/socket.io/", "websocket", "https://evil.example")
    try:
        assert stranger.heard.get(timeout=PATIENCE)[0] == "connect_error"
    finally:
        stranger.close()


@pytest.mark.security("joining a case's room, or listening on in it, after signing out")
def test_an_officers_rooms_end_with_the_sign_in(
    listen: Callable[..., Listener], case: dict[str, Any], admin: Visitor
) -> None:
    shown, listener = token_of(admin, case), listen()
    assert listener.join(case["grievance_id"], shown)["status"] == "success"
    assert admin.post("/api/auth/logout/").status_code == 200
    assert listener.expect("room_closed") == {"room": case["grievance_id"]}
    assert listener.join(case["grievance_id"], shown)["status"] == "error"


@pytest.mark.security("joining a case's room with the token of a revoked service key")
def test_a_machines_token_ends_with_its_key(
    listen: Callable[..., Listener], case: dict[str, Any], bot: Visitor
) -> None:
    shown, listener = token_of(bot, case), listen()
    assert listener.join(case["grievance_id"], shown)["status"] == "success"
    revoke_service_key("bot")
    assert listen().join(case["grievance_id"], shown)["status"] == "error"


@pytest.mark.security("JSON nested too deeply at the socket.io server")
def test_deep_json_does_not_disturb_others(
    listen: Callable[..., Listener], case: dict[str, Any], token: str
) -> None:
    listener, other = listen(), listen()
    listener.say_text('["join", ' + "[" * 5_000 + "]" * 5_000 + "]")
    assert other.join(case["grievance_id"], token)["status"] == "success"

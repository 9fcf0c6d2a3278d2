"""Two web processes behind a balancer that knows nothing of sessions: each request goes to the next."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import cycle

import httpx
import pytest

from bureau.desks.grievances.classification.classifying import Suggestion, keep
from bureau.desks.grievances.models import Grievance
from bureau.desks.grievances.tests.conftest import COMPLAINT, Visitor, _ground  # noqa: F401
from tests.faults.web import web_server

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def ports(django_db_setup: None) -> Iterator[list[int]]:
    with web_server() as first, web_server() as second:
        yield [first, second]


class Polling:
    """A socket.io client that only polls, and asks another process each time."""

    def __init__(self, ports: list[int]) -> None:
        self._ports = cycle(ports)
        self._client = httpx.Client(timeout=60)
        self._sid = ""

    def open(self) -> str:
        """Open a session and the namespace; the socket's id."""
        self._sid = json.loads(self.get()[1:])["sid"]
        assert self.post("40") == "ok"
        answer = self.get()
        assert answer.startswith("40"), answer
        return str(json.loads(answer[2:])["sid"])

    def get(self) -> str:
        answer = self._client.get(self._address())
        assert answer.status_code == 200, answer.text
        return answer.text

    def post(self, text: str) -> str:
        answer = self._client.post(self._address(), content=text)
        assert answer.status_code == 200, answer.text
        return answer.text.lower()

    def _address(self) -> str:
        sid = f"&sid={self._sid}" if self._sid else ""
        return f"http://127.0.0.1:{next(self._ports)}/socket.io/?EIO=4&transport=polling{sid}"


def test_ten_of_ten_polling_handshakes_succeed(ports: list[int]) -> None:
    assert len({Polling(ports).open() for _ in range(10)}) == 10


def test_a_poller_hears_of_its_case_whichever_process_it_asks(ports: list[int]) -> None:
    case = Visitor().post("/submit-grievance", COMPLAINT).json()
    asked = {"grievance_id": case["grievance_id"]}
    told = Visitor().with_token(case["token"]).post("/socket-token", asked).json()["data"]
    client = Polling(ports)
    client.open()
    join = {"room": case["grievance_id"], "token": told["token"]}
    client.post("420" + json.dumps(["join", join]))
    heard = client.get()
    while "success" not in heard:
        heard += client.get()
    found = Suggestion([("Environmental - Air Pollution", 0.9)], "Dust.", "builtin", "e5")
    keep(Grievance.objects.get(grievance_id=case["grievance_id"]), found)
    while "classification_complete" not in heard:
        text = client.get()
        heard += text
        if text == "2":
            client.post("3")
    assert "task_status" in heard


def test_a_session_that_nobody_has_is_refused(ports: list[int]) -> None:
    address = f"http://127.0.0.1:{ports[0]}/socket.io/?EIO=4&transport=polling&sid=gone.AAAA"
    answer = httpx.get(address)
    assert (answer.status_code, answer.json()) == (400, "Invalid session")

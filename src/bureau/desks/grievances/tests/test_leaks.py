"""Nobody who complained is found anywhere in what an installation wrote, nor in what its servers heard.

`LEAK_CASES=1000` files a thousand complaints; by default there are few, so that tests stay fast.
`-s` prints how much was searched.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from benchmarks.ground import Installation
from PIL import Image
from tests.waiting import PATIENCE

from bureau.desks.grievances.tests import pictures
from bureau.desks.grievances.tests.evidence import Evidence, Hit, search
from bureau.desks.grievances.tests.invented import Invented, needles, people

CASES = int(os.environ.get("LEAK_CASES", "20"))
CLIENTS = 4
EXCHANGE = "leaks"
ADDRESSES = 200
ARTIST, OWNER = 0x013B, 0x8298
WAITING = "SELECT count(*) FROM jobs_task WHERE status IN ('PENDING', 'RUNNING')"
# where the filed complaints must have left something, sealed or not
WRITTEN = (
    "grievances_complainant",
    "grievances_grievance",
    "events_event",
    "jobs_task",
    "notify_message",
)


class Town:
    """People who complain over HTTP, and the office that answers them."""

    def __init__(self, house: Installation) -> None:
        self.house = house
        self.http = httpx.Client(base_url=house.url, timeout=PATIENCE)
        token = house.access_token("officer")
        self.officer = httpx.Client(
            base_url=house.url, timeout=PATIENCE, headers={"Authorization": f"Bearer {token}"}
        )

    def complain(self, person: Invented, number: int) -> str:
        """File a complaint; every tenth person is also answered. Returns the case's number."""
        # behind a proxy: one address may not file a thousand complaints
        here = {"X-Forwarded-For": f"203.0.113.{number % ADDRESSES}"}
        files = [("file", (f"{person.full_name}.jpg", signed_picture(person)))]
        filed = self.http.post(
            "/submit-grievance",
            data=person.complaint(),
            files=files if number % 10 == 0 else None,
            headers=here,
        )
        assert filed.status_code == 200, filed.text
        name: str = filed.json()["grievance_id"]
        if number % 10 == 0:
            self._prove_number(person, here)
            self._answer(person, name)
        return name

    def _prove_number(self, person: Invented, here: dict[str, str]) -> None:
        sent = self.http.post("/otp/send", json={"phone": person.spelled}, headers=here)
        assert sent.status_code == 200, sent.text
        told = {"phone": person.phone, "code": "000000"}
        assert self.http.post("/otp/verify", json=told, headers=here).status_code == 400

    def _answer(self, person: Invented, name: str) -> None:
        assert self.officer.get(f"/api/grievance/{name}").status_code == 200
        moved = {"status_code": "RESOLVED", "notes": f"Told {person.full_name}."}
        done = self.officer.post(f"/api/grievance/{name}/status", json=moved)
        assert done.status_code == 200, done.text

    def cases_of(self, **known: str) -> list[str]:
        """What the office finds by a telephone number or mail address."""
        told = {**known, "reason": "Whether everybody is found again."}
        found = self.officer.post("/api/grievances/find", json=told)
        assert found.status_code == 200, found.text
        return [one["grievance_id"] for one in found.json()["data"]]


def signed_picture(person: Invented) -> bytes:
    """A photo that says whose it is."""
    exif = Image.Exif()
    exif[ARTIST], exif[OWNER] = person.email, person.address
    return pictures.jpeg((640, 480), exif=exif)


@contextmanager
def running(folder: Path) -> Iterator[Installation]:
    """An installation that says much in its log and sends its events to a bus."""
    house = Installation(
        folder / "data",
        BUREAU_LOG_LEVEL="DEBUG",
        TRUSTED_PROXIES="127.0.0.1",
        RABBITMQ_URL="embedded",
        RABBITMQ_EXCHANGE=EXCHANGE,
        GRIEVANCES_FINDS_PER_HOUR=str(CASES + 20),
    )
    try:
        house.start()
        yield house
    finally:
        house.stop()


def wait_for_workers(evidence: Evidence) -> None:
    """Until no task waits or runs."""
    deadline = time.monotonic() + PATIENCE + 2 * CASES
    with evidence.superuser() as server:
        while server.execute(WAITING).fetchall() != [(0,)]:
            assert time.monotonic() < deadline, "the workers did not get through"
            time.sleep(1)


def plant(evidence: Evidence, planted: Iterator[Invented]) -> dict[Invented, str]:
    """Put people into every kind of place; person -> part of a file's name that must give them away."""
    found: dict[Invented, str] = {}

    def someone(where: str) -> Invented:
        person = next(planted)
        found[person] = where
        return person

    with evidence.superuser() as server:
        server.execute("CREATE TABLE planted (text text, data jsonb, raw bytea)")
        server.execute("CREATE INDEX ON planted (text)")
        rows: list[dict[str, Any]] = [
            {"text": someone("table-public.planted").full_name},
            {"data": f'{{"to": "{someone("table-public.planted").national}"}}'},
            {"raw": someone("table-public.planted").full_name.encode()},
        ]
        for row in rows:
            [(column, value)] = row.items()
            server.execute(f"INSERT INTO planted ({column}) VALUES (%s)", [value])
        # the row goes, its traces in table and index stay until they are swept
        gone = someone("pgdata").email
        server.execute("INSERT INTO planted (text) VALUES (%s)", [gone])
        server.execute("DELETE FROM planted WHERE text = %s", [gone])
        server.execute(f"SELECT '{someone('postgresql.log').address}'")
    redis = evidence.redis
    redis.set("planted.string", someone("valkey-values").full_name)
    redis.rpush("planted.list", someone("valkey-values").email)
    redis.hset("planted.hash", "who", someone("valkey-values").spellings[2])
    redis.sadd("planted.set", someone("valkey-values").full_name)
    redis.zadd("planted.zset", {someone("valkey-values").address: 1})
    redis.xadd("planted.stream", {"who": someone("valkey-values").national})
    redis.publish("planted.wake", someone("valkey-commands").full_name)
    with evidence.log.open("a") as log:
        log.write(f'{{"event": "sent", "to": "{someone("data.log").phone}"}}\n')
    (evidence.data.root / "planted.txt").write_text(someone("planted.txt").email)
    return found


def marks_of(known: dict[bytes, str], hits: list[Hit]) -> set[str]:
    return {known[one.needle] for one in hits}


@pytest.mark.timeout(60 * 60)
def test_no_name_number_or_address_stands_anywhere(tmp_path: Path) -> None:
    tmp_path.chmod(0o711)
    everybody = people(CASES + 20)
    invented, strangers = everybody[:CASES], iter(everybody[CASES:])
    known = {form: mark for person in everybody for form, mark in needles(person).items()}
    with running(tmp_path) as house:
        evidence = Evidence(house.data, house.log, tmp_path / "evidence")
        town = Town(house)
        with evidence.listening(EXCHANGE), ThreadPoolExecutor(CLIENTS) as crowd:
            names = list(crowd.map(town.complain, invented, range(CASES)))
            wait_for_workers(evidence)
            # sealed is not lost: everybody is found by any spelling of their number
            for number, (person, name) in enumerate(zip(invented, names, strict=True)):
                spelling = person.spellings[number % len(person.spellings)]
                assert town.cases_of(phone=spelling) == [name]
            assert town.cases_of(email=invented[0].email.upper()) == [names[0]]
            planted = plant(evidence, strangers)
        evidence.gather()
    files = evidence.files()
    for table in WRITTEN:
        rows = (evidence.folder / f"table-public.{table}").read_bytes().count(b"\n")
        assert rows >= CASES, table
    hits = search(files, known, tmp_path)
    theirs = {mark for person in invented for mark in person.marks}
    assert [one for one in hits if known[one.needle] in theirs] == []
    # the search finds whoever is there: what was planted, and everybody in their own letters
    for person, where in planted.items():
        told = [one.where for one in hits if known[one.needle] in person.marks]
        assert any(where in one for one in told), (where, person)
    letters = marks_of(known, search(evidence.outbox(), known, tmp_path))
    assert {person.email for person in invented} <= letters
    mib = sum(path.stat().st_size for path in files) / 2**20
    sys.stdout.write(
        f"\n{CASES} complaints: {len(theirs)} names, numbers and addresses in {len(known)} spellings"
        f" looked for in {len(files)} files, {mib:.0f} MiB: 0 found."
        f" {len(planted)} planted ones: all found.\n"
    )

"""What a process that serves can do to the database: its rows, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from tests.house import House, started_house


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    with started_house() as started:
        yield started


def family(house: House) -> list[psutil.Process]:
    """The supervisor and everything below it."""
    status = json.loads((house.data / "run" / "status.json").read_text())
    supervisor = psutil.Process(status["supervisor"]["pid"])
    return [supervisor, *supervisor.children(recursive=True)]


def told(process: psutil.Process) -> str:
    """What /proc says of a process to the account that it runs under."""
    try:
        folder = Path("/proc") / str(process.pid)
        return "".join((folder / name).read_text("latin-1") for name in ("environ", "cmdline"))
    except (OSError, psutil.Error):
        return ""


@pytest.mark.security("the owner's password in /proc of the web process, workers and the clock")
def test_no_process_is_told_the_owners_password(house: House) -> None:
    password = (house.data / "secrets" / "owner_password").read_text().strip()
    application = (house.data / "secrets" / "app_password").read_text().strip()
    texts = [told(process) for process in family(house)]
    assert any(application in text for text in texts)
    assert not any(password in text for text in texts)
    kept = (house.data / "run" / "environment.json").read_text()
    assert password not in kept
    assert application in kept


@pytest.mark.security("a line of code in a worker that switches the guards of the event log off")
@pytest.mark.parametrize(
    "statement",
    [
        "alter table events_event disable trigger user",
        "set role bureau_owner",
        "drop table events_event",
        "update events_event set message = 'never happened'",
        "create table mine (number int)",
    ],
)
def test_with_what_a_worker_knows_the_log_stays_as_it_is(house: House, statement: str) -> None:
    kept = json.loads((house.data / "run" / "environment.json").read_text())
    with (
        psycopg.connect(kept["DATABASE_URL"]) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute(statement)

"""Calls of functions in a child: what goes in and out, and what the child cannot do."""

from __future__ import annotations

import io
import os
import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from tests.waiting import eventually

from bureau.kernel.errors import InvalidInput
from bureau.kernel.sandbox import (
    Call,
    FileRefused,
    Lent,
    Limits,
    Parser,
    client,
    isolation,
    run,
    stream,
)
from bureau.kernel.sandbox.tests import misbehaving

SMALL = Limits(memory_bytes=512 * 1024**2, cpu_seconds=5, wall_seconds=30)


def parser(function: Any, **facts: Any) -> Parser:
    name = f"{misbehaving.__name__}:{function.__name__}"
    return Parser(name, name, facts.pop("limits", SMALL), **facts)


def test_plain_values_and_files_travel(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("in a file")
    path.chmod(0o600)
    opened = io.BytesIO(b"in memory")
    opened.seek(3)
    with path.open("rb") as file:
        said = run(
            parser(misbehaving.echo),
            *(1, "नेपाली", None, {"a": [1.5]}),
            *(Lent(path), Lent(b"as bytes"), Lent(opened), Lent(file)),
        )
    assert said[:4] == [1, "नेपाली", None, {"a": [1.5]}]
    assert said[4:] == ["in a file", "as bytes", "in memory", "in a file"]
    assert opened.tell() == 3


def test_a_function_answers_what_is_asked_later() -> None:
    with Call(parser(misbehaving.answer_twice, asks=True)) as call:
        parts = call.parts()
        assert next(parts) == "ready"
        for asked, answer in ((4, 8), ("ab", "abab")):
            call.send(asked)
            assert next(parts) == answer


def test_declared_refusals_cross_over_and_others_do_not() -> None:
    with pytest.raises(InvalidInput, match=r"^No such luck\.$") as caught:
        run(parser(misbehaving.refuse, errors=(InvalidInput,)), "No such luck.")
    assert not isinstance(caught.value, FileRefused)
    with pytest.raises(FileRefused):
        run(parser(misbehaving.refuse), "No such luck.")


@pytest.fixture
def listening() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.mark.security("a parser that a file took over, looking for secrets and connections")
def test_a_child_reaches_nothing_of_the_installation(listening: int) -> None:
    secret = Path(settings.DATA_DIR) / f"secret-{listening}"
    secret.write_text("key")
    secret.chmod(0o644)
    found = run(parser(misbehaving.surroundings), str(secret))
    names = set(found["environment"])
    assert not names & {"SECRET_KEY", "DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL"}
    assert not [name for name in names if "KEY" in name or "TOKEN" in name or "BUREAU" in name]
    held = isolation()
    assert found["connects"] is not held["network"]
    assert found["reads"] is not held["folders"]
    assert (found["uid"] != os.geteuid()) is held["uid"]
    assert not found["writes"] and not found["privileged"]
    # nothing is open but the three standard ones, the link to us, and the folder being listed
    assert len(found["files"]) <= 5


def test_what_lies_in_a_hidden_folder_can_be_lent() -> None:
    path = Path(settings.DATA_DIR) / "upload"
    path.write_text("a file of ours")
    path.chmod(0o600)
    assert run(parser(misbehaving.echo), Lent(path)) == ["a file of ours"]


def test_the_folder_for_temporary_files_goes_with_the_child() -> None:
    limits = replace(SMALL, file_bytes=1_000)
    name = run(parser(misbehaving.scratch, scratch=True, limits=limits), Lent(b"words"))
    assert "bureau-parse-" in name
    eventually(lambda: not Path(name).parent.exists())


def test_a_program_that_a_child_started_goes_with_it() -> None:
    with Call(parser(misbehaving.start_a_program)) as call:
        # kept: a generator that nobody holds is closed, and the call ends with it
        parts = call.parts()
        pid = next(parts)
        assert is_running(pid)
    eventually(lambda: not is_running(pid))


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_a_server_that_died_is_replaced() -> None:
    run(parser(misbehaving.echo))
    assert client._server is not None
    client._server._process.kill()
    client._server._process.wait()
    assert run(parser(misbehaving.echo), "again") == ["again"]


def test_calls_of_many_threads_do_not_mix() -> None:
    found: dict[int, Any] = {}

    def call(number: int) -> None:
        found[number] = run(parser(misbehaving.echo), number)

    threads = [threading.Thread(target=call, args=[number]) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {number: [number] for number in range(12)}


def test_a_process_that_was_forked_has_children_of_its_own() -> None:
    run(parser(misbehaving.echo))
    ours = client._server
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            status = (
                0 if run(parser(misbehaving.echo), 1) == [1] and client._server is not ours else 2
            )
        finally:
            os._exit(status)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    assert run(parser(misbehaving.echo), 2) == [2] and client._server is ours


@pytest.mark.security("a child that a file took over, answering what no parser would")
def test_an_answer_that_is_no_answer_is_a_refusal() -> None:
    for function in (misbehaving.nonsense, misbehaving.deep, misbehaving.forged):
        with pytest.raises(FileRefused) as caught:
            list(stream(parser(function, errors=(InvalidInput,))))
        assert not caught.value.headers and caught.value.body is None

"""Valkey: durable, private, one instance, gone with its parent."""

import socket
from pathlib import Path

import pytest

from bureau.runtime.errors import OperatorError
from bureau.runtime.tests.helpers import all_gone, python_program
from bureau.runtime.valkey import ValkeyServer, find_valkey

START = """
import time
from bureau.runtime.valkey import ValkeyServer
server = ValkeyServer({state!r}).start()
print("started", flush=True)
time.sleep(60)
"""


def ask(server: ValkeyServer, *words: str) -> bytes:
    request = f"*{len(words)}\r\n" + "".join(f"${len(word)}\r\n{word}\r\n" for word in words)
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(str(server.socket_path))
        client.sendall(request.encode())
        return client.recv(4096)


def test_what_was_written_is_there_after_a_restart(tmp_path: Path) -> None:
    with ValkeyServer(tmp_path / "state") as server:
        ask(server, "SET", "colour", "blue")
    with ValkeyServer(tmp_path / "state") as again:
        assert ask(again, "GET", "colour") == b"$4\r\nblue\r\n"
        assert b"noeviction" in ask(again, "CONFIG", "GET", "maxmemory-policy")


def test_only_its_owner_can_read_what_it_keeps(tmp_path: Path) -> None:
    with ValkeyServer(tmp_path / "state") as server:
        kept = [server.state, server.socket_path, *server.state.rglob("*.aof")]
        assert len(kept) > 2
        assert [path.stat().st_mode & 0o077 for path in kept] == [0] * len(kept)


def test_a_second_instance_is_refused_and_does_not_take_the_socket(tmp_path: Path) -> None:
    with ValkeyServer(tmp_path / "state") as first:
        with pytest.raises(OperatorError, match="Another instance"):
            ValkeyServer(tmp_path / "state").start()
        assert ask(first, "PING") == b"+PONG\r\n"


def test_it_ends_when_its_parent_is_killed_and_a_write_survives(tmp_path: Path) -> None:
    state = tmp_path / "state"
    with python_program(START.format(state=str(state)), tmp_path) as parent:
        assert parent.says("started"), parent.output
        ask(ValkeyServer(state), "SET", "colour", "red")
        family = parent.family()
        parent.process.kill()
        assert all_gone(family)
    with ValkeyServer(state) as again:
        assert ask(again, "GET", "colour") == b"$3\r\nred\r\n"


def test_a_named_program_wins_over_the_one_that_came_along(tmp_path: Path) -> None:
    assert find_valkey({"VALKEY_BIN": "/opt/valkey"}) == "/opt/valkey"
    assert find_valkey({"PATH": str(tmp_path)}).endswith("valkey-server")

"""The command `bureau`: every foreseeable error is one sentence and the exit code 1."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bureau.cli import main
from bureau.runtime.datadir import DataDirectory
from bureau.runtime.environment import save_environment
from bureau.runtime.postgres import PostgresServer
from bureau.runtime.status import Status


@pytest.fixture
def data(tmp_path: Path) -> DataDirectory:
    return DataDirectory(tmp_path / "data")


def bureau(*words: str, **environ: str) -> Result:
    clean = dict.fromkeys(("DATABASE_URL", "BUREAU_ACCESS", "BUREAU_DATA", "BUREAU_PORT"))
    return CliRunner().invoke(main, words, env={**clean, **environ})


@pytest.mark.parametrize(
    "words",
    [("manage", "migrate"), ("status",), ("psql",), ("token", "admin")],
    ids=lambda words: words[0],
)
def test_a_command_without_a_running_installation_says_so(
    data: DataDirectory, words: tuple[str, ...]
) -> None:
    if words[0] == "token":
        data.root.mkdir()
        data.demo.write_text('{"users": {"admin": {"password": "x"}}}')
    command, *rest = words
    result = bureau(command, "--data", str(data.root), *rest)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("bureau: Nothing is running in ")
    assert result.stderr.count("\n") == 1


def test_demo_access_on_every_address_is_refused(data: DataDirectory) -> None:
    words = ("up", "--data", str(data.root), "--host", "0.0.0.0")
    result = bureau(*words, BUREAU_ACCESS="demo")
    assert result.exit_code == 1
    assert "refused on '0.0.0.0'" in result.stderr
    assert not data.root.exists()


def test_a_foreign_directory_is_refused(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").touch()
    result = bureau("up", "--data", str(tmp_path))
    assert result.exit_code == 1
    assert "is not a Bureau data directory" in result.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_directory_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    result = bureau("up", "--data", str(tmp_path / "file" / "data"))
    assert (result.exit_code, result.stderr.count("\n")) == (1, 1)


def test_wrong_usage_exits_with_2() -> None:
    assert bureau("up", "--port", "99999").exit_code == 2
    assert bureau("up", BUREAU_PORT="many").exit_code == 2
    assert bureau("dance").exit_code == 2


class Login(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        granted = self.path == "/api/auth/login/" and body == {
            "username": "admin",
            "password": "right",
        }
        self.send_response(200 if granted else 401)
        self.end_headers()
        self.wfile.write(b'{"access": "signed.token"}' if granted else b"{}")

    def log_message(self, *words: object) -> None:
        return None


@pytest.fixture
def login_server() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Login)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def _users(**passwords: str) -> str:
    return json.dumps({"users": {name: {"password": word} for name, word in passwords.items()}})


def test_a_token_is_printed_alone_and_a_refusal_is_a_sentence(
    data: DataDirectory, login_server: str
) -> None:
    with data.claim():
        Status.of_this_process(login_server).save(data)
        data.demo.write_text(_users(admin="right", analyst="wrong"))
    granted = bureau("token", "--data", str(data.root), "admin")
    assert (granted.exit_code, granted.stdout) == (0, "signed.token\n")
    refused = bureau("token", "--data", str(data.root), "analyst")
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "refused with status 401" in refused.stderr
    unknown = bureau("token", "--data", str(data.root), "stranger")
    assert "no demonstration user 'stranger': use admin, analyst" in unknown.stderr


def test_psql_opens_the_database_of_what_runs(
    data: DataDirectory, postgres: PostgresServer
) -> None:
    dsn = postgres.superuser_dsn()
    url = f"postgresql://{dsn['user']}:{dsn['password']}@/postgres?host={dsn['host']}"
    with data.claim():
        save_environment(data, {"DATABASE_URL": url})
    words = ["psql", "--data", str(data.root), "-tAc", "select 40 + 2"]
    clean = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    done = subprocess.run(
        [sys.executable, "-m", "bureau.cli", *words], env=clean, capture_output=True, check=True
    )
    assert done.stdout == b"42\n"


def test_the_commands_do_not_load_django_or_the_driver() -> None:
    source = "import sys, bureau.cli; print(sorted({'django', 'psycopg'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", source], capture_output=True, check=True)
    assert done.stdout == b"[]\n"

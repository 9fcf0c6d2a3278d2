"""What deploy/ says fits the code: variables, commands, queues, ports, files."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from configparser import ConfigParser
from pathlib import Path
from typing import Any

import click
import pytest
import yaml
from celery.bin.beat import beat
from celery.bin.worker import worker
from uvicorn.main import main as uvicorn

from bureau.cli import main as bureau
from bureau.environment import Environment
from bureau.kernel.jobs.queues import QUEUES
from bureau.runtime.database import APP_CONNECTION_LIMIT, EXTENSIONS

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
# of Django, Python and libraries; what the images themselves read
FOREIGN = {
    *("DJANGO_SETTINGS_MODULE", "OPENBLAS_NUM_THREADS", "PYTHONUNBUFFERED", "HF_HUB_OFFLINE"),
    "PATH",
}
KNOWN = {name.upper() for name in Environment.model_fields}
# read by the command line, for `bureau token`
KNOWN |= {"BUREAU_BASE_URL"}
PREFIX = "/opt/bureau/bin/"


def compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    return found


def ours() -> dict[str, Any]:
    """The containers that run Bureau."""
    services = compose()["services"].items()
    return {name: one for name, one in services if str(one["image"]).startswith("bureau:")}


def units() -> dict[str, ConfigParser]:
    found = {}
    for path in sorted((DEPLOY / "systemd").glob("*.service")):
        parser = ConfigParser(strict=False, interpolation=None)
        parser.optionxform = str  # type: ignore[assignment,method-assign]
        parser.read(path)
        found[path.name] = parser
    return found


def image() -> str:
    return (DEPLOY / "Dockerfile").read_text()


def commands() -> Iterator[tuple[str, list[str]]]:
    """Where a command stands, and its words."""
    (web,) = re.findall(r"^CMD (\[.*\])", image(), re.MULTILINE)
    yield "Dockerfile", yaml.safe_load(web)
    for name, service in ours().items():
        if "command" in service:
            yield f"compose {name}", service["command"]
    for name, unit in units().items():
        words = shlex.split(unit["Service"]["ExecStart"].replace("%%", "%"))
        yield name, [words[0].removeprefix(PREFIX), *words[1:]]


def parsed(words: list[str]) -> click.Context:
    """The command with its options, read by the program's own parser."""
    program, *rest = words
    if program == "uvicorn":
        return uvicorn.make_context("uvicorn", rest)
    if program == "celery":
        assert rest[:2] == ["-A", "bureau.celery:app"]
        command = {"worker": worker, "beat": beat}[rest[2]]
        root = click.Context(click.Command("celery"), obj=_Celery())
        return command.make_context(rest[2], rest[3:], parent=root)
    assert program == "bureau"
    verb, *more = rest
    return bureau.commands[verb].make_context(verb, more)


class _Celery:
    """What Celery's parser asks of its application."""

    no_color, quiet = True, True

    def __init__(self) -> None:
        from bureau.kernel.jobs.celery_app import app

        self.app = app


@pytest.mark.parametrize(("place", "words"), list(commands()), ids=lambda value: str(value)[:24])
def test_every_command_is_understood(place: str, words: list[str]) -> None:
    context = parsed(words)
    assert context.args == []


def queues_of(place: str) -> list[str]:
    words = [found for name, found in commands() if name.startswith(place) and "worker" in found]
    return [queue for one in words for queue in parsed(one).params["queues"]]


@pytest.mark.parametrize("place", ["compose", "bureau-"])
def test_every_queue_has_one_worker_and_audio_a_single_process(place: str) -> None:
    assert sorted(queues_of(place)) == sorted(QUEUES)
    for _, words in commands():
        if "audio" in words:
            assert words[words.index("-c") + 1] == "1"


def test_every_variable_is_known() -> None:
    given = {name for one in ours().values() for name in one.get("environment", {})}
    given |= set(re.findall(r"^(?:ENV |    )([A-Z_]+)=", image(), re.MULTILINE))
    for unit in units().values():
        given |= {
            text.partition("=")[0] for text in [unit["Service"].get("Environment", "")] if text
        }
    assert given - KNOWN - FOREIGN == set()


def test_ports_agree() -> None:
    (exposed,) = re.findall(r"^EXPOSE (\d+)", image(), re.MULTILINE)
    proxy = (DEPLOY / "nginx.conf").read_text()
    (listening,) = re.findall(r"listen (\d+);", proxy)
    assert f"server web:{exposed};" in proxy
    assert f"127.0.0.1:{exposed}/api/health/" in image()
    (published,) = compose()["services"]["nginx"]["ports"]
    assert published.endswith(f":{listening}")
    for _, words in commands():
        if words[0] == "uvicorn":
            assert parsed(words).params["port"] == int(exposed)


def test_containers_are_not_root_and_cannot_write_to_their_image() -> None:
    assert re.search(r"^USER bureau$", image(), re.MULTILINE)
    assert image().index("\nUSER bureau") < image().index("\nCMD")
    for one in ours().values():
        assert one["read_only"] is True
        assert one["cap_drop"] == ["ALL"]
        assert "no-new-privileges:true" in one["security_opt"]
    for unit in units().values():
        assert unit["Service"]["User"] == "bureau"
        assert unit["Service"]["ProtectSystem"] == "strict"


def test_no_secret_has_a_default_and_the_owner_serves_nothing() -> None:
    text = (DEPLOY / "compose.yaml").read_text()
    secrets = re.findall(r"\$\{([A-Z_]*(?:PASSWORD|SECRET_KEY))([^}]*)\}", text)
    assert secrets
    assert {rest for _, rest in secrets} == {":?"}
    owners = {name for name, one in ours().items() if "DATABASE_OWNER_URL" in one["environment"]}
    assert owners == {"prepare"}


def test_every_file_that_is_named_is_there() -> None:
    for source in re.findall(r"\"\./([\w.]+):/", (DEPLOY / "compose.yaml").read_text()):
        assert (DEPLOY / source).is_file(), source
    for sources in re.findall(r"^COPY (?!--from)(.*) \S+$", image(), re.MULTILINE):
        for source in sources.split():
            assert (ROOT / source).exists(), source
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    for name in ("src", "requirements", "pyproject.toml", "README.md", "LICENSE"):
        assert f"!{name}" in ignored


def test_roles_and_extensions_are_those_of_the_runtime_and_checked_before_anything_is_made() -> (
    None
):
    text = (DEPLOY / "roles.sql").read_text()
    for extension in EXTENSIONS:
        assert f"create extension if not exists {extension};" in text
        assert f"'{extension}'" in text[: text.index("create role")]
    assert f"connection limit {APP_CONNECTION_LIMIT};" in text
    assert text.index("server_version_num')::int < 160000") < text.index("create role")

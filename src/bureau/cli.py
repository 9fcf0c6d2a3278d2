"""The command `bureau`: start, look at and use an installation on this machine."""

import json
import os
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import NoReturn, ParamSpec, TypeVar

import click

from bureau.runtime.datadir import DataDirectory, explain_os_error
from bureau.runtime.environment import Address, operator_environment, running_environment
from bureau.runtime.errors import OperatorError
from bureau.runtime.installation import Request, demo_users
from bureau.runtime.installation import up as run_installation
from bureau.runtime.postgres_binaries import find_postgres
from bureau.runtime.status import recorded_status, running_status, status_lines, usage_of

P = ParamSpec("P")
R = TypeVar("R")

# options after the name of the other program are for it
PASS_ON = {"ignore_unknown_options": True, "allow_interspersed_args": False}
LOGIN_PATH = "/api/auth/login/"

data_option = click.option(
    "--data",
    type=click.Path(path_type=Path),
    envvar="BUREAU_DATA",
    default=Path(".bureau"),
    show_default=True,
    help="Data directory of the installation (BUREAU_DATA).",
)
with_keys = click.option(
    "--with-keys", is_flag=True, help="The key ring too, sealed under a passphrase."
)
passphrase_file = click.option(
    "--passphrase-file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="File whose first line is the passphrase; else it is asked for.",
)
arguments = click.argument("arguments", nargs=-1, type=click.UNPROCESSED)


def plain_errors(command: Callable[P, R]) -> Callable[P, R]:
    """Print what the operator can put right as one sentence, without a traceback."""

    @wraps(command)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except OperatorError as error:
            fail(error)
        except OSError as error:
            fail(explain_os_error(error))

    return wrapped


def fail(error: OperatorError) -> NoReturn:
    """Print the sentence and exit with 1."""
    click.echo(f"bureau: {error}", err=True)
    sys.exit(1)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="bureau")
def main() -> None:
    """Bureau: a back office in one command."""


@main.command()
@data_option
@click.option("--host", envvar="BUREAU_HOST", default="127.0.0.1", show_default=True)
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    envvar="BUREAU_PORT",
    default=8000,
    show_default=True,
    help="Port of the web pages (BUREAU_PORT).",
)
@click.option("--demo", is_flag=True, help="Fill a new installation with demonstration data.")
@plain_errors
def up(data: Path, host: str, port: int, demo: bool) -> None:
    """Start everything and stay in the foreground; Ctrl-C stops it."""
    request = Request(DataDirectory(data), Address(host, port), demo=demo)
    run_installation(request, os.environ, sys.stdout)


@main.command(context_settings=PASS_ON, add_help_option=False)
@data_option
@arguments
@plain_errors
def manage(data: Path, arguments: tuple[str, ...]) -> None:
    """Run a management command of the application, such as `migrate` or `shell`."""
    os.environ.update(operator_environment(DataDirectory(data)))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bureau.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(["bureau manage", *arguments])


@main.command()
@data_option
@click.argument("part", type=click.Choice(["ai"]), required=False)
@plain_errors
def doctor(data: Path, part: str | None) -> None:
    """Say what this installation stands on and what is wrong; `doctor ai` tries every model."""
    os.environ.update(running_environment(DataDirectory(data)))
    run_django("doctor", *([part] if part else []))


@main.command()
@data_option
@click.argument("name")
@plain_errors
def token(data: Path, name: str) -> None:
    """Sign the demonstration user NAME in and print the access token."""
    directory = DataDirectory(data)
    users = demo_users(directory)
    if name not in users:
        raise OperatorError(f"There is no demonstration user '{name}': use {', '.join(users)}.")
    click.echo(sign_in(base_url(directory), name, users[name]))


@main.command()
@data_option
@plain_errors
def status(data: Path) -> None:
    """Show the processes of a running installation; of a distributed one, its parts and queues."""
    directory = DataDirectory(data)
    if is_distributed(directory):
        run_django("doctor", allow_failure=True)
        run_django("queues")
        return
    found = running_status(directory)
    for line in status_lines(found, usage_of(found)):
        click.echo(line)


@main.command(context_settings=PASS_ON, add_help_option=False)
@data_option
@arguments
@plain_errors
def queues(data: Path, arguments: tuple[str, ...]) -> None:
    """List what waits, runs and failed in each queue; `queues retry` runs failed tasks again."""
    os.environ.update(running_environment(DataDirectory(data)))
    run_django("queues", *arguments)


@main.command(context_settings=PASS_ON, add_help_option=False)
@data_option
@arguments
@plain_errors
def jobs(data: Path, arguments: tuple[str, ...]) -> None:
    """List the newest jobs, or show the one with this number."""
    os.environ.update(running_environment(DataDirectory(data)))
    run_django("jobs", *arguments)


@main.command(context_settings=PASS_ON)
@data_option
@arguments
@plain_errors
def psql(data: Path, arguments: tuple[str, ...]) -> None:
    """Open the database of a running installation with the application's own rights."""
    from bureau.runtime.libpq import libpq_environment

    variables = libpq_environment(running_environment(DataDirectory(data))["DATABASE_URL"])
    program = find_postgres().program("psql")
    os.execve(program, [program, *arguments], {**os.environ, **variables})


@main.command()
@data_option
@click.argument("folder", type=click.Path(path_type=Path))
@with_keys
@passphrase_file
@plain_errors
def backup(data: Path, folder: Path, with_keys: bool, passphrase_file: Path | None) -> None:
    """Write database, files and checksums into the new folder FOLDER, while serving."""
    os.environ.update(operator_environment(DataDirectory(data)))
    run_django("backup", str(folder), *key_options(with_keys, passphrase_file))


@main.command()
@data_option
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option(
    "--keys",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Key ring of the backed up installation, for a new data directory.",
)
@with_keys
@passphrase_file
@plain_errors
def restore(
    data: Path, folder: Path, keys: Path | None, with_keys: bool, passphrase_file: Path | None
) -> None:
    """Fill an empty installation from the backup in FOLDER, and verify it."""
    words = ("restore", str(folder), *key_options(with_keys, passphrase_file))
    if os.environ.get("DATABASE_URL"):
        run_django(*words)
        return
    from bureau.runtime.restoring import leave_room_for_keys, new_installation

    directory = DataDirectory(data)
    if with_keys:
        leave_room_for_keys(directory)
    elif not (keys or os.environ.get("BUREAU_FIELD_KEYS_FILE")):
        raise OperatorError(
            "What the backup holds sealed can only be read with its key ring: name it with --keys, "
            "or use --with-keys if the backup was taken with it."
        )
    with new_installation(directory, keys, os.environ) as environment:
        command = [sys.executable, "-m", "django", *words]
        done = subprocess.run(command, env=environment, check=False)
    sys.exit(done.returncode)


def run_django(*words: str, allow_failure: bool = False) -> None:
    """Run a management command in this process."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bureau.settings")
    from django.core.management import execute_from_command_line

    try:
        execute_from_command_line(["bureau", *words])
    except SystemExit:
        if not allow_failure:
            raise


def is_distributed(data: DataDirectory) -> bool:
    """Whether the environment names an installation and no supervisor of this machine runs it."""
    status = recorded_status(data)
    here = status is not None and status.supervisor.find() is not None
    return bool(os.environ.get("DATABASE_URL")) and not here


def base_url(data: DataDirectory) -> str:
    """Where the installation answers: as its supervisor recorded it, else as the environment says."""
    if is_distributed(data) and (url := os.environ.get("BUREAU_BASE_URL")):
        return url.rstrip("/")
    return running_status(data).url


def key_options(with_keys: bool, passphrase_file: Path | None) -> list[str]:
    """The words for a management command that may touch the key ring."""
    words = ["--with-keys"] if with_keys else []
    return [*words, "--passphrase-file", str(passphrase_file)] if passphrase_file else words


def sign_in(base_url: str, username: str, password: str) -> str:
    """Return an access token from the login route.

    Raises:
        OperatorError: the sign-in was refused or nobody answered.
    """
    body = json.dumps({"username": username, "password": password}).encode()
    request = urllib.request.Request(
        base_url + LOGIN_PATH, data=body, headers={"Content-Type": "application/json"}
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return str(json.load(answer)["access"])
    except urllib.error.HTTPError as error:
        raise OperatorError(
            f"The sign-in of '{username}' was refused with status {error.code}: was the password "
            "of the demonstration user changed?"
        ) from None
    except urllib.error.URLError as error:
        raise OperatorError(
            f"Nobody answers at {base_url} ({error.reason}): is 'bureau up' still starting?"
        ) from None


if __name__ == "__main__":
    main()

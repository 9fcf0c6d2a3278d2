"""The command `bureau`: start, look at and use an installation on this machine."""

import json
import os
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
from bureau.runtime.status import running_status, status_lines, usage_of

P = ParamSpec("P")
R = TypeVar("R")

# options after the name of the other program are for it
PASS_ON = {"ignore_unknown_options": True, "allow_interspersed_args": False}
LOGIN_PATH = "/api/auth/login/"
# connection keywords and the variables that libpq reads them from
LIBPQ = {
    "host": "PGHOST",
    "port": "PGPORT",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "dbname": "PGDATABASE",
    "sslmode": "PGSSLMODE",
}

data_option = click.option(
    "--data",
    type=click.Path(path_type=Path),
    envvar="BUREAU_DATA",
    default=Path(".bureau"),
    show_default=True,
    help="Data directory of the installation (BUREAU_DATA).",
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
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bureau.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(["bureau", "doctor", *([part] if part else [])])


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
    click.echo(sign_in(running_status(directory).url, name, users[name]))


@main.command()
@data_option
@plain_errors
def status(data: Path) -> None:
    """Show the processes of a running installation and the memory they take."""
    found = running_status(DataDirectory(data))
    for line in status_lines(found, usage_of(found)):
        click.echo(line)


@main.command(context_settings=PASS_ON)
@data_option
@arguments
@plain_errors
def psql(data: Path, arguments: tuple[str, ...]) -> None:
    """Open the database of a running installation with the application's own rights."""
    from psycopg.conninfo import conninfo_to_dict

    url = running_environment(DataDirectory(data))["DATABASE_URL"]
    variables = {
        LIBPQ[key]: str(value) for key, value in conninfo_to_dict(url).items() if key in LIBPQ
    }
    program = find_postgres().program("psql")
    # in the environment and not in the arguments, which every user of the machine can list
    os.execve(program, [program, *arguments], {**os.environ, **variables})


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

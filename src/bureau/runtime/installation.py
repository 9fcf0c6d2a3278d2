"""One installation on one machine: what `bureau up` runs, from the first check to the banner."""

import json
import socket
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TextIO

from bureau.runtime.children import (
    Child,
    background_children,
    prepare_child,
    server_child,
    web_child,
)
from bureau.runtime.datadir import DataDirectory, explain_os_error, require_free_space
from bureau.runtime.environment import (
    APP_ROLE,
    DATABASE_NAME,
    OWNER_ROLE,
    Address,
    Role,
    check_access,
    child_environment,
    database_url,
    database_variables,
    redis_variables,
    save_environment,
)
from bureau.runtime.errors import OperatorError
from bureau.runtime.output import Printer
from bureau.runtime.postgres import PostgresServer
from bureau.runtime.processes import Command
from bureau.runtime.secrets import Secrets, ensure_secrets
from bureau.runtime.status import Status, end_leftover_children, forget
from bureau.runtime.supervisor import Processes, Stage, Supervisor, Troubles
from bureau.runtime.valkey import ValkeyServer
from bureau.runtime.variables import without_owner

SERVERS = frozenset({"postgres", "valkey"})
LEFTOVER_PATIENCE = 3.0  # seconds
SHOWN_USERS = ("admin", "analyst")


@dataclass(frozen=True)
class Request:
    """What the operator asked for."""

    data: DataDirectory
    address: Address
    demo: bool


Application = Callable[[Mapping[str, str], Request], list[Stage]]


def application_stages(env: Mapping[str, str], request: Request) -> list[Stage]:
    """Return the application's processes in the order of their start.

    Only the first one can become the database's owner.
    """
    serving = without_owner(env)
    return [
        [prepare_child(env, demo=request.demo)],
        [web_child(serving, request.address)],
        background_children(serving, request.data.run, request.address),
    ]


def up(
    request: Request,
    environ: Mapping[str, str],
    stream: TextIO,
    application: Application = application_stages,
) -> None:
    """Run an installation in the foreground until a signal asks to stop.

    `application` gives the processes that run beside the servers.

    Raises:
        OperatorError: something is in the way; nothing is left running.
    """
    check_access(environ, request.address.host)
    request.data.check()
    require_free_space(request.data.root, environ)
    with request.data.claim():
        secrets = ensure_secrets(request.data, environ)
        end_leftover_children(request.data, SERVERS, LEFTOVER_PATIENCE)
        forget(request.data)
        require_free_port(request.address)
        try:
            Installation(request, secrets, environ, stream, application).run()
        finally:
            forget(request.data)


def require_free_port(address: Address) -> None:
    """Refuse an address on which the web process could not listen.

    Raises:
        OperatorError: with the port and how to choose another.
    """
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    try:
        with socket.socket(family) as probe:
            # as the web server does: connections that are still closing do not count
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((address.host, address.port))
    except OSError as error:
        raise OperatorError(
            f"Port {address.port} on {address.host} cannot be used ({error.strerror}): choose "
            "another with --port or BUREAU_PORT."
        ) from None


class Installation:
    """The servers, the application's processes and the record of them."""

    def __init__(
        self,
        request: Request,
        secrets: Secrets,
        environ: Mapping[str, str],
        stream: TextIO,
        application: Application,
    ) -> None:
        self.request = request
        self.data = request.data
        self.secrets = secrets
        self.postgres = None if environ.get("DATABASE_URL") else PostgresServer(self.data.postgres)
        self.valkey = None if environ.get("REDIS_URL") else ValkeyServer(self.data.valkey)
        self.env = child_environment(
            environ,
            self.data,
            secrets,
            request.address,
            self._server_variables(environ),
            demo=request.demo,
        )
        stages = [*self._server_stages(), *application(self.env, request)]
        names = [child.name for stage in stages for child in stage]
        self.printer = Printer(stream, names, environ)
        self.supervisor = Supervisor(
            stages,
            self.printer,
            on_change=self._record,
            on_stage=self._stage_ready,
            on_ready=self._announce,
        )
        self.status = Status.of_this_process(self.env["BUREAU_BASE_URL"])

    def run(self) -> None:
        """Run until told to stop."""
        self.printer.plain(f"Bureau starts in {self.data.root}")
        servers = {"PostgreSQL": self.postgres, "Valkey": self.valkey}
        self.status.versions = {n: server.version() for n, server in servers.items() if server}
        save_environment(self.data, self.env)
        self.supervisor.run()
        self.printer.plain("Bureau has stopped.")

    def _server_stages(self) -> list[Stage]:
        stages: list[Stage] = []
        if self.postgres:
            stages.append([server_child("postgres", self.postgres)])
            stages.append([self._database_child(self.postgres)])
        if self.valkey:
            stages.append([server_child("valkey", self.valkey)])
        return stages

    def _server_variables(self, environ: Mapping[str, str]) -> dict[str, str]:
        variables: dict[str, str] = {}
        if self.postgres:
            server = {"host": str(self.postgres.socket_dir), "port": "5432"}
            owner, app = (
                database_url(server, DATABASE_NAME, Role(name, self.secrets.read(secret)))
                for name, secret in (
                    (OWNER_ROLE, "owner_password"),
                    (APP_ROLE, "app_password"),
                )
            )
            variables |= database_variables(owner, app)
        if self.valkey:
            variables |= redis_variables(self.valkey.socket_path, environ)
        return variables

    def _database_child(self, postgres: PostgresServer) -> Child:
        """Return the child that creates roles and database: the driver stays out of our memory."""

        def command() -> Command:
            arguments = {
                "superuser_dsn": postgres.superuser_dsn(),
                "name": DATABASE_NAME,
                "owner_password": self.secrets.read("owner_password"),
                "app_password": self.secrets.read("app_password"),
            }
            argv = [sys.executable, "-m", "bureau.runtime.database"]
            return Command(argv, without_owner(self.env), stdin=json.dumps(arguments).encode())

        return Child("database", command, once=True)

    def _record(self, processes: Processes, troubles: Troubles) -> None:
        self.status.processes, self.status.troubles = dict(processes), dict(troubles)
        self._save_status()

    def _save_status(self) -> None:
        """Write the record; where the disk is full it is out of date for a while."""
        try:
            self.status.save(self.data)
        except OSError as error:
            self.printer.plain(f"The status cannot be written: {explain_os_error(error)}")

    def _stage_ready(self, names: Sequence[str]) -> None:
        if "web" in names:
            self.status.first_page_after = time.time() - self.status.started
            self._save_status()
        if names == ["web"]:
            after = f"{self.status.first_page_after:.1f} s"
            self.printer.plain(f"Pages are served at {self.status.url} ({after}); workers start.")

    def _announce(self) -> None:
        self.status.all_ready_after = time.time() - self.status.started
        self._save_status()
        for line in banner(self.status, self.data, demo=self.request.demo):
            self.printer.plain(line)


def banner(status: Status, data: DataDirectory, *, demo: bool) -> list[str]:
    """Return what is printed when the installation is ready."""
    lines = [
        "",
        f"  Bureau is ready at {status.url} ({status.all_ready_after or 0:.1f} s)",
        f"  data       {data.root}",
    ]
    if demo and data.demo.exists():
        users = demo_users(data)
        shown = [f"{name} / {users[name]}" for name in SHOWN_USERS if name in users]
        lines += [f"  sign in    {' or '.join(shown)}", f"  accounts   {data.demo}"]
    return [*lines, "  stop       Ctrl-C", ""]


def demo_users(data: DataDirectory) -> dict[str, str]:
    """Return the password of each demonstration user from `demo.json`.

    Raises:
        OperatorError: the directory has no demonstration data.
    """
    try:
        facts = json.loads(data.demo.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise OperatorError(
            f"{data.demo} does not exist: start once with 'bureau up --demo'."
        ) from None
    return {name: user["password"] for name, user in facts["users"].items()}

"""The environment that every process of an installation is started with."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import cache_from_source
from pathlib import Path
from urllib.parse import parse_qs, quote, urlencode, urlsplit

import click

from bureau.runtime.datadir import DataDirectory
from bureau.runtime.errors import OperatorError
from bureau.runtime.folders import write_private
from bureau.runtime.secrets import Secrets
from bureau.runtime.variables import only_own, without_owner

DATABASE_NAME = "bureau"
OWNER_ROLE = "bureau_owner"
APP_ROLE = "bureau_app"
LOOPBACK_HOSTS = frozenset({"127.0.0.1", "::1", "localhost"})
EVERY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}
# doors that a demonstration opens; elsewhere the operator does
DEMO_DEFAULTS = {"KNOWLEDGE_ANONYMOUS": "true"}


@dataclass(frozen=True)
class Role:
    """A database role that logs in with a password."""

    name: str
    password: str


@dataclass(frozen=True)
class Address:
    """Where the web process listens."""

    host: str
    port: int

    @property
    def reachable_host(self) -> str:
        """The host to connect to: loopback when it listens on every address."""
        return EVERY_ADDRESS.get(self.host, self.host)

    @property
    def url(self) -> str:
        """The address as people type it."""
        host = self.reachable_host
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}"


def check_access(environ: Mapping[str, str], host: str) -> None:
    """Refuse demo access, which lets nameless callers in, on an address others can reach.

    Raises:
        OperatorError: `BUREAU_ACCESS=demo` and `host` is not a loopback address.
    """
    if environ.get("BUREAU_ACCESS") == "demo" and host not in LOOPBACK_HOSTS:
        raise OperatorError(
            f"BUREAU_ACCESS=demo lets callers in without a name, so it is refused on '{host}': "
            "unset it, or use --host 127.0.0.1."
        )


def database_url(server: Mapping[str, str], name: str, role: Role) -> str:
    """Return `postgresql://user:password@/name?host=<socket folder>`.

    The port is added when it is not 5432: it is part of the socket's file name.
    """
    address = {"host": server["host"]}
    if server["port"] != "5432":
        address["port"] = server["port"]
    user, password, database = (quote(part, safe="") for part in (role.name, role.password, name))
    return f"postgresql://{user}:{password}@/{database}?{urlencode(address, safe='/')}"


def database_variables(owner_url: str, app_url: str) -> dict[str, str]:
    """Return the variables of an embedded database."""
    return {"DATABASE_URL": app_url, "DATABASE_OWNER_URL": owner_url}


def redis_variables(socket: Path, environ: Mapping[str, str]) -> dict[str, str]:
    """Return the variables of an embedded Valkey; a broker set by the operator stays."""
    broker = environ.get("CELERY_BROKER_URL") or f"redis+socket://{socket}?virtual_host=0"
    return {"REDIS_URL": f"unix://{socket}", "CELERY_BROKER_URL": broker}


def child_environment(
    environ: Mapping[str, str],
    data: DataDirectory,
    secrets: Secrets,
    address: Address,
    servers: Mapping[str, str],
    *,
    demo: bool = False,
) -> dict[str, str]:
    """Return the whole environment of `prepare`; the other children get it without the owner.

    `environ` is the operator's; `servers` are the variables of the embedded servers. What the
    operator set for external servers, keys and the base address is kept. `demo` opens what the
    demonstration shows to everybody and other installations keep closed.
    """
    ours = bytecode_variables(data, Path(click.__file__)) | {
        "DJANGO_SETTINGS_MODULE": "bureau.settings",
        "BUREAU_DATA": str(data.root),
        "BUREAU_HOST": address.host,
        "BUREAU_PORT": str(address.port),
        "HF_HUB_OFFLINE": "1",
        "PYTHONUNBUFFERED": "1",
    }
    defaults = {
        "BUREAU_BASE_URL": address.url,
        "BUREAU_FIELD_KEYS_FILE": str(secrets.path("field_keys")),
        "DATABASE_OWNER_URL": environ.get("DATABASE_URL", ""),
        "CELERY_BROKER_URL": environ.get("REDIS_URL", ""),
    }
    if demo:
        defaults["BUREAU_REGISTRATION"] = "open"
    if not (environ.get("SECRET_KEY") or environ.get("SECRET_KEY_FILE")):
        defaults["SECRET_KEY"] = secrets.read("secret_key")
    if demo:
        defaults |= DEMO_DEFAULTS
    set_by_operator = {name: value for name, value in environ.items() if value}
    return defaults | set_by_operator | dict(servers) | ours


def bytecode_variables(data: DataDirectory, module: Path) -> dict[str, str]:
    """Return the variables that let the children keep compiled Python in the data directory.

    Container images and installers often keep none, which more than doubles the time of every
    start. Nothing is set when `module`, any installed one, has its bytecode beside it.
    """
    if Path(cache_from_source(str(module))).exists():
        return {}
    return {"PYTHONPYCACHEPREFIX": str(data.bytecode), "PYTHONDONTWRITEBYTECODE": ""}


def save_environment(data: DataDirectory, variables: Mapping[str, str]) -> None:
    """Leave Bureau's own settings for `bureau manage`, readable by the owner only."""
    kept = only_own(without_owner(variables))
    write_private(data.environment, json.dumps(kept, indent=1))


def operator_environment(
    data: DataDirectory, environ: Mapping[str, str] = os.environ
) -> dict[str, str]:
    """Return `running_environment` with the owner of an embedded database, for whom it is open.

    The password is in a file of the data directory, and in no process that serves.
    """
    running = running_environment(data, environ)
    password = Secrets(data.secrets).path("owner_password")
    if environ.get("DATABASE_URL") or not password.exists():
        return running
    host = parse_qs(urlsplit(running["DATABASE_URL"]).query).get("host", [""])[0]
    owner, app = (
        database_url(
            {"host": host, "port": "5432"},
            DATABASE_NAME,
            Role(name, Secrets(data.secrets).read(secret)),
        )
        for name, secret in ((OWNER_ROLE, "owner_password"), (APP_ROLE, "app_password"))
    )
    # a database of the operator's own has an owner of its own, whom only the operator knows
    return running | ({"DATABASE_OWNER_URL": owner} if app == running["DATABASE_URL"] else {})


def running_environment(
    data: DataDirectory, environ: Mapping[str, str] = os.environ
) -> dict[str, str]:
    """Return the environment for a command: the process's own when it names a database.

    Raises:
        OperatorError: no database is named and nothing runs in `data`.
    """
    if environ.get("DATABASE_URL"):
        return dict(environ)
    try:
        stored: dict[str, str] = json.loads(data.environment.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise OperatorError(
            f"Nothing is running in {data.root}: start it with 'bureau up', name its directory "
            "with --data, or set DATABASE_URL."
        ) from None
    return stored

"""PostgreSQL's own client programs: which fit a server, and how they are told its address."""

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict
from psycopg.pq import Conninfo

from bureau.runtime.errors import OperatorError
from bureau.runtime.postgres_binaries import find_postgres

# where Debian's and the PostgreSQL project's RPM packages keep the programs of each major version
PACKAGED = ("/usr/lib/postgresql/{major}/bin", "/usr/pgsql-{major}/bin")


def libpq_environment(url: str) -> dict[str, str]:
    """Return the variables that name a server to PostgreSQL's programs.

    In the environment and not in the arguments, which every user of the machine can list.
    """
    variables = {
        option.keyword.decode(): option.envvar.decode()
        for option in Conninfo.get_defaults()
        if option.envvar
    }
    given = conninfo_to_dict(url)
    return {variables[name]: str(value) for name, value in given.items() if name in variables}


def client_program(name: str, major: int, environ: Mapping[str, str] = os.environ) -> str:
    """Find a client program, such as `pg_dump`, of the server's own major version.

    An older `pg_dump` refuses the server, and what a newer one writes an older server may not read.

    Raises:
        OperatorError: there is none; the text says what was found.
    """
    found: dict[str, str] = {}
    for path in _candidates(name, major, environ):
        if version := _version(path):
            found.setdefault(version, path)
            if version.split(".")[0] == str(major):
                return path
    others = ", ".join(f"{path} ({version})" for version, path in found.items())
    raise OperatorError(
        f"The server is PostgreSQL {major}, and there is no {name} {major} on this machine (found: "
        f"{others or 'none'}): install the client programs of PostgreSQL {major} (Debian: "
        f"postgresql-client-{major}), or set PG_BIN to the folder that they are in."
    )


def _candidates(name: str, major: int, environ: Mapping[str, str]) -> Iterator[str]:
    if chosen := environ.get("PG_BIN"):
        yield str(Path(chosen) / name)
    for folder in PACKAGED:
        yield str(Path(folder.format(major=major)) / name)
    if on_path := shutil.which(name, path=environ.get("PATH")):
        yield on_path
    try:
        yield find_postgres({}).program(name)
    except OperatorError:
        return


def _version(program: str) -> str:
    """`18.6` of `pg_dump (PostgreSQL) 18.6 (Debian …)`; empty where it does not run."""
    try:
        answer = subprocess.run([program, "--version"], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return ""
    return answer.stdout.partition(") ")[2].split(" ")[0].strip()

"""The servers of a new data directory, for as long as a backup is restored into it."""

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from bureau.runtime.database import prepare_database
from bureau.runtime.datadir import DataDirectory, require_free_space
from bureau.runtime.environment import (
    DATABASE_NAME,
    Address,
    child_environment,
    database_variables,
)
from bureau.runtime.errors import OperatorError
from bureau.runtime.postgres import PostgresServer
from bureau.runtime.secrets import ensure_secrets


@contextmanager
def new_installation(
    data: DataDirectory, keys: Path | None, environ: Mapping[str, str]
) -> Iterator[dict[str, str]]:
    """Make a data directory and run its PostgreSQL; gives the environment for commands.

    Args:
        keys: the key ring to put into it; None where `BUREAU_FIELD_KEYS_FILE` names one, or an
            empty ring that the backup fills (`leave_room_for_keys`).

    Raises:
        OperatorError: the directory is in use, is not ours, or holds another key ring.
    """
    data.check()
    require_free_space(data.root, environ)
    with data.claim():
        if keys:
            _put_keys(data, keys)
        secrets = ensure_secrets(data, environ)
        with PostgresServer(data.postgres) as server:
            passwords = (secrets.read("owner_password"), secrets.read("app_password"))
            urls = prepare_database(server.superuser_dsn(), DATABASE_NAME, *passwords)
            # nothing of a restore asks Redis, and the settings want an address
            servers = {"REDIS_URL": "unix:///nowhere", **database_variables(*urls)}
            servers["CELERY_BROKER_URL"] = "memory://"
            yield child_environment(environ, data, secrets, Address("127.0.0.1", 8000), servers)


def leave_room_for_keys(data: DataDirectory) -> None:
    """Keep a new directory from making a key ring of its own: the backup brings one.

    Also after a try with a wrong passphrase, which left the directory without one.
    """
    data.check()
    with data.claim():
        ring = data.secrets / "field_keys"
        if not ring.exists() or not ring.stat().st_size:
            ring.touch(mode=0o600)
            data.mark(initialised=False)


def _put_keys(data: DataDirectory, keys: Path) -> None:
    target = data.secrets / "field_keys"
    if target.exists() and target.read_bytes() != keys.read_bytes():
        raise OperatorError(
            f"{target} is another key ring than {keys}: restore into a new directory with --data."
        )
    shutil.copyfile(keys, target)
    target.chmod(0o600)

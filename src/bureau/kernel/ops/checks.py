"""System checks of the installation: what would hurt later stops the start, with an id and a way out.

`bureau.E0xx` need no database and run before every command; `bureau.E1xx` ask the database and
run with `check --database default` and in `prepare`. Errors stop, warnings are printed.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import connections

from bureau.environment import LOOPBACK_HOSTS
from bureau.environment.unknown import near_misses, of_the_originals
from bureau.kernel.jobs.queues import TIME_LIMITS, VISIBILITY_TIMEOUT

TAG = "bureau"
OLDEST_POSTGRESQL = 16
# name -> least version, as `extversion` writes it; halfvec and iterative scans came with 0.8
EXTENSIONS = {
    "vector": (0, 8),
    "pg_trgm": (0,),
    "unaccent": (0,),
    "btree_gin": (0,),
}


@register(TAG)
def check_visibility_timeout(**_kwargs: Any) -> list[CheckMessage]:
    """bureau.E001: the broker must not hand a task out again while it may still be running."""
    queue, longest = max(TIME_LIMITS.items(), key=lambda limit: limit[1])
    if longest < VISIBILITY_TIMEOUT:
        return []
    message = (
        f"The broker's visibility timeout ({VISIBILITY_TIMEOUT} s) does not exceed the time "
        f"limit of the queue {queue!r} ({longest} s): tasks would run twice."
    )
    hint = "Raise VISIBILITY_TIMEOUT or lower the limit in bureau.kernel.jobs.queues."
    return [Error(message, hint=hint, id="bureau.E001")]


@register(TAG)
def check_debug(**_kwargs: Any) -> list[CheckMessage]:
    """bureau.E002: detailed error pages must not be reachable from other machines."""
    if not settings.DEBUG or _bound_to_loopback():
        return []
    message = f"DEBUG is on and the web process listens on {settings.ENV.bureau_host}."
    hint = "Unset DEBUG, or set BUREAU_HOST=127.0.0.1."
    return [Error(message, hint=hint, id="bureau.E002")]


@register(TAG)
def check_demo_access(**_kwargs: Any) -> list[CheckMessage]:
    """bureau.E003: nameless callers act as a user, so nothing may point here from outside."""
    if settings.ENV.bureau_access != "demo":
        return []
    foreign = sorted({host.strip("[]") for host in settings.ALLOWED_HOSTS} - LOOPBACK_HOSTS)
    if not foreign and _bound_to_loopback():
        return []
    found = f"ALLOWED_HOSTS holds {foreign[0]!r}" if foreign else "BUREAU_HOST is not loopback"
    message = f"BUREAU_ACCESS=demo lets callers in without a name, and {found}."
    hint = "Unset BUREAU_ACCESS, or keep BUREAU_HOST and ALLOWED_HOSTS on this machine."
    return [Error(message, hint=hint, id="bureau.E003")]


@register(TAG)
def check_data_directory(**_kwargs: Any) -> list[CheckMessage]:
    """bureau.E004: files need a directory that this process may write to."""
    folder = settings.DATA_DIR
    place = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    if place.is_dir() and os.access(place, os.W_OK | os.X_OK):
        return []
    message = f"The data directory {folder} cannot be written to."
    hint = "Give this user the right to write there, or name another place with BUREAU_DATA."
    return [Error(message, hint=hint, id="bureau.E004")]


@register(TAG)
def check_https(**_kwargs: Any) -> list[CheckMessage]:
    """bureau.W001: cookies and tokens travel in the clear."""
    if settings.ENV.https_only or _bound_to_loopback():
        return []
    message = (
        f"The web process listens on {settings.ENV.bureau_host} and HTTPS_ONLY is off: passwords "
        "and cookies travel unprotected."
    )
    hint = "Put a TLS proxy in front and set HTTPS_ONLY=true."
    return [Warning(message, hint=hint, id="bureau.W001")]


@register(TAG)
def check_near_misses(**_kwargs: Any) -> list[CheckMessage]:
    """bureau.W002: a variable whose name is almost that of a setting, which is not set."""
    hint = "Correct the name, or leave it where it belongs to another program."
    return [Warning(line, hint=hint, id="bureau.W002") for line in near_misses(os.environ)]


@register()
def check_variables_of_the_originals(**_kwargs: Any) -> list[CheckMessage]:
    """bureau.W003: a variable of one of the original systems, which has another name here."""
    hint = "See docs/coming-from/, or leave it where it belongs to another program."
    return [Warning(line, hint=hint, id="bureau.W003") for line in of_the_originals(os.environ)]


@register(Tags.database)
def check_database(databases: Sequence[str] | None = None, **_kwargs: Any) -> list[CheckMessage]:
    """bureau.E101 to E103: the server, its extensions, and the application's own role."""
    if "default" not in (databases or ()):
        return []
    with connections["default"].cursor() as cursor:
        return [*_server_findings(cursor), *_role_findings(cursor)]


def _server_findings(cursor: Any) -> list[CheckMessage]:
    found: list[CheckMessage] = []
    cursor.execute("select current_setting('server_version_num')::int / 10000")
    (major,) = cursor.fetchone()
    if major < OLDEST_POSTGRESQL:
        message = f"PostgreSQL {major} is too old: {OLDEST_POSTGRESQL} or newer is needed."
        found.append(Error(message, hint="Upgrade the database server.", id="bureau.E101"))
    cursor.execute("select extname, extversion from pg_extension")
    present = dict(cursor.fetchall())
    for name, least in EXTENSIONS.items():
        if name not in present or _version(present[name]) < least:
            has = f"version {present[name]}" if name in present else "missing"
            message = f"The extension {name} is {has}; {_written(least)} is needed."
            hint = f"As a superuser: CREATE EXTENSION IF NOT EXISTS {name}; or ALTER … UPDATE."
            found.append(Error(message, hint=hint, id="bureau.E102"))
    return found


def _role_findings(cursor: Any) -> list[CheckMessage]:
    cursor.execute(
        "select current_user, rolsuper or rolcreaterole or rolbypassrls, exists("
        "  select from pg_class where relkind in ('r', 'p') and relnamespace = 'public'::regnamespace"
        "  and pg_has_role(current_user, relowner, 'member')"
        ") from pg_roles where rolname = current_user"
    )
    role, powerful, owner = cursor.fetchone()
    if not (powerful or owner):
        return []
    reason = "may do anything in the database" if powerful else "owns the tables"
    message = f"The application's role {role!r} {reason}: the event log would not be safe from it."
    hint = (
        "Let DATABASE_URL name a role with SELECT, INSERT, UPDATE and DELETE only, and "
        "DATABASE_OWNER_URL the owner."
    )
    return [Error(message, hint=hint, id="bureau.E103")]


def _bound_to_loopback() -> bool:
    return settings.ENV.bureau_host in LOOPBACK_HOSTS


def _version(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(".") if part.isdecimal())


def _written(version: tuple[int, ...]) -> str:
    return f"{'.'.join(str(part) for part in version)} or newer" if any(version) else "any version"

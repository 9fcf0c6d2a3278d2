"""Variables that nobody reads: a typing mistake in a name would otherwise be a setting without effect."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches

from bureau.runtime.variables import own_names

PREFIX = "BUREAU_"
# Kubernetes tells every container of the services beside it: BUREAU_WEB_SERVICE_HOST and so on
_OF_KUBERNETES = re.compile(
    r"_SERVICE_(HOST|PORT)(_[A-Z0-9_]+)?$|_PORT(_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)?$"
)
# alike enough to be meant: TRUSTED_PROXY is, REDIS_PORT is not
ALIKE = 0.85
# what the five original systems were configured by -> what says it here
OF_THE_ORIGINALS = {
    **dict.fromkeys(("DB_HOST", "DB_NAME", "DB_PASSWORD", "DB_PORT", "DB_USER"), "DATABASE_URL"),
    **dict.fromkeys(
        ("POSTGRES_DB", "POSTGRES_HOST", "POSTGRES_PASSWORD", "POSTGRES_PORT", "POSTGRES_USER"),
        "DATABASE_URL",
    ),
    "CELERY_RESULT_BACKEND": "nothing: results are rows of the database",
    "DB_ENCRYPTION_KEY": "BUREAU_FIELD_KEYS_FILE",
    "DJANGO_SECRET_KEY": "SECRET_KEY",
    "EMBEDDING_DIMENSION": "AI_EMBEDDING_DIMENSION",
    "FLASK_PORT": "BUREAU_PORT",
    "FLASK_SECRET_KEY": "SECRET_KEY",
    "LOG_LEVEL": "BUREAU_LOG_LEVEL",
    "MAX_CONTENT_LENGTH": "BUREAU_MAX_UPLOAD_MB",
    "SECURE_SSL_REDIRECT": "HTTPS_ONLY",
    "UPLOAD_FOLDER": "BUREAU_DATA",
}


def of_the_originals(environ: Mapping[str, str]) -> Iterator[str]:
    """A line for each variable that an original system read and Bureau does not."""
    for name in sorted(OF_THE_ORIGINALS.keys() & environ.keys()):
        yield f"{name} is not read by Bureau; what says it here is {OF_THE_ORIGINALS[name]}"


def unknown_settings(environ: Mapping[str, str]) -> Iterator[str]:
    """A line for each `BUREAU_…` that this release does not know."""
    for name in sorted(environ):
        if name.startswith(PREFIX) and name not in own_names() and not _OF_KUBERNETES.search(name):
            yield f"{name}: there is no such setting{_meant(name)}"


def near_misses(environ: Mapping[str, str]) -> Iterator[str]:
    """A line for each other variable whose name is almost a setting's that is not set."""
    missing = [name for name in own_names() if name not in environ]
    for name in sorted(environ):
        if name.startswith(PREFIX) or name in own_names():
            continue
        if close := get_close_matches(name, missing, n=1, cutoff=ALIKE):
            yield f"{name} is not a setting of Bureau; is {close[0]} meant?"


def _meant(name: str) -> str:
    close = get_close_matches(name, own_names(), n=1, cutoff=0.6)
    return f"; is {close[0]} meant?" if close else " (docs/settings.md has them all)"

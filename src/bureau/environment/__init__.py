"""The one place where the process environment is read: a typed object, checked at start.

Everything an operator can set is a field here with its default and meaning, in one file a subject;
`settings.py` turns it into Django settings and nothing else looks at `os.environ`. A secret has no
default. For every field a `<NAME>_FILE` variable may name a file that holds the value (container
secrets).
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from bureau.environment.desks import Desks
from bureau.environment.exposure import LOOPBACK_HOSTS, Exposure
from bureau.environment.installation import Installation
from bureau.environment.messages import Messages
from bureau.environment.models import Allowances, LanguageModels
from bureau.environment.speech import Speech
from bureau.environment.unknown import unknown_settings

__all__ = ["LOOPBACK_HOSTS", "BadEnvironment", "Environment", "load"]


class BadEnvironment(SystemExit):
    """The environment is unusable; the message names each variable and the process stops."""


# pydantic lists the fields of the last base first; docs/settings.md shows them in that order
class Environment(Desks, Allowances, Speech, LanguageModels, Messages, Installation, Exposure):
    """What an operator may set. Names are the environment variables' names in lower case."""


def load() -> Environment:
    """Read and check the environment.

    Raises:
        BadEnvironment: with one line for each variable that is missing or wrong.
    """
    lines = list(unknown_settings(os.environ))
    try:
        environment = Environment(**_values_from_files())
    except ValidationError as problem:
        lines += _lines_of(problem)
    if lines:
        raise BadEnvironment("\n  ".join(["The environment is not usable:", *lines]))
    return environment


def _values_from_files() -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in Environment.model_fields:
        pointer = os.environ.get(f"{name.upper()}_FILE")
        if pointer:
            found[name] = _content_of(f"{name.upper()}_FILE", Path(pointer))
    return found


def _content_of(variable: str, path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as problem:
        reason = getattr(problem, "strerror", None) or "it is no text"
        raise BadEnvironment(
            f"The environment is not usable:\n  {variable}: {path} cannot be read ({reason})"
        ) from None


def _lines_of(problem: ValidationError) -> list[str]:
    """A line for each variable. Values are left out: they may be secrets."""
    lines = []
    for error in problem.errors():
        name = "_".join(str(part) for part in error["loc"]).upper() or "combination"
        lines.append(f"{name}: {error['msg']}")
    return lines

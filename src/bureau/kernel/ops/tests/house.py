"""An installation that tests command as an operator would."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from psycopg.conninfo import conninfo_to_dict
from tests.waiting import PATIENCE


@dataclass
class House:
    """An installation with a database of its own; `manage` runs a command as an operator would."""

    superuser: str
    variables: dict[str, str] = field(default_factory=dict)

    @property
    def data(self) -> Path:
        return Path(self.variables["BUREAU_DATA"])

    @property
    def database(self) -> str:
        return str(conninfo_to_dict(self.superuser)["dbname"])

    def manage(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run one management command in a process of its own."""
        with self.started(*arguments, **variables) as process:
            output, errors = process.communicate(timeout=PATIENCE)
        return subprocess.CompletedProcess(arguments, process.returncode, output, errors)

    def started(self, *arguments: str, **variables: str) -> subprocess.Popen[str]:
        """Start one management command."""
        return subprocess.Popen(
            [sys.executable, "-m", "django", *arguments],
            env={**os.environ, **self.variables, **variables},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def sql(self, statement: str, *, url: str | None = None) -> list[tuple[object, ...]]:
        """Run a statement, as the superuser or over a URL."""
        with psycopg.connect(url or self.superuser, autocommit=True) as connection:
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

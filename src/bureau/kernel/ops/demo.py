"""Demonstration data: the cast of people, what each desk adds, and the file that names it all.

The file holds passwords, so only its owner may read it. It is written before the database commits:
a crash in between leaves a file without people, which the next run replaces, and never people
whose passwords nobody knows.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from django.db import transaction

from bureau.kernel.accounts.demo import seed_cast
from bureau.runtime.folders import write_private

# what a desk's seeder returns stands under the desk's name in the file
Seeder = Callable[[], Mapping[str, Any]]
_seeders: dict[str, Seeder] = {}


def register_seeder(name: str, seeder: Seeder) -> None:
    """Let `seeder` add a desk's demonstration data, once, after the cast is there.

    It runs in the transaction that makes the cast; it finds people by their user names.

    Raises:
        ValueError: the name is taken.
    """
    if name in _seeders:
        raise ValueError(f"A demo seeder named {name} is registered already.")
    _seeders[name] = seeder


def seed_demo(file: Path, base_url: str) -> str:
    """Seed what is not there yet and keep the file's address right.

    Args:
        file: where to write the people, passwords and keys.
        base_url: where the installation answers, for example `http://127.0.0.1:8000`.

    Returns:
        One sentence about what was done.
    """
    with transaction.atomic():
        facts = seed_cast(base_url)
        if facts is not None:
            facts |= {name: dict(seeder()) for name, seeder in _seeders.items()}
            _write(file, facts)
            return f"Demonstration data is ready; the accounts are in {file}."
    if not file.exists():
        return (
            f"The demonstration accounts exist and {file} does not: set a password with "
            "'bureau manage changepassword NAME'."
        )
    return _keep_address(file, base_url)


def _keep_address(file: Path, base_url: str) -> str:
    facts = json.loads(file.read_text(encoding="utf-8"))
    if facts["base_url"] != base_url:
        _write(file, {**facts, "base_url": base_url})
    return f"Demonstration data was ready before; the accounts are in {file}."


def _write(file: Path, facts: Mapping[str, Any]) -> None:
    write_private(file, json.dumps(facts, indent=1) + "\n")

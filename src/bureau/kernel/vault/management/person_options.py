"""How commands are told whom they are about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.management.base import CommandParser

from bureau.kernel.vault.shredders import Meant, Person


def add_person_options(parser: CommandParser) -> None:
    """Declare --username, --phone, --email and --reference."""
    parser.add_argument(
        "--username", default="", help="Of an account; then no other account is meant."
    )
    parser.add_argument("--phone", default="", help="In any spelling.")
    parser.add_argument(
        "--email", default="", help="In any spelling; accounts must have proved it."
    )
    parser.add_argument("--reference", default="", help="A desk's own id of the person.")


def person_of(options: Mapping[str, Any]) -> Person:
    """The person that the options name."""
    names = ("username", "phone", "email", "reference")
    return Person(**{name: options[name] for name in names})


def lines_about(meant: Meant) -> list[str]:
    """Whom a command takes the person to be, for whoever is about to decide."""
    lines = [f"Accounts: {', '.join(meant.names) or 'none'}"]
    if meant.unproved:
        names = ", ".join(meant.unproved)
        lines.append(f"Not meant, for they never proved the address: {names} (use --username).")
    return lines

"""How commands are told whom they are about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.management.base import CommandParser

from bureau.kernel.vault.shredders import Person


def add_person_options(parser: CommandParser) -> None:
    """Declare --username, --phone, --email and --reference."""
    parser.add_argument("--username", default="", help="Of an account.")
    parser.add_argument("--phone", default="", help="In any spelling.")
    parser.add_argument("--email", default="", help="In any spelling.")
    parser.add_argument("--reference", default="", help="A desk's own id of the person.")


def person_of(options: Mapping[str, Any]) -> Person:
    """The person that the options name."""
    names = ("username", "phone", "email", "reference")
    return Person(**{name: options[name] for name in names})

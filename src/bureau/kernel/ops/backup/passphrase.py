"""Where a passphrase comes from: a file, or the terminal; never the arguments, which others see."""

from __future__ import annotations

import getpass
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from bureau.runtime.errors import OperatorError


def add_passphrase(parser: CommandParser, meaning: str) -> None:
    """Declare --with-keys and --passphrase-file."""
    parser.add_argument("--with-keys", action="store_true", help=meaning)
    parser.add_argument(
        "--passphrase-file", type=Path, help="Read the passphrase from the first line of a file."
    )


def passphrase_of(options: dict[str, Any], *, confirm: bool) -> str:
    """The passphrase, or nothing where the key ring is not asked for.

    Raises:
        OperatorError: there is none, or the second one typed is another.
    """
    if not options["with_keys"]:
        return ""
    if file := options["passphrase_file"]:
        lines: list[str] = file.read_text(encoding="utf-8").splitlines()
        found = lines[0] if lines else ""
    elif sys.stdin.isatty():
        found = _typed(confirm=confirm)
    else:
        raise OperatorError("--with-keys needs a terminal, or --passphrase-file.")
    if not found:
        raise OperatorError("The passphrase is empty.")
    return found


def _typed(*, confirm: bool) -> str:
    found = getpass.getpass("Passphrase of the key ring: ")
    if confirm and getpass.getpass("Again: ") != found:
        raise OperatorError("The two passphrases differ.")
    return found

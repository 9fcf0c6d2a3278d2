"""Parsing what strangers send, in a child process that can do little and is thrown away.

Bytes from outside reach libraries written in C, C++ and Rust. Whatever a file does to one of them,
only the child of this one call may die of it. A room registers its pure functions once and calls
them from anywhere:

    PREVIEW = register(Parser("imaging.preview", "bureau.desks.imaging.importing.local:preview"))
    shown = run(PREVIEW, Lent(path), "study")

Arguments and results are plain data (JSON and bytes); files are lent as open descriptors. What is
refused is an `InvalidInput` with a sentence: `FileRefused` where a limit was reached, or one of the
errors that the parser declares. Nothing here needs Django's apps.
"""

from __future__ import annotations

from bureau.kernel.sandbox.client import Call, isolation, run, stream
from bureau.kernel.sandbox.errors import FileRefused
from bureau.kernel.sandbox.lending import Lent
from bureau.kernel.sandbox.parsers import Limits, Parser, parsers, register

__all__ = [
    "Call",
    "FileRefused",
    "Lent",
    "Limits",
    "Parser",
    "isolation",
    "parsers",
    "register",
    "run",
    "stream",
]

"""Which functions run in a child, with which limits. Rooms register theirs at import."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bureau.kernel.errors import BureauError

MB = 1024**2


@dataclass(frozen=True, slots=True)
class Limits:
    """What one call may cost.

    Attributes:
        memory_bytes: address space of the child (and of each program it starts).
        cpu_seconds: processor time of the child, fractions allowed.
        wall_seconds: longest wait for a result, or for the next part of one.
        output_bytes: everything that it answers, together.
        part_bytes: one part of it.
        file_bytes: the largest file that it may write in its scratch folder, copies of what is
            lent included.
        open_files: file descriptors.
    """

    memory_bytes: int = 1024 * MB
    cpu_seconds: float = 60.0
    wall_seconds: float = 90.0
    output_bytes: int = 64 * MB
    part_bytes: int = 64 * MB
    file_bytes: int = 0
    open_files: int = 64


@dataclass(frozen=True, slots=True)
class Parser:
    """A pure function on files and plain data.

    Attributes:
        name: what it is called in logs and tests, such as `imaging.preview`.
        function: `package.module:function`; it answers one value, or yields parts.
        limits: what a call may cost.
        errors: refusals that cross over to the caller as what they are.
        preload: modules loaded once, before children are made; they must start no thread.
        scratch: whether the child gets a folder for temporary files (`TMPDIR`), with a copy of what
            is lent in it; without, the function's path is one of `/proc/self/fd`, which no library
            may resolve.
        asks: whether the function's first argument is an iterator over what the caller sends later.
    """

    name: str
    function: str
    limits: Limits = Limits()
    errors: Sequence[type[BureauError]] = ()
    preload: Sequence[str] = ()
    scratch: bool = False
    asks: bool = False


_parsers: dict[str, Parser] = {}


def register(parser: Parser) -> Parser:
    """Make a parser known to the conformance suite; answers it."""
    _parsers[parser.name] = parser
    return parser


def parsers() -> dict[str, Parser]:
    """All that are registered, by name."""
    return dict(_parsers)

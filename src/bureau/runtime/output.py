"""What the supervisor prints: lines of all processes, with the name of each in a column."""

import os
from collections.abc import Mapping, Sequence
from typing import TextIO

COLOURS = (36, 32, 33, 35, 34, 96, 92, 95)
LONGEST_LINE = 16_384


class LineSplitter:
    """Cut a stream of bytes into lines; a line without end is cut at `LONGEST_LINE`."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, chunk: bytes) -> list[str]:
        """Take some bytes and return the lines that are complete now."""
        *lines, rest = (self._rest + chunk).split(b"\n")
        while len(rest) > LONGEST_LINE:
            lines.append(rest[:LONGEST_LINE])
            rest = rest[LONGEST_LINE:]
        self._rest = rest
        return [_text(line) for line in lines]

    def finish(self) -> list[str]:
        """Return what is left when the stream has ended."""
        rest, self._rest = self._rest, b""
        return [_text(rest)] if rest else []


def _text(line: bytes) -> str:
    return line.decode(errors="replace").rstrip("\r")


class Printer:
    """Print lines with the name of their process in front, coloured on a terminal only."""

    def __init__(
        self,
        stream: TextIO,
        names: Sequence[str],
        environ: Mapping[str, str] = os.environ,
    ) -> None:
        self._stream = stream
        self._names = list(names)
        self._width = max((len(name) for name in names), default=0)
        self._coloured = stream.isatty() and not environ.get("NO_COLOR")

    def line(self, name: str, text: str) -> None:
        """Print one line of the process `name`; a blank one is left out."""
        if text.strip():
            self.plain(f"{self._column(name)} {text}")

    def plain(self, text: str) -> None:
        """Print a line of our own. Nobody listening, or a full disk, is no reason to stop."""
        try:
            print(text, file=self._stream, flush=True)
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), self._stream.fileno())
        except OSError:
            return

    def _column(self, name: str) -> str:
        label = f"{name:<{self._width}} |"
        if not self._coloured or name not in self._names:
            return label
        return f"\033[{COLOURS[self._names.index(name) % len(COLOURS)]}m{label}\033[0m"

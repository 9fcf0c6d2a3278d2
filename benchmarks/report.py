"""Tables of a race, and the statistics they hold: medians of rounds that take turns."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil
from statistics import median

_HEADINGS = ("measure", "value", "ratio", "aim")


@dataclass(frozen=True)
class Row:
    """One line: what was measured, its value with the unit, its ratio to a rival, the aim."""

    measure: str
    value: str
    ratio: str = ""
    aim: str = ""


@dataclass
class Table:
    """The outcome of one race; `notes` say what stands behind the figures."""

    title: str
    rows: list[Row] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, measure: str, value: str, ratio: str = "", aim: str = "") -> None:
        self.rows.append(Row(measure, value, ratio, aim))

    def text(self) -> str:
        """The table for people."""
        cells = [_HEADINGS, *((r.measure, r.value, r.ratio, r.aim) for r in self.rows)]
        widths = [max(len(line[column]) for line in cells) for column in range(len(_HEADINGS))]
        lines = [_line(line, widths) for line in cells]
        rule = "  ".join("-" * width for width in widths)
        notes = [f"  {note}" for note in self.notes]
        return "\n".join([self.title, "=" * len(self.title), lines[0], rule, *lines[1:], *notes])


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    first, *rest = (
        cell.rjust(width) if column in (1, 2) else cell.ljust(width)
        for column, (cell, width) in enumerate(zip(cells, widths, strict=True))
    )
    return "  ".join([first, *rest]).rstrip()


def interleaved(
    entrants: Mapping[str, Callable[[], object]], rounds: int
) -> dict[str, list[float]]:
    """Run every entrant once a round, in turn, so that a noisy moment of the machine hits all.

    Returns:
        Name -> seconds of each round.
    """
    seconds: dict[str, list[float]] = {name: [] for name in entrants}
    for _ in range(rounds):
        for name, entrant in entrants.items():
            seconds[name].append(timed(entrant))
    return seconds


def timed(action: Callable[[], object]) -> float:
    """Seconds that one call takes."""
    started = time.perf_counter()
    action()
    return time.perf_counter() - started


def ratio_of(slow: Sequence[float], fast: Sequence[float]) -> float:
    """The median over the rounds of how many times as long the first took as the second."""
    return median(a / b for a, b in zip(slow, fast, strict=True))


def percentile(values: Sequence[float], percent: float) -> float:
    """The nearest-rank percentile; NaN when there are no values."""
    if not values:
        return float("nan")
    return sorted(values)[max(0, ceil(len(values) * percent / 100) - 1)]

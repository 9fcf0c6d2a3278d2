"""Scales: round values for a value axis that counts whole things."""

from __future__ import annotations

import math

_FACTORS = (1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)


def scale(highest: float, intervals: int) -> list[int]:
    """Ticks from zero in `intervals` equal whole steps, the last of them not below `highest`."""
    needed = max(highest / intervals, 1.0)
    power = 10 ** math.floor(math.log10(needed))
    steps = (factor * power for factor in _FACTORS)
    step = int(next(step for step in steps if step >= needed and step.is_integer()))
    return [step * i for i in range(intervals + 1)]

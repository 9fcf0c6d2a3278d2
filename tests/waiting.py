"""How tests wait: for a condition, with one deadline that no busy machine outlasts.

A test that waits for less than `PATIENCE` tests the speed of the machine. The time limit of pytest in
`pyproject.toml` is longer, so that a wait in vain ends with its own sentence.
"""

from __future__ import annotations

import time
from collections.abc import Callable

# seconds
PATIENCE = 240.0


def eventually(
    condition: Callable[[], object],
    *,
    nudge: Callable[[], object] | None = None,
    patience: float = PATIENCE,
    pause: float = 0.05,
    why: Callable[[], object] = lambda: "",
) -> None:
    """Wait for a condition; `nudge` runs before each look, `why` is told where it stays false.

    Raises:
        AssertionError: it did not come true in `patience` seconds.
    """
    end = time.monotonic() + patience
    while True:
        if nudge:
            nudge()
        if condition():
            return
        if time.monotonic() > end:
            raise AssertionError(f"waited {patience:.0f} s in vain; {why()}")
        time.sleep(pause)

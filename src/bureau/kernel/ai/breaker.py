"""Stops asking a provider that is down, so that work fails at once instead of waiting in line."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable


class Breaker:
    """Opens after some temporary failures in a row and lets one trial through per cool-down.

    Each process has its own: every worker learns for itself that a provider is down, which costs
    `threshold` failures a process and needs no shared state. Safe to use from several threads.

    Args:
        threshold: consecutive failures that open the breaker.
        cool_down: seconds between trials while it is open.
        clock: seconds that never run backwards.
    """

    def __init__(
        self,
        *,
        threshold: int = 3,
        cool_down: float = 30.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._threshold = threshold
        self._cool_down = cool_down
        self._clock = clock
        self._lock = threading.Lock()
        self._failures = 0
        self._next_trial = 0.0

    def admit(self) -> float:
        """Ask to go ahead: 0 means yes, otherwise the seconds until the next trial.

        A trial that never reports back (its worker was killed) does not block the next one.
        """
        with self._lock:
            if self._failures < self._threshold:
                return 0.0
            now = self._clock()
            if now < self._next_trial:
                # a sum of floats may come back a hair longer than what was added
                return min(self._next_trial - now, self._cool_down)
            self._next_trial = now + self._cool_down
            return 0.0

    def answered(self) -> None:
        """The provider is there, whatever it said."""
        with self._lock:
            self._failures = 0

    def failed(self) -> None:
        """The provider failed in a way that may pass."""
        with self._lock:
            self._failures += 1
            self._next_trial = self._clock() + self._cool_down

"""Requests that come when they are due, whether or not the ones before are answered.

A closed loop asks again only after the answer, so a slow answer spares the server the questions that
people would have asked meanwhile. Here the time of an answer counts from the moment it was due.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Sequence
from typing import TypeVar

Subject = TypeVar("Subject")
LANES = 16
START_DELAY = 0.2  # seconds


def open_loop(
    new_client: Callable[[], Callable[[Subject], object]], subjects: Sequence[Subject], rate: float
) -> list[float]:
    """Ask about each subject in turn, `rate` times a second.

    Args:
        new_client: makes what asks; one for each of the lanes that ask side by side.

    Returns:
        Seconds from when each question was due until its answer was there, in order.

    Raises:
        Exception: whatever the first failed question raised.
    """
    asking = [new_client() for _ in range(LANES)]
    due = time.perf_counter() + START_DELAY
    waiting: queue.SimpleQueue[tuple[int, Subject, float]] = queue.SimpleQueue()
    for place, subject in enumerate(subjects):
        waiting.put((place, subject, due + place / rate))
    seconds = [0.0] * len(subjects)
    problems: list[Exception] = []

    def lane(ask: Callable[[Subject], object]) -> None:
        while not problems:
            try:
                place, subject, moment = waiting.get_nowait()
            except queue.Empty:
                return
            time.sleep(max(0.0, moment - time.perf_counter()))
            try:
                ask(subject)
            except Exception as problem:  # handed to who asked for the loop
                problems.append(problem)
            seconds[place] = time.perf_counter() - moment

    lanes = [threading.Thread(target=lane, args=(ask,)) for ask in asking]
    for one in lanes:
        one.start()
    for one in lanes:
        one.join()
    if problems:
        raise problems[0]
    return seconds


def rate_it_can_carry(ask: Callable[[Subject], object], subjects: Sequence[Subject]) -> float:
    """Half of what it answers a second when asked one after the other."""
    started = time.perf_counter()
    for subject in subjects:
        ask(subject)
    return len(subjects) / (time.perf_counter() - started) / 2

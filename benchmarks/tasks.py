"""Race `tasks`: what the kernel adds to a task that does nothing, against plain Celery."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from benchmarks.ground import REPOSITORY, STOP_PATIENCE, Ground, python, read_answer
from benchmarks.report import Table

TASKS = 500
ROUNDS = 2
PROCESSES = 2
# name -> (race, jobs, tasks a job)
ENTRANTS = {
    "plain Celery": ("plain", 1, TASKS),
    "kernel, jobs of 10": ("kernel", TASKS // 10, 10),
}

Answers = dict[str, list[dict[str, float]]]


def run(ground: Ground) -> Table:
    """Fill the queue while the worker does not listen, then time it from first to last task."""
    environment = ground.bare_servers()
    with _worker(environment, ground.folder / "worker.log"):
        maker = python("benchmarks.task_maker", environment)
        try:
            for race in ("plain", "kernel"):
                _ask(maker, race, 2, 10)
            answers: Answers = {name: [] for name in ENTRANTS}
            for _ in range(ROUNDS):
                for name, entrant in ENTRANTS.items():
                    answers[name].append(_ask(maker, *entrant))
        finally:
            maker.kill()
            maker.wait()
    return _table(answers)


@contextmanager
def _worker(environment: dict[str, str], log: Path) -> Iterator[None]:
    """A worker as `bureau up` runs it, with the handlers of this race."""
    options = ["-Q", "default,maintenance", "-c", str(PROCESSES), "--without-gossip"]
    argv = ["-W", "ignore", "-m", "celery", "-A", "bureau.celery:app", "--quiet", "worker"]
    with log.open("wb") as output:
        worker = subprocess.Popen(
            [sys.executable, *argv, *options, "--without-mingle", "-I", "benchmarks.handlers"],
            env=environment,
            cwd=REPOSITORY,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        yield
    finally:
        worker.terminate()
        worker.wait(STOP_PATIENCE)


def _ask(maker: subprocess.Popen[str], race: str, jobs: int, tasks: int) -> dict[str, float]:
    assert maker.stdin is not None
    maker.stdin.write(json.dumps({"race": race, "jobs": jobs, "tasks": tasks}) + "\n")
    maker.stdin.flush()
    answer: dict[str, float] = read_answer(maker)
    return answer


def _table(answers: Answers) -> Table:
    table = Table(f"tasks: {TASKS} tasks that do nothing, a worker of {PROCESSES} processes")
    baseline = _medians(answers["plain Celery"])
    for name, rounds in answers.items():
        enqueue, run = _medians(rounds)
        table.add(f"{name}: run, each", f"{1e3 * run / TASKS:.2f} ms", f"{run / baseline[1]:.1f}x")
        table.add(f"{name}: rate", f"{TASKS / run:,.0f} tasks/s")
        ratio = f"{enqueue / baseline[0]:.1f}x"
        table.add(f"{name}: enqueue, each", f"{1e3 * enqueue / TASKS:.2f} ms", ratio)
    added = 1e3 * (_medians(answers["kernel, jobs of 10"])[1] - baseline[1]) / TASKS
    table.add("the kernel's part in a task", f"{added:.2f} ms")
    table.notes.append(f"ratio: to plain Celery on the same broker; median of {ROUNDS} rounds")
    return table


def _medians(rounds: list[dict[str, float]]) -> tuple[float, float]:
    """Median seconds of (enqueue, run)."""
    return median(r["enqueue"] for r in rounds), median(r["run"] for r in rounds)

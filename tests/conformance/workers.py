"""Real Celery workers in a process group of their own, and this process as their publisher."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from bureau.kernel.jobs.celery_app import app, configure
from bureau.kernel.jobs.dispatch import reset_backoff
from bureau.kernel.jobs.models import Task
from bureau.kernel.jobs.status import OPEN, TaskStatus
from tests import waiting

ROOT = Path(__file__).resolve().parents[2]
# the product's own: a third of it passes until a worker sees that its task was cancelled
LEASE_SECONDS = 30
READY = " ready."


@contextmanager
def publishing_to(url: str) -> Iterator[None]:
    """Point this process's Celery application at a broker for a while."""
    before = app.conf.broker_url
    with pytest.MonkeyPatch.context() as patch:
        # Celery believes this variable before its own configuration
        patch.setenv("CELERY_BROKER_URL", url)
        _point_at(url)
        try:
            yield
        finally:
            patch.undo()
            _point_at(before)


def _point_at(url: str) -> None:
    configure(url)
    # connections to the previous broker are pooled under the application
    reset_backoff()
    app._pool = None
    app.amqp._producer_pool = None
    reset_backoff()


def lose_patience() -> None:
    """Wait two seconds for an answer of the present broker, where the product waits ten."""
    options = app.conf.broker_transport_options
    if "socket_timeout" in options:
        options["socket_timeout"] = 2


def purge() -> None:
    """Throw away what waits in our own queues."""
    app.control.purge()


def eventually(condition: Callable[[], object], nudge: Callable[[], object] | None = None) -> None:
    """Wait for what workers do; see `tests.waiting`."""
    waiting.eventually(condition, nudge=nudge, pause=0.1, why=lambda: f"tasks: {_open_tasks()}")


def let_leases_run_out() -> None:
    """What the clock does while nobody works: leases end, and lost hints are sent again."""
    past = timezone.now() - timedelta(minutes=1)
    Task.objects.filter(status=TaskStatus.RUNNING).update(lease_until=past)
    Task.objects.filter(status=TaskStatus.PENDING).update(offer_at=past)


def _open_tasks() -> list[dict[str, object]]:
    """What a failure's reader wants to know: the rows that are not done."""
    fields = ("id", "kind", "status", "attempt", "offers", "offer_at", "lease_until", "created_at")
    return list(Task.objects.filter(status__in=OPEN).values(*fields)[:5])


class Workers:
    """A worker with two processes and its beat; `kill` ends all of them at once, unasked."""

    def __init__(self, broker_url: str, folder: Path, queues: str = "default,maintenance") -> None:
        self.broker_url, self.folder, self.queues = broker_url, folder, queues
        self.output = folder / "worker.log"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start a group and wait until it takes messages."""
        self.folder.mkdir(exist_ok=True)
        environment = {
            **os.environ,
            "CELERY_BROKER_URL": self.broker_url,
            "BUREAU_LEASE_SECONDS": str(LEASE_SECONDS),
            "BUREAU_LOG_LEVEL": "INFO",
            "OPENBLAS_NUM_THREADS": "1",
        }
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                self._command(),
                cwd=ROOT,
                env=environment,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        eventually(lambda: self._is_ready(self.process))

    def _command(self) -> list[str]:
        options = f"-c 2 -B -Q {self.queues} --without-gossip --without-mingle"
        schedule = str(self.folder / "schedule")
        include = ["--include", "tests.conformance.worker_kinds", "-s", schedule]
        return [
            sys.executable, "-m", "celery", "-A", "bureau.celery:app", "worker",
            *options.split(), *include,
        ]  # fmt: skip

    def _is_ready(self, process: subprocess.Popen[bytes] | None) -> bool:
        text = self.output.read_text(errors="replace")
        assert process is not None
        assert process.poll() is None, f"the worker ended:\n{text}"
        return READY in text

    def freeze(self) -> None:
        """Stop the whole group where it is; to the broker it is still connected."""
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGSTOP)

    def kill(self) -> None:
        """`kill -9` the whole group."""
        if self.process is None:
            return
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.process = None

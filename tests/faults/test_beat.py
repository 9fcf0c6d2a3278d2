"""Two beats stand ready, one sends; when it is killed the other goes on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bureau.kernel.jobs.clock import clock_runs
from tests.conformance.workers import ROOT, eventually

pytestmark = pytest.mark.django_db(transaction=True)


class Beat:
    """A beat in a process of its own."""

    def __init__(self, folder: Path, broker: str) -> None:
        folder.mkdir()
        self.output = folder / "beat.log"
        command = [sys.executable, "-m", "celery", "-A", "bureau.celery:app", "beat", "--pidfile="]
        environment = {
            **os.environ,
            "BUREAU_LOG_LEVEL": "WARNING",
            "CELERY_BROKER_URL": broker,
            "DJANGO_SETTINGS_MODULE": "bureau.settings",
        }
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [*command, "-s", str(folder / "schedule")],
                cwd=ROOT,
                env=environment,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def said(self, word: str) -> bool:
        text = self.output.read_text(errors="replace")
        assert self.process.poll() is None, f"the beat ended:\n{text}"
        return word in text

    def kill(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()


@pytest.fixture
def beats(broker: str, tmp_path: Path) -> Iterator[list[Beat]]:
    started: list[Beat] = []
    try:
        for name in ("first", "second"):
            beat = Beat(tmp_path / name, broker)
            started.append(beat)
            word = "beat_has_the_clock" if name == "first" else "beat_stands_by"
            eventually(lambda beat=beat, word=word: beat.said(word))  # type: ignore[misc]
        yield started
    finally:
        for beat in started:
            beat.kill()


def test_the_second_beat_takes_over_when_the_first_is_killed(beats: list[Beat]) -> None:
    first, second = beats
    assert clock_runs()
    assert not second.said("beat_has_the_clock")
    first.kill()
    eventually(lambda: second.said("beat_has_the_clock"))
    assert clock_runs()
    second.kill()
    eventually(lambda: not clock_runs())

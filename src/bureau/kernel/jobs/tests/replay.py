"""Rebuilding a job from its events alone, written apart from the code that emits them."""

from __future__ import annotations

from dataclasses import dataclass, field

from bureau.kernel.events.log import read_stream
from bureau.kernel.events.models import Event
from bureau.kernel.jobs.models import Job

MEANING = {"START": "RUNNING", "RETRY": "PENDING", "DONE": "SUCCESS", "CANCELLED": "CANCELLED"}
FINAL = frozenset({"SUCCESS", "FAILED", "CANCELLED"})


@dataclass
class Replayed:
    """What the log says: the job's status, each task's, and how often each ended since it began."""

    job: str = "PENDING"
    tasks: dict[int, str] = field(default_factory=dict)
    ends: dict[int, int] = field(default_factory=dict)
    started_after: list[tuple[int, dict[int, str]]] = field(default_factory=list)

    def take(self, event: Event) -> None:
        entity_type, _, number = event.subject.partition(":")
        if entity_type == "job":
            self._take_job(event)
        elif new := _status_after(event):
            self._take_task(int(number), new)

    def _take_job(self, event: Event) -> None:
        if event.type == "START":
            self.job = "RUNNING"
        elif event.type == "job_status_changed":
            assert event.payload["previous_status"] == self.job
            self.job = event.payload["status"]

    def _take_task(self, task: int, new: str) -> None:
        if new == "RUNNING":
            self.started_after.append((task, dict(self.tasks)))
        self.ends[task] = self.ends.get(task, 0) + 1 if new in FINAL else 0
        self.tasks[task] = new


def _status_after(event: Event) -> str | None:
    if event.type in MEANING:
        return MEANING[event.type]
    return "FAILED" if event.level == "ERROR" and "error_code" in event.payload else None


def replay(job: Job) -> Replayed:
    """Read the job's whole stream, page by page."""
    replayed = Replayed(tasks=dict.fromkeys(job.tasks.values_list("id", flat=True), "PENDING"))
    cursor = 0
    while batch := read_stream(job.stream, cursor):
        for event in batch:
            replayed.take(event)
        cursor = batch[-1].pk
    return replayed


def assert_the_log_is_the_truth(job: Job) -> None:
    """Table and log agree; every end is told once; nothing starts before its preparation."""
    job.refresh_from_db()
    told, rows = replay(job), list(job.tasks.all())
    assert told.tasks == {task.pk: task.status for task in rows}
    assert told.job == job.status
    for task in rows:
        assert told.ends.get(task.pk, 0) == (task.status in FINAL)
    after = {task.pk: task.after_id for task in rows}
    for task_id, statuses in told.started_after:
        preparation = after[task_id]
        assert preparation is None or statuses[preparation] == "SUCCESS"

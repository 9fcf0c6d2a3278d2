"""Which kinds of task exist and who handles them. Desks register theirs in `tasks.py`.

A handler gets a `TaskRun` and does the work. What it writes to the database belongs inside
`with run.finish():`, one transaction with the task's final state, so that a worker that lost its
lease writes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bureau.kernel.jobs.queues import QUEUES

if TYPE_CHECKING:
    from bureau.kernel.jobs.models import Task
    from bureau.kernel.jobs.runner import TaskRun

HandlerFunction = Callable[["TaskRun"], None]
WarmUp = Callable[[], None]
OnFailure = Callable[["Task"], None]


@dataclass(frozen=True)
class Handler:
    """How a kind of task is run.

    Attributes:
        kind: name of the task kind and of its Celery task, such as `insights.render_chart`.
        queue: one of `queues.QUEUES`.
        entity_type: what events call the task (`image_task`), also their entity type.
        max_attempts: tries before a temporary failure or a lost worker becomes a failure.
        warm_up: loads what is slow to import; a worker of this queue calls it once, before it
            forks, so that its processes share the memory and no task waits for it.
        on_failure: called once when a task has failed for good (no try is left, its worker was
            lost too often, what it waited for failed), in the transaction of that failure.
    """

    kind: str
    queue: str
    function: HandlerFunction
    entity_type: str
    max_attempts: int
    warm_up: WarmUp | None = None
    on_failure: OnFailure | None = None


_handlers: dict[str, Handler] = {}


def handler(
    kind: str,
    *,
    queue: str,
    entity_type: str = "task",
    max_attempts: int = 3,
    warm_up: WarmUp | None = None,
    on_failure: OnFailure | None = None,
) -> Callable[[HandlerFunction], HandlerFunction]:
    """Register the decorated function as the handler of `kind`."""

    if queue not in QUEUES:
        raise ValueError(f"{kind}: there is no queue named {queue}.")

    def register(function: HandlerFunction) -> HandlerFunction:
        _handlers[kind] = Handler(
            kind, queue, function, entity_type, max_attempts, warm_up, on_failure
        )
        return function

    return register


def handlers() -> list[Handler]:
    """All registered handlers."""
    return list(_handlers.values())


def handler_of(kind: str) -> Handler:
    """The handler of a kind; KeyError names an unknown one."""
    return _handlers[kind]


def entity_type_of(kind: str) -> str:
    """What events call a task of this kind; a kind of an older release is just a task."""
    known = _handlers.get(kind)
    return known.entity_type if known else "task"


def entity_types() -> dict[str, str]:
    """Kind -> what events call its tasks."""
    return {kind: known.entity_type for kind, known in _handlers.items()}


def failed(task: Task) -> None:
    """Tell the handler's room that a task has failed for good; an unknown kind has none."""
    known = _handlers.get(task.kind)
    if known and known.on_failure:
        known.on_failure(task)


def warm_up(queues: Collection[str]) -> None:
    """Load what the handlers of these queues need."""
    for each in {handler.warm_up for handler in _handlers.values() if handler.queue in queues}:
        if each:
            each()


def kinds() -> list[str]:
    """All registered kinds, sorted."""
    return sorted(_handlers)

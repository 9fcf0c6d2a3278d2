"""For which desk and for whom the work in hand is done: what limits on models are counted by.

The runner of tasks sets it from the task's kind and its job's owner. A route that asks a model
itself sets it around the call. Work that set nothing is treated as the most sensitive there is.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ActorContext:
    """Work for a desk.

    Attributes:
        desk: name of the desk; empty where nobody said.
        user: id of the person it is done for; None for the house itself and for the nameless.
        is_anonymous: it is done for somebody who gave no name.
    """

    desk: str = ""
    user: int | None = None
    is_anonymous: bool = False


_NOBODY = ActorContext()
_current: ContextVar[ActorContext] = ContextVar("actor_context", default=_NOBODY)


def current_actor() -> ActorContext:
    """What was set last around the work in hand."""
    return _current.get()


@contextmanager
def on_behalf_of(
    desk: str, user: int | None = None, *, is_anonymous: bool = False
) -> Iterator[ActorContext]:
    """Run the block for a desk and a person, and restore what was set before it."""
    actor_context = ActorContext(desk, user, is_anonymous)
    token = _current.set(actor_context)
    try:
        yield actor_context
    finally:
        _current.reset(token)

"""Writing to the log and reading it back without missing a row.

Ids are handed out before transactions commit, so a plain `id > cursor` reader can step over a
lower id that commits later. Two readers, two guarantees:

* `read_stream`: `emit` takes a lock a stream until commit and draws the id after it, so within
  one stream ids appear in commit order and the last id seen is a safe cursor.
* `read_log`: for readers of everything. The cursor is (writing transaction, id) and only rows of
  transactions below `pg_snapshot_xmin` are read: those are all finished. Transactions are numbered
  on from one server to the next (`epoch_sql.py`).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypedDict, TypeVar, Unpack

from django.db import transaction

from bureau.kernel.events.epoch_sql import SETTLED_BELOW
from bureau.kernel.events.models import Event, Level
from bureau.kernel.events.notifications import wake
from bureau.kernel.events.streams import is_watched
from bureau.kernel.prepared import PreparedSql, send_later
from bureau.kernel.trace import current_trace_id

MAX_BATCH = 500
Written = TypeVar("Written")


class LogCursor(NamedTuple):
    """A place in the whole log, in commit order."""

    xid: int
    id: int


LOG_START = LogCursor(0, 0)


class Facts(TypedDict, total=False):
    """What an event may say beside its type.

    Attributes:
        subject: what it happened to; the stream itself by default.
        progress: 0..100 where the event reports progress.
        payload: facts for readers; never secrets, never personal data.
        actor: who did it: `user:5`, `service:bot`; empty for the system itself.
    """

    subject: str
    level: str
    message: str
    progress: int | None
    payload: dict[str, Any] | None
    actor: str


def emit(stream: str, type: str, **facts: Unpack[Facts]) -> None:
    """Append one event in the caller's transaction and wake watchers after it commits.

    In a `pipelined` block it goes to the server with the statement after it.

    Args:
        stream: what the event is ordered and replayed by, such as `job:12`.
        type: what happened.
    """
    append(stream, [{"type": type, **facts}])


def emitted(stream: str, type: str, **facts: Unpack[Facts]) -> Event:
    """As `emit`, at once and with its row, for what refers to the event or goes by its time."""
    (event,) = _written(stream, lambda values: _APPEND.all(**values), [{"type": type, **facts}])
    return event


def append(stream: str, facts: Sequence[dict[str, Any]]) -> None:
    """Append several events of one stream in this order, as one statement; else as `emit`.

    Args:
        facts: for each event its `type` and `Facts`.
    """
    _written(stream, lambda values: send_later(_APPEND.unread(**values)), facts)


def _written(
    stream: str, write: Callable[[dict[str, Any]], Written], facts: Sequence[dict[str, Any]]
) -> Written:
    values = {
        "stream": stream,
        "facts": json.dumps([_complete(stream, fact) for fact in facts]),
        "trace_id": current_trace_id(),
    }
    # inside a verb's transaction a savepoint would only cost two round trips
    with transaction.atomic(savepoint=False):
        written = write(values)
        if is_watched(stream):
            transaction.on_commit(lambda: wake(stream))
    return written


def _complete(stream: str, fact: dict[str, Any]) -> dict[str, Any]:
    usual = {"level": Level.INFO, "message": "", "progress": None, "actor": ""}
    subject, payload = fact.get("subject") or stream, fact.get("payload") or {}
    return {**usual, **fact, "subject": subject, "payload": payload}


# The rows of the CTE `facts` are appended. Their streams are held until commit; the materialised part
# runs before the rows are made, so ids are drawn while the streams are held. For statements that
# change something and tell of it at once; wake the stream after them.
APPENDED = """
    turn AS MATERIALIZED (
        SELECT count(pg_advisory_xact_lock(hashtextextended(stream, 0)))
        FROM (SELECT DISTINCT stream FROM facts ORDER BY stream) AS streams
    ),
    appended AS (
        INSERT INTO events_event
            (stream, subject, type, level, message, progress, payload, actor, trace_id)
        SELECT stream, subject, type, level, message, progress, payload, actor, trace_id
        FROM turn, facts ORDER BY place
        RETURNING *
    )
"""
_APPEND = PreparedSql(
    Event,
    f"""
    WITH facts AS (
        SELECT %(stream)s AS stream, %(trace_id)s AS trace_id, fact.*
        FROM ROWS FROM (jsonb_to_recordset(%(facts)s::jsonb) AS (
            subject text, type text, level text, message text, progress smallint, payload jsonb,
            actor text
        )) WITH ORDINALITY
            AS fact(subject, type, level, message, progress, payload, actor, place)
    ), {APPENDED}
    SELECT * FROM appended
    """,  # noqa: S608  (put together of our own SQL)
)


def read_stream(stream: str, after: int = 0, limit: int = MAX_BATCH) -> list[Event]:
    """Events of one stream with an id above `after`, oldest first."""
    return list(Event.objects.filter(stream=stream, id__gt=after).order_by("id")[:limit])


def read_log(after: LogCursor = LOG_START, limit: int = MAX_BATCH) -> list[Event]:
    """Settled events of all streams after the cursor, in commit order (see the module's text)."""
    return list(
        Event.objects.raw(
            f"""
            SELECT * FROM events_event
            WHERE (xid, id) > (%s::text::xid8, %s) AND xid < {SETTLED_BELOW}
            ORDER BY xid, id LIMIT %s
            """,  # noqa: S608  (put together of our own SQL)
            [str(after.xid), after.id, limit],
        )
    )

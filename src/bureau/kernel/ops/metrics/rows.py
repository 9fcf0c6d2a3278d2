"""What the database says when it is asked: queues, the log, AI use, connections, the clock.

Each statement reads through an index and looks at so many rows at most, so that a scrape costs the
same with a hundred waiting tasks and with a million events.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import connection

from bureau.kernel.events.relay import NAME
from bureau.kernel.events.relay_routes import published_types

MOST = 100_000

QUEUES = """
    SELECT queue, status, count(*),
        extract(epoch FROM now() - min(CASE WHEN status = 'PENDING'
            THEN greatest(created_at, coalesce(not_before, created_at)) ELSE started_at END))
    FROM jobs_task AS task WHERE status = 'RUNNING' OR (
        status = 'PENDING' AND (not_before IS NULL OR not_before <= now())
        AND (after_id IS NULL OR EXISTS (
            SELECT FROM jobs_task AS prior WHERE prior.id = task.after_id
            AND prior.status = 'SUCCESS')))
    GROUP BY queue, status
"""
UNSEALED = f"""
    SELECT count(*), coalesce(extract(epoch FROM now() - min(at)), 0) FROM (
        SELECT at FROM events_event WHERE (xid, id) > (
            coalesce((SELECT last_xid FROM events_eventseal ORDER BY id DESC LIMIT 1), 0)::text::xid8,
            coalesce((SELECT last_id FROM events_eventseal ORDER BY id DESC LIMIT 1), 0))
        ORDER BY xid, id LIMIT {MOST}) AS behind
"""  # noqa: S608  (a number of our own)
UNSENT = f"""
    SELECT count(*), coalesce(extract(epoch FROM now() - min(at)), 0) FROM (
        SELECT at FROM events_event WHERE (xid, id) > (
            coalesce((SELECT xid FROM events_relaycursor WHERE name = %s), 0)::text::xid8,
            coalesce((SELECT event_id FROM events_relaycursor WHERE name = %s), 0))
        AND type = ANY(%s) ORDER BY xid, id LIMIT {MOST}) AS behind
"""  # noqa: S608  (a number of our own)
AI = """
    SELECT provider, capability, count(*), sum(prompt_tokens + completion_tokens), sum(cost)
    FROM ai_use WHERE at >= date_trunc('day', now()) GROUP BY provider, capability
"""
CONNECTIONS = """
    SELECT (SELECT count(*) FROM pg_stat_activity WHERE usename = current_user),
        (SELECT CASE WHEN rolconnlimit < 0 THEN current_setting('max_connections')::int
            ELSE rolconnlimit END FROM pg_roles WHERE rolname = current_user)
"""


@dataclass(frozen=True)
class Rows:
    """What the database said.

    Attributes:
        queues: (queue, status, how many, seconds that the oldest has waited or run).
        unsealed, unsent: how many events (at most 100,000) and the age of the oldest in seconds.
        ai: (provider, capability, calls, tokens, US dollars) since midnight UTC.
        connections: of the application's role, and its limit.
    """

    queues: list[tuple[str, str, int, float]]
    unsealed: tuple[int, float]
    unsent: tuple[int, float]
    ai: list[tuple[str, str, int, int, float]]
    connections: tuple[int, int]


def queues() -> list[tuple[str, str, int, float]]:
    """(queue, status, how many, seconds that the oldest has waited or run)."""
    return _all(QUEUES)


def ask() -> Rows:
    """Ask all of it."""
    return Rows(
        queues(),
        _all(UNSEALED)[0],
        _all(UNSENT, [NAME, NAME, published_types()])[0],
        _all(AI),
        _all(CONNECTIONS)[0],
    )


def _all(statement: str, values: list[Any] | None = None) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values or [])
        return list(cursor.fetchall())

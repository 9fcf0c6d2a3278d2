"""Sending the log to the bus: at least once, in order within each stream, by one process at a time.

`read_log` gives settled events by transaction. A transaction that began early may write late, so
within a stream that order can differ from the order of ids, which is the order of commits. The
relay therefore sends, before each event, what its stream has with lower ids (all of it is settled
or gone, because a stream is held until commit), and remembers what it sent early in `ahead`.
"""

from __future__ import annotations

import os
import time
import uuid
from collections.abc import Iterable
from datetime import timedelta

import structlog
from django.conf import settings
from django.db import connection
from django.db.models import Q
from django.utils import timezone

from bureau.kernel.events.epochs import continue_log
from bureau.kernel.events.log import LogCursor, read_log
from bureau.kernel.events.models import Event, RelayCursor
from bureau.kernel.events.relay_publishers import House, Publisher, TopicExchange
from bureau.kernel.events.relay_routes import message_of, published_types

log = structlog.get_logger(__name__)

NAME = "bus"
LEASE = timedelta(seconds=30)
BATCH = 500
# so many messages at most are sent again when the process is killed
SAVE_EVERY = 20


class LeaseLost(Exception):
    """Another process sends now."""


def relay_events(seconds: float = 20.0, publisher: Publisher | None = None) -> int:
    """Send what waits, for so long at most; returns how many events were dealt with.

    Does nothing while another process does it. A bus that cannot be reached costs nothing but
    time: the events wait in the log.
    """
    continue_log()
    cursor = _take_lease()
    if cursor is None:
        return 0
    run = Relay(cursor, publisher or _shared_outlet())
    end = time.monotonic() + seconds
    try:
        while run.send_batch() and time.monotonic() < end:
            pass
    except LeaseLost:
        log.warning("relay_lease_lost")
    except Exception as problem:  # kombu raises a different class for every transport
        log.warning("bus_not_reached", problem=type(problem).__name__, sent=run.count)
        run.publisher.close()
    finally:
        run.release()
    return run.count


class Relay:
    """One holder's run over the log."""

    def __init__(self, cursor: RelayCursor, publisher: Publisher) -> None:
        self.cursor, self.publisher = cursor, publisher
        self.count = 0
        self._ahead = {LogCursor(*pair) for pair in cursor.ahead}

    def send_batch(self) -> bool:
        """Send one batch; whether there may be more.

        Raises:
            LeaseLost: another process sends now. Anything else: the bus's failure.
        """
        place = LogCursor(self.cursor.xid, self.cursor.event_id)
        rows = read_log(place, BATCH)
        if not rows:
            return False
        for event in due(rows, place, self._ahead):
            self._send(event)
        self.cursor.xid, self.cursor.event_id = rows[-1].xid, rows[-1].pk
        self._save()
        return len(rows) == BATCH

    def _send(self, event: Event) -> None:
        message = message_of(event)
        if message is not None:
            self.publisher.send(message)
        self.count += 1
        self._ahead.add(LogCursor(event.xid, event.pk))
        if self.count % SAVE_EVERY == 0:
            self._save()

    def _save(self, **fields: object) -> None:
        """Write how far we are and stay the holder, unless we no longer are."""
        self._ahead = {one for one in self._ahead if one > (self.cursor.xid, self.cursor.event_id)}
        ours = RelayCursor.objects.filter(pk=self.cursor.pk, holder=self.cursor.holder)
        state = {
            "xid": self.cursor.xid,
            "event_id": self.cursor.event_id,
            "ahead": sorted(self._ahead),
            "held_until": timezone.now() + LEASE,
        }
        if not ours.update(**{**state, **fields}):
            raise LeaseLost

    def release(self) -> None:
        """Let another process go on at once."""
        try:
            self._save(holder=None, held_until=None)
        except Exception as problem:  # the lease ends by itself
            log.warning("relay_not_released", problem=type(problem).__name__)


def due(rows: list[Event], place: LogCursor, ahead: set[LogCursor]) -> list[Event]:
    """What to send for a batch of the log, in an order that is right within each stream."""
    highest: dict[str, int] = {}
    types = published_types()
    for row in rows:
        if row.type in types:
            highest[row.stream] = max(row.pk, highest.get(row.stream, 0))
    if not highest:
        return []
    found = _events_up_to(highest, types, place)
    return [event for event in found if LogCursor(event.xid, event.pk) not in ahead]


def _events_up_to(highest: dict[str, int], types: list[str], place: LogCursor) -> Iterable[Event]:
    """Events of these streams behind the place, up to an id in each, by id."""
    return Event.objects.raw(
        """
        SELECT event.* FROM events_event event
        JOIN unnest(%s::text[], %s::bigint[]) AS wanted(stream, highest)
          ON event.stream = wanted.stream AND event.id <= wanted.highest
        WHERE event.type = ANY(%s) AND (event.xid, event.id) > (%s::text::xid8, %s)
        ORDER BY event.id
        """,
        [list(highest), list(highest.values()), types, str(place.xid), place.id],
    )


def waiting() -> int:
    """How many events are still to be sent: those of published types behind the cursor."""
    cursor = RelayCursor.objects.filter(name=NAME).first() or RelayCursor()
    with connection.cursor() as statement:
        statement.execute(
            "SELECT count(*) FROM events_event"
            " WHERE (xid, id) > (%s::text::xid8, %s) AND type = ANY(%s)",
            [str(cursor.xid), cursor.event_id, published_types()],
        )
        (count,) = statement.fetchone()
    return int(count) - len(cursor.ahead)


def _take_lease() -> RelayCursor | None:
    cursor, _ = RelayCursor.objects.get_or_create(name=NAME)
    now, holder = timezone.now(), uuid.uuid4()
    free = RelayCursor.objects.filter(Q(holder=None) | Q(held_until__lt=now), pk=cursor.pk)
    if not free.update(holder=holder, held_until=now + LEASE):
        return None
    return RelayCursor.objects.get(pk=cursor.pk, holder=holder)


# --- the publisher of this process -----------------------------------------------------------------

_publisher: Publisher | None = None
_pid = 0


def _shared_outlet() -> Publisher:
    """Kept between runs, because connecting costs more than sending; not across a fork."""
    global _publisher, _pid
    if _publisher is None or _pid != os.getpid():
        _publisher, _pid = configured_publisher(), os.getpid()
    return _publisher


def configured_publisher() -> Publisher:
    """The publisher that the settings name."""
    if not settings.EVENT_BUS_URL:
        return House()
    return TopicExchange(settings.EVENT_BUS_URL, settings.EVENT_BUS_EXCHANGE)

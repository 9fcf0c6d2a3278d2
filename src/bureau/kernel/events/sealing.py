"""Sealing the log so that tampering shows, and naming the first bad row.

Every minute the settled events since the last seal get a digest each and a seal over them that
includes the previous seal's digest. A superuser can still rewrite rows; `verify` then names the
first row that does not match. Whoever rewrites the seals too must rewrite all later ones, so an
operator who keeps the newest seal's digest elsewhere (`verify_events` prints it) would notice.
"""

from __future__ import annotations

import hashlib
import json
import struct
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection, transaction

from bureau.kernel.events.epochs import continue_log
from bureau.kernel.events.log import LOG_START, LogCursor, read_log
from bureau.kernel.events.models import Event, EventSeal

SEAL_SIZE = 1_000
LEAF = struct.Struct(">q16s")
GENESIS = "0" * 64
# any fixed number: two sealers must not chain onto the same seal
SEALING_LOCK = 7_305_001


@dataclass(frozen=True)
class Verdict:
    """What verification found: `bad_event` is None and `problem` empty when all is well."""

    checked: int
    head: str
    bad_event: int | None = None
    problem: str = ""

    @property
    def ok(self) -> bool:
        return not self.problem


def event_digest(event: Event) -> bytes:
    """16 bytes of SHA-256 over all fields, each with its length so that none can be shifted."""
    fields = [
        str(event.pk),
        event.stream,
        event.subject,
        event.type,
        event.level,
        "" if event.progress is None else str(event.progress),
        event.message,
        json.dumps(event.payload, sort_keys=True, ensure_ascii=False),
        event.actor,
        event.trace_id,
        event.at.isoformat(),
    ]
    digest = hashlib.sha256()
    for field in fields:
        data = field.encode()
        digest.update(struct.pack(">I", len(data)) + data)
    return digest.digest()[:16]


def seal_digest(previous: str, leaves: bytes) -> str:
    """The chain: a seal covers the previous seal and its own leaves."""
    return hashlib.sha256(bytes.fromhex(previous) + leaves).hexdigest()


def seal_events() -> int:
    """Seal all settled events that are not sealed yet; returns how many."""
    continue_log()
    sealed = 0
    while count := _seal_batch():
        sealed += count
    return sealed


@transaction.atomic
def _seal_batch() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [SEALING_LOCK])
    last = EventSeal.objects.order_by("-id").first()
    after = LogCursor(last.last_xid, last.last_id) if last else LOG_START
    events = read_log(after, SEAL_SIZE)
    if events:
        _write_seal(events, last.digest if last else GENESIS)
    return len(events)


def _write_seal(events: list[Event], previous: str) -> None:
    leaves = b"".join(LEAF.pack(event.pk, event_digest(event)) for event in events)
    EventSeal.objects.create(
        last_xid=events[-1].xid,
        last_id=events[-1].pk,
        count=len(events),
        leaves=leaves,
        previous=previous,
        digest=seal_digest(previous, leaves),
    )


def verify_events() -> Verdict:
    """Check every sealed event against its seal, the chain of seals, and for added rows."""
    checked, head, last = 0, GENESIS, LOG_START
    for seal in EventSeal.objects.order_by("id").iterator(chunk_size=20):
        leaves = bytes(seal.leaves)
        if seal.previous != head or seal.digest != seal_digest(head, leaves):
            first = LEAF.unpack_from(leaves)[0] if leaves else None
            return Verdict(checked, head, first, f"seal {seal.pk} does not fit the chain")
        problem = _first_bad_leaf(list(LEAF.iter_unpack(leaves)), last, seal)
        if problem:
            return Verdict(checked, head, *problem)
        checked, head = checked + seal.count, seal.digest
        last = LogCursor(seal.last_xid, seal.last_id)
    return Verdict(checked, head)


def _first_bad_leaf(
    leaves: list[tuple[int, bytes]], after: LogCursor, seal: EventSeal
) -> tuple[int, str] | None:
    rows = list(_rows_between(after, LogCursor(seal.last_xid, seal.last_id)))
    found = {event.pk: event for event in rows}
    for event_id, digest in leaves:
        event = found.pop(event_id, None) or Event.objects.filter(pk=event_id).first()
        if event is None:
            return event_id, f"event {event_id} is missing"
        if event_digest(event) != digest:
            return event_id, f"event {event_id} was changed"
    if found:
        added = min(found)
        return added, f"event {added} was added after sealing"
    return None


def _rows_between(after: LogCursor, upto: LogCursor) -> Iterator[Event]:
    yield from Event.objects.raw(
        """
        SELECT * FROM events_event
        WHERE (xid, id) > (%s::text::xid8, %s) AND (xid, id) <= (%s::text::xid8, %s)
        ORDER BY xid, id
        """,
        [str(after.xid), after.id, str(upto.xid), upto.id],
    )

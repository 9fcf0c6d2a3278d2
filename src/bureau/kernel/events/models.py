"""The append-only log: every step of work and every read of protected records is a row here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models.functions import Now

if TYPE_CHECKING:
    IntegerColumn = models.Field[int, int]
else:
    IntegerColumn = models.Field


class TransactionIdField(IntegerColumn):
    """The id of the writing transaction (PostgreSQL `xid8`), set by the database."""

    def db_type(self, connection: Any) -> str:
        return "xid8"

    def from_db_value(self, value: str | int | None, *_: Any) -> int | None:
        return None if value is None else int(value)


class CurrentTransactionId(models.Func):
    """`pg_current_xact_id()`; assigns an id to the transaction if it has none yet."""

    function = "pg_current_xact_id"
    output_field = TransactionIdField()


class NextPosition(models.Func):
    """Where an event of this transaction stands in the log (`epoch_sql.py`)."""

    function = "events_position"
    output_field = TransactionIdField()


class Level(models.TextChoices):
    """How loud an event is."""

    DEBUG = "DEBUG"
    INFO = "INFO"
    WARNING = "WARNING"
    ERROR = "ERROR"
    CRITICAL = "CRITICAL"


class Event(models.Model):
    """One thing that happened. Rows are only ever inserted: a trigger and the role refuse the rest.

    `stream` is what events are ordered and replayed by (`job:12`); `subject` is what the event
    is about (`image_task:34`). The actor is text, not a foreign key: the log outlives accounts.
    `xid` is the number of the writing transaction plus the shift of its epoch.
    """

    xid = TransactionIdField(db_default=NextPosition(), editable=False)
    stream = models.CharField(max_length=120)
    subject = models.CharField(max_length=120)
    type = models.CharField(max_length=60)
    level = models.CharField(max_length=8, choices=Level.choices, default=Level.INFO)
    progress = models.PositiveSmallIntegerField(null=True)
    message = models.TextField(blank=True, default="")
    payload = models.JSONField(default=dict)
    actor = models.CharField(max_length=120, blank=True, default="")
    trace_id = models.CharField(max_length=64, blank=True, default="")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [
            models.Index(fields=["stream", "id"], name="event_by_stream"),
            models.Index(fields=["xid", "id"], name="event_by_commit_order"),
        ]


class Epoch(models.Model):
    """A stretch of the log that one server wrote; the newest one holds.

    `cluster` and `timeline` are the server's identity. Its transaction numbers have nothing to do
    with those of the server before: `shift` lifts them above every position that was given out.
    """

    cluster = models.BigIntegerField()
    timeline = models.BigIntegerField()
    shift = models.BigIntegerField()
    at = models.DateTimeField(db_default=Now())


class EventSeal(models.Model):
    """A range of settled events, sealed: the digest of each and a chain over all seals.

    `leaves` holds 8 bytes of event id and 16 bytes of digest for each event, in commit order, so
    that a changed, missing, moved or added row can be named and not only noticed.
    """

    last_xid = models.BigIntegerField()
    last_id = models.BigIntegerField()
    count = models.PositiveIntegerField()
    leaves = models.BinaryField()
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    at = models.DateTimeField(db_default=Now())


class RelayCursor(models.Model):
    """How far the log has been sent to the bus, and which process sends at the moment.

    Everything up to (xid, event_id) in commit order is sent, and of what lies behind it the
    pairs in `ahead`: events that had to go out early to keep their stream's order.
    """

    name = models.CharField(max_length=40, unique=True)
    xid = models.BigIntegerField(default=0)
    event_id = models.BigIntegerField(default=0)
    ahead = models.JSONField(default=list)
    holder = models.UUIDField(null=True)
    held_until = models.DateTimeField(null=True)


class HeardMessage(models.Model):
    """A subscriber has dealt with a message; a second delivery of it is dropped.

    `problem` names the failure of one that was given up after several tries; the event is still
    in the log under `sequence`.
    """

    subscriber = models.CharField(max_length=60)
    message_id = models.CharField(max_length=32)
    sequence = models.BigIntegerField()
    problem = models.CharField(max_length=200, blank=True, default="")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subscriber", "message_id"], name="heard_once")
        ]
        indexes = [models.Index(fields=["at"], name="heard_by_age")]

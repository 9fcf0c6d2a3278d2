"""Bringing studies in, and taking an import back.

An import reads into a waiting room chunk by chunk and then becomes visible in one transaction:
whenever it is killed, either all of it is there or nothing, and starting it again goes on.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from django.core.files.uploadedfile import UploadedFile
from django.db import connection, transaction
from django.utils import timezone

from bureau.desks.imaging.access import actor_of
from bureau.desks.imaging.files import SOURCE
from bureau.desks.imaging.importing import (
    applying,
    indexes,
    staging,
    undoing_reports,
    undoing_studies,
)
from bureau.desks.imaging.importing.checking import set_bad_rows_aside
from bureau.desks.imaging.importing.normalising import normalise_staged
from bureau.desks.imaging.importing.reading import Source
from bureau.desks.imaging.models import BatchState, ImportBatch, Target
from bureau.kernel.accounts.models import User
from bureau.kernel.errors import Conflict
from bureau.kernel.events.log import emit
from bureau.kernel.files.services import store_upload
from bureau.kernel.jobs.services import create_job, enqueue

IMPORT_KIND = "imaging.import"
STREAM = "imaging:imports"
# the part of an import's progress that reading takes
READ_TO = 60
# memory for sorting and grouping the rows of an import, in its transaction
_WORK_MEMORY = "64MB"
_UNDOING = {Target.STUDY: undoing_studies, Target.REPORT: undoing_reports}


@dataclass(frozen=True)
class Options:
    """How an import is done.

    Attributes:
        on_conflict: what happens to a study that is there and differs.
        dry_run: count and report, change nothing.
        batch_size: rows a chunk.
        mapping: header -> field, where a person decided.
        encoding: what a CSV file is written in, where a person said so.
    """

    on_conflict: str = ImportBatch.OnConflict.UPDATE
    dry_run: bool = False
    batch_size: int = 50_000
    mapping: Mapping[str, str] | None = None
    encoding: str = ""


class Watch(Protocol):
    """Who follows an import: a task, or a person at a terminal."""

    def progress(self, percent: int, message: str) -> None:
        """Hear how far it is; may raise to stop it."""
        ...

    def finish(self) -> AbstractContextManager[Any]:
        """The transaction of the last step."""
        ...


class Nobody:
    """Nobody follows."""

    def progress(self, percent: int, message: str) -> None:
        """Told to nobody."""

    @contextmanager
    def finish(self) -> Iterator[None]:
        """A plain transaction."""
        with transaction.atomic():
            yield


@transaction.atomic
def request_import(
    user: User, upload: UploadedFile[Any], options: Options, target: str = Target.STUDY
) -> ImportBatch:
    """Keep an upload and let a worker import it.

    Raises:
        TooLarge, InvalidInput: see `store_upload`.
    """
    stored = store_upload(upload, SOURCE, user)
    job = create_job(user, IMPORT_KIND)
    task = enqueue(job, IMPORT_KIND)
    batch = _new_batch(stored.name, stored.sha256, options, target)
    batch.owner, batch.file, batch.task = user, stored, task
    batch.save()
    tell("import.requested", batch, actor=actor_of(user))
    return batch


def local_import(path: Path, options: Options) -> ImportBatch:
    """The import of a file on the server: the one that was stopped in the middle, or a new one."""
    mark = _mark_of(path)
    stopped = ImportBatch.objects.filter(
        source_mark=mark,
        state=BatchState.READING,
        task=None,
        on_conflict=options.on_conflict,
        dry_run=options.dry_run,
        encoding=options.encoding,
    )
    found = stopped.order_by("-pk").first()
    if found is None:
        found = _new_batch(path.name, mark, options, Target.STUDY)
        found.save()
    return found


def run_study_import(batch: ImportBatch, source: Source, watch: Watch | None = None) -> ImportBatch:
    """Read the source, check every row, and make the good ones studies in one step."""
    follower = watch or Nobody()
    batch.notes = source.columns.notes
    batch.save(update_fields=["notes"])

    def told(last_row: int) -> None:
        follower.progress(
            min(READ_TO, 1 + last_row // batch.batch_size), f"Read up to row {last_row}"
        )

    staging.stage(batch.pk, source, batch.batch_size, told)
    follower.progress(READ_TO, "Checking and applying")
    rows = 0 if batch.dry_run else staging.staged_up_to(batch.pk)
    with indexes.out_of_the_way(rows), follower.finish() as outcome:
        _apply(batch, guessed=source.columns.guessed)
        if outcome is not None:
            outcome.result, outcome.message = summary(batch), sentence(batch)
    return batch


def fail_import(batch: ImportBatch) -> None:
    """Say that an import came to nothing, and clear the waiting room."""
    with transaction.atomic():
        staging.forget(batch.pk)
        batch.state, batch.finished_at = BatchState.FAILED, timezone.now()
        batch.save(update_fields=["state", "finished_at"])
        tell("import.failed", batch)


def undo_import(user: User | None, batch: ImportBatch) -> ImportBatch:
    """Take an import back: the table is then as it was before it.

    Raises:
        Conflict: it is not one that can be taken back, or a later import changed what it wrote.
    """
    with transaction.atomic():
        one_at_a_time()
        batch = ImportBatch.objects.select_for_update().get(pk=batch.pk)
        _must_be_whole(batch)
        _UNDOING[Target(batch.target)].take_back(batch)
        batch.state = BatchState.UNDONE
        batch.save(update_fields=["state"])
        tell("import.undone", batch, actor=actor_of(user) if user else "")
    return batch


def _must_be_whole(batch: ImportBatch) -> None:
    if batch.state != BatchState.DONE or batch.dry_run:
        raise Conflict(f"Import {batch.pk} is not one that can be undone.")
    if _UNDOING[Target(batch.target)].untouched(batch) != batch.inserted + batch.updated:
        raise Conflict(
            f"What import {batch.pk} brought was changed or removed since. "
            "Undo later imports first."
        )


def summary(batch: ImportBatch) -> dict[str, int]:
    """The counts; all but the first add up to the first."""
    names = ("rows_read", "inserted", "updated", "unchanged", "skipped", "rejected")
    return {name: getattr(batch, name) for name in names}


def sentence(batch: ImportBatch) -> str:
    """The counts for people."""
    counts = ", ".join(f"{n:,} {name}" for name, n in summary(batch).items() if name != "rows_read")
    return f"{batch.rows_read:,} rows read: {counts}"


def _apply(batch: ImportBatch, *, guessed: bool) -> None:
    """The last step; a dry run does the very same and takes it back."""
    one_at_a_time()
    last_row = staging.staged_up_to(batch.pk)
    batch.rows_read = staging.count_staged(batch.pk)
    batch.notes = [*batch.notes, *normalise_staged(batch.pk, last_row, batch.batch_size)]
    set_bad_rows_aside(batch.pk, last_row, batch.batch_size)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT clock_timestamp()::timestamp, set_config('work_mem', %s, true)", [_WORK_MEMORY]
        )
        batch.loaded_at = cursor.fetchone()[0]
    assert batch.loaded_at is not None
    mark = transaction.savepoint()
    refused = batch.problems.values("row_no").distinct().count()
    good = batch.rows_read - refused
    counts = applying.apply_staged(batch, batch.loaded_at, good, guessed=guessed)
    indexes.build()
    rejected = refused + counts.refused
    if batch.dry_run:
        transaction.savepoint_rollback(mark)
    else:
        transaction.savepoint_commit(mark)
    batch.inserted, batch.updated, batch.skipped = counts.inserted, counts.updated, counts.skipped
    batch.rejected = rejected
    batch.unchanged = batch.rows_read - rejected - counts.inserted - counts.updated - counts.skipped
    batch.state, batch.finished_at = BatchState.DONE, timezone.now()
    staging.forget(batch.pk)
    batch.save()
    tell("import.done", batch)


def one_at_a_time() -> None:
    """Wait for the turn, in the caller's transaction: imports are applied one after the other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [indexes.APPLYING])


def _new_batch(name: str, mark: str, options: Options, target: str) -> ImportBatch:
    return ImportBatch(
        target=target,
        source_name=name[-200:],
        source_mark=mark,
        on_conflict=options.on_conflict,
        dry_run=options.dry_run,
        batch_size=options.batch_size,
        mapping=dict(options.mapping or {}),
        encoding=options.encoding,
    )


def _mark_of(path: Path) -> str:
    """Names the file as it is now: another size or time is another source."""
    facts = path.stat()
    text = f"{path.resolve()}:{facts.st_size}:{facts.st_mtime_ns}"
    return hashlib.sha256(text.encode()).hexdigest()


def tell(type: str, batch: ImportBatch, *, actor: str = "") -> None:
    """Log what happened to an import, with its counts."""
    payload = {
        "import": batch.pk,
        "target": batch.target,
        "dry_run": batch.dry_run,
        **summary(batch),
    }
    emit(STREAM, type, subject=f"import:{batch.pk}", payload=payload, actor=actor)

"""Imports as background work. The token of the hub is read from the settings, never from a row."""

from __future__ import annotations

from typing import Any

from bureau.desks.interpreting.imports.catalogue import (
    PROJECTION,
    VOICES,
    DataSet,
)
from bureau.desks.interpreting.imports.running import (
    AlignedWish,
    Wish,
    import_aligned,
    run_import,
    tell,
)
from bureau.desks.interpreting.imports.storing import Guard, Tally
from bureau.kernel.accounts.models import User
from bureau.kernel.events.log import emit
from bureau.kernel.events.models import Level
from bureau.kernel.jobs.models import Job, Task
from bureau.kernel.jobs.registry import handler
from bureau.kernel.jobs.runner import TaskRun
from bureau.kernel.jobs.services import create_job, enqueue

JOB_KIND = "interpreting.imports"
VOICES_KIND = "interpreting.import_hf_dataset_async"
PROJECTION_KIND = "interpreting.import_knowledge_base_projection_async"
ALIGNED_KIND = "interpreting.import_aligned_translations_async"
ALL_VOICES_KIND = "interpreting.import_all_hf_languages"
ALL_PROJECTIONS_KIND = "interpreting.import_all_kb_languages"
KINDS = {VOICES.key: VOICES_KIND, PROJECTION.key: PROJECTION_KIND}
# a hub that is away is asked again, as often as the contract says, each time after a longer wait
TRIES = 6


def _guard(run: TaskRun, limit: int | None) -> Guard:
    def report(tally: Tally) -> None:
        share = 90 * tally.seen // limit if limit else 50
        run.progress(min(95, share), f"{tally.seen} row(s) read, {tally.created} stored")

    return report


def _failed(task: Task) -> None:
    """Said once, when no try is left."""
    wish = Wish(**task.params)
    known = task.error_code in ("GATED_DATASET", "NETWORK_ERROR", "NOT_INSTALLED")
    error = task.error_code.lower() if known else task.error_message
    tell(wish, "import_failed", error=error, level=Level.ERROR)


def _import(run: TaskRun) -> None:
    wish = Wish(**run.params)
    result = run_import(wish, _guard(run, wish.limit))
    with run.finish() as outcome:
        outcome.result = result
        outcome.message = f"{result['created']} item(s) imported"


@handler(VOICES_KIND, queue="rag", entity_type="data_set", max_attempts=TRIES, on_failure=_failed)
def import_hf_dataset_async(run: TaskRun) -> None:
    """Import transcripts of one South African language into a knowledge base."""
    _import(run)


@handler(
    PROJECTION_KIND, queue="rag", entity_type="data_set", max_attempts=TRIES, on_failure=_failed
)
def import_knowledge_base_projection_async(run: TaskRun) -> None:
    """Import facts in one language into a knowledge base."""
    _import(run)


@handler(ALIGNED_KIND, queue="rag", entity_type="data_set", max_attempts=TRIES)
def import_aligned_translations_async(run: TaskRun) -> None:
    """Import sentences in several languages, side by side, into a knowledge base."""
    wish = AlignedWish.from_params(run.params)
    result = import_aligned(wish, _guard(run, wish.limit))
    with run.finish() as outcome:
        outcome.result = result
        outcome.message = f"{result['created']} item(s) imported"


@handler(ALL_VOICES_KIND, queue="rag", entity_type="data_set")
def import_all_hf_languages(run: TaskRun) -> None:
    """Set the import of transcripts going for each of the ten languages."""
    _import_all(run, VOICES)


@handler(ALL_PROJECTIONS_KIND, queue="rag", entity_type="data_set")
def import_all_kb_languages(run: TaskRun) -> None:
    """Set the import of facts going for each of their languages."""
    _import_all(run, PROJECTION)


def _import_all(run: TaskRun, source: DataSet) -> None:
    asked = {"split": run.params["split"], "limit": run.params["limit"]}
    with run.finish() as outcome:
        for lang in source.languages:
            # a job of its own: one language that fails does not colour the others
            start_import(Wish(source.key, lang, **asked), run.task.job.owner)
        languages = list(source.languages)
        emit(
            f"data-set:{source.key}",
            f"dataset.{source.events}batch_import_started",
            payload={"languages": languages, **asked},
        )
        outcome.result = {"status": "queued", "languages": languages, "count": len(languages)}


# --- setting them going -------------------------------------------------------------------------


def start_import(wish: Wish, owner: User | None = None) -> Task:
    """Set an import going, in the caller's transaction."""
    return enqueue(_job(owner), KINDS[wish.data_set], wish.params)


def start_aligned(wish: AlignedWish, owner: User | None = None) -> Task:
    """Set an import of aligned translations going, in the caller's transaction."""
    return enqueue(_job(owner), ALIGNED_KIND, wish.params)


def start_all(kind: str, owner: User | None = None, **asked: Any) -> Task:
    """Set the imports of all languages going, in the caller's transaction.

    Args:
        kind: ALL_VOICES_KIND or ALL_PROJECTIONS_KIND.
        asked: `split` and `limit` of each.
    """
    params = {"split": asked.get("split", "train"), "limit": asked.get("limit")}
    return enqueue(_job(owner), kind, params)


def _job(owner: User | None) -> Job:
    return create_job(owner, JOB_KIND)

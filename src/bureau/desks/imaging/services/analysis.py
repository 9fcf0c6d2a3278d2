"""Analyses: asked for by a person, done by a worker, never made up.

`completeness` and `turnaround` follow from the records. `report_summary` quotes the report by rule;
where the operator configured a language model that this desk may use, the model words it and is named.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Avg, F, Q

from bureau.desks.imaging import access
from bureau.desks.imaging.models import Analysis, Report, Study
from bureau.desks.imaging.search.finding import study_row
from bureau.desks.imaging.search.query import invalid
from bureau.desks.imaging.services import audit, examination
from bureau.kernel.accounts.models import User
from bureau.kernel.ai.ports import Chat, Message
from bureau.kernel.ai.registry import chat
from bureau.kernel.errors import InvalidInput
from bureau.kernel.jobs.control import cancel_task
from bureau.kernel.jobs.models import Task
from bureau.kernel.jobs.services import create_job, enqueue
from bureau.kernel.jobs.status import CANCELLABLE, TaskStatus

COMPARED = 2_000
AROUND = timedelta(days=45)
BUILTIN = "builtin"
MOST_TOKENS = 300
_INSTRUCTION = (
    "Summarise this radiology report in at most three sentences, in its own language. "
    "Add nothing that the report does not say."
)
Results = dict[str, Any]


def request_analysis(user: User, exam_id: str, analysis_type: str) -> Analysis:
    """Ask for an analysis of a study.

    Raises:
        InvalidInput: no analysis is called so.
        NotFound: the study is absent or not for this person.
    """
    if analysis_type not in TYPES:
        raise invalid(f"analysis_type must be one of {', '.join(TYPES)}")
    with transaction.atomic():
        access.study_for(user, exam_id)
        audit.study_read(user, exam_id)
        job = create_job(user, access.ANALYSIS_KIND)
        task = enqueue(job, access.ANALYSIS_KIND)
        return Analysis.objects.create(task=task, exam_id=exam_id, analysis_type=analysis_type)


def analyse(asked: Analysis) -> Results:
    """The results of one analysis.

    Raises:
        InvalidInput: the study is gone, or has no report where one is needed.
    """
    row = study_row(asked.exam_id)
    if row is None:
        raise InvalidInput("The study is not there any more.")
    return TYPES[asked.analysis_type](row)


def keep(asked: Analysis, results: Results) -> None:
    """Store the results; belongs into the task's last transaction."""
    Analysis.objects.filter(pk=asked.pk).update(results=results)


def delete_analysis(asked: Analysis) -> None:
    """Remove an analysis; one that has not ended is stopped first."""
    with transaction.atomic():
        if asked.task.status in CANCELLABLE:
            cancel_task(asked.task_id)
        asked.delete()


def statistics(user: User) -> dict[str, Any]:
    """Counts and times over the analyses this person may see."""
    tasks = Task.objects.filter(pk__in=access.analyses_of(user).order_by().values("task_id"))
    counts = {
        name: tasks.filter(status=status).count()
        for name, status in {
            "completed_tasks": TaskStatus.SUCCESS,
            "running_tasks": TaskStatus.RUNNING,
            "failed_tasks": TaskStatus.FAILED,
        }.items()
    }
    done = tasks.filter(Q(status=TaskStatus.SUCCESS), started_at__isnull=False)
    mean = done.aggregate(mean=Avg(F("finished_at") - F("started_at")))["mean"]
    ended = counts["completed_tasks"] + counts["failed_tasks"]
    return {
        "total_tasks": tasks.count(),
        **counts,
        "average_duration_seconds": round(mean.total_seconds(), 3) if mean else 0.0,
        "success_rate": round(counts["completed_tasks"] / ended, 4) if ended else 0.0,
    }


def _completeness(study: Results) -> Results:
    return {"provider": BUILTIN, **examination.completeness(study)}


def _turnaround(study: Results) -> Results:
    near = Study.objects.filter(
        equipment_type=study["equipment_type"],
        order_datetime__gt=study["order_datetime"] - AROUND,
        order_datetime__lt=study["order_datetime"] + AROUND,
    ).exclude(pk=study["exam_id"])
    times = near.values("order_datetime", "check_in_datetime", "report_certification_datetime")
    others: list[Results] = [dict(one) for one in times[:COMPARED]]
    return {"provider": BUILTIN, **examination.turnaround(study, others)}


def _report_summary(study: Results) -> Results:
    report = Report.objects.filter(exam_id=study["exam_id"]).order_by("-created_at").first()
    if report is None:
        raise InvalidInput("The study has no report to summarise.")
    results = {
        "provider": BUILTIN,
        "report_id": report.report_id,
        "version_number": report.version_number,
        **examination.summary(report.findings, report.impression),
    }
    model = chat()
    return results if model is None else {**results, **_worded(model, report)}


def _worded(model: Chat, report: Report) -> Results:
    text = "\n".join(filter(None, (report.findings, report.impression, report.recommendation)))
    asked = [Message("system", _INSTRUCTION), Message("user", text)]
    answered = model.complete(asked, max_tokens=MOST_TOKENS)
    return {"summary": answered.text, "provider": answered.provider, "model": answered.model}


TYPES: dict[str, Callable[[Results], Results]] = {
    "completeness": _completeness,
    "turnaround": _turnaround,
    "report_summary": _report_summary,
}

"""Planning background work on a case: rows first, workers hear of them after the commit."""

from __future__ import annotations

from dataclasses import dataclass, field

from bureau.desks.grievances.models import Attachment, Grievance, Recording
from bureau.kernel.jobs.models import Job, Task
from bureau.kernel.jobs.services import create_job, enqueue
from bureau.kernel.prepared import Given, Prepared

JOB_KIND = "grievances.intake"
PROCESS = "process_file_task"
TRANSCRIBE = "transcribe_audio_file_task"
CONTACT = "extract_contact_info_task"
CLASSIFY = "classify_and_summarize_grievance_task"
FOLLOW_UP = "generate_follow_up_questions_task"
TRANSLATE = "translate_grievance_to_english_task"

DESCRIPTION = "grievance_description"
_PERSONAL = "complainant_"
# fields of a complainant that can be said aloud and tell who it is; a place is said too
SPOKEN_IDENTITY = tuple(f"{_PERSONAL}{name}" for name in ("full_name", "phone", "email", "address"))


@dataclass(slots=True)
class Planned:
    """The job of an intake and what it does for each spoken field (field -> task and its kind)."""

    job: Job | None = None
    fields: dict[str, dict[str, str]] = field(default_factory=dict)
    classify: Task | None = None


def plan_intake(case: Grievance) -> Planned:
    """Everything that follows a filing: understand what was said, classify, translate."""
    planned = Planned(job=create_job(None, JOB_KIND))
    assert planned.job is not None
    heard = _plan_recordings(case, planned, planned.job)
    planned.classify = enqueue(planned.job, CLASSIFY, {"grievance": case.pk}, after=heard)
    if case.language != "en":
        enqueue(
            planned.job, TRANSLATE, {"grievance": case.pk}, after=planned.classify, counts=False
        )
    return planned


def _plan_recordings(case: Grievance, planned: Planned, job: Job) -> Task | None:
    """Hear every spoken field; returns the task after which the description is known."""
    described = None
    for recording in _RECORDINGS.all(case=case.pk):
        heard = enqueue(job, TRANSCRIBE, {"recording": recording.pk})
        kind = _kind_of(recording.field_name)
        if kind == "contact_info":
            enqueue(job, CONTACT, {"recording": recording.pk}, after=heard)
        elif recording.field_name == DESCRIPTION:
            described = heard
        planned.fields[recording.field_name] = {
            "task_id": str(heard.pk),
            "type": kind,
            "status": "pending",
        }
    return described


_RECORDINGS = Prepared(
    lambda: Recording.objects.filter(attachment__grievance=Given("case")).order_by("id")
)


def _kind_of(field_name: str) -> str:
    if field_name in SPOKEN_IDENTITY:
        return "contact_info"
    return "grievance_description" if field_name == DESCRIPTION else "transcription_only"


def plan_files(attachments: list[Attachment]) -> Job | None:
    """Look at files that just came in, one task each. Speech is heard once the case is filed."""
    if not attachments:
        return None
    job = create_job(None, JOB_KIND)
    for one in attachments:
        enqueue(job, PROCESS, {"attachment": one.pk})
    return job

"""Planning background work on a case: rows first, workers hear of them after the commit."""

from __future__ import annotations

from dataclasses import dataclass, field

from bureau.desks.grievances.models import Attachment, Grievance
from bureau.kernel.jobs.models import Job, Task
from bureau.kernel.jobs.services import create_job, enqueue

JOB_KIND = "grievances.intake"
PROCESS = "process_file_task"
TRANSCRIBE = "transcribe_audio_file_task"
CONTACT = "extract_contact_info_task"
CLASSIFY = "classify_and_summarize_grievance_task"
FOLLOW_UP = "generate_follow_up_questions_task"
TRANSLATE = "translate_grievance_to_english_task"

DESCRIPTION = "grievance_description"
_PERSONAL = "complainant_"
# fields of a complainant that can be said aloud; a place is said too, and is no contact
SPOKEN_CONTACTS = ("full_name", "phone", "email", "address")


@dataclass(slots=True)
class Planned:
    """The job of an intake and what it does for each spoken field (field -> task and its kind)."""

    job: Job | None = None
    fields: dict[str, dict[str, str]] = field(default_factory=dict)
    classify: Task | None = None


def plan_intake(case: Grievance) -> Planned:
    """Everything that follows a filing."""
    return Planned()


def plan_files(attachments: list[Attachment]) -> Job | None:
    """Look at files that just came in, one task each. Speech is heard once the case is filed."""
    if not attachments:
        return None
    job = create_job(None, JOB_KIND)
    for one in attachments:
        enqueue(job, PROCESS, {"attachment": one.pk})
    return job

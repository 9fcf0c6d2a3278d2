"""Background work of the desk, under the names that its bots know.

Parameters name rows and nothing else: no word of a complaint stands in a task.
"""

from __future__ import annotations

from bureau.desks.grievances.models import Attachment
from bureau.desks.grievances.services import processing
from bureau.desks.grievances.services.background import PROCESS
from bureau.kernel.errors import InvalidInput
from bureau.kernel.jobs.registry import handler
from bureau.kernel.jobs.runner import TaskRun


@handler(PROCESS, queue="default", noun="file", max_attempts=3)
def process_file_task(run: TaskRun) -> None:
    """Look through one file: clean a photo, count what an archive holds, refuse what is broken."""
    files = Attachment.objects.select_related("stored", "grievance")
    attachment = files.filter(pk=run.params["attachment"]).first()
    if attachment is None or attachment.stored is None:
        # its draft was removed meanwhile
        return
    try:
        looked = processing.look_through(attachment)
    except InvalidInput as problem:
        with run.finish() as outcome:
            processing.refuse(attachment, problem.message)
            outcome.message = "The file cannot be used"
        return
    with run.finish() as outcome:
        processing.keep_result(attachment, looked)
        outcome.message = "The file was processed"

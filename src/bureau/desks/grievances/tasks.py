"""Background work of the desk, under the names that its bots know.

Parameters name rows and nothing else: no word of a complaint stands in a task.
"""

from __future__ import annotations

from bureau.desks.grievances.case_jobs import (
    CLASSIFY,
    CONTACT,
    FOLLOW_UP,
    PROCESS,
    TRANSCRIBE,
    TRANSLATE,
)
from bureau.desks.grievances.cases import attachment_processing, translating
from bureau.desks.grievances.classification import classifying
from bureau.desks.grievances.intake import speech
from bureau.desks.grievances.intake.retention import clean_up
from bureau.desks.grievances.models import Attachment, Grievance, Recording
from bureau.kernel.ai.ports import ProviderError
from bureau.kernel.errors import InvalidInput
from bureau.kernel.jobs.celery_app import app, run_every
from bureau.kernel.jobs.registry import handler
from bureau.kernel.jobs.runner import TaskRun

CLEAN_UP = "grievances.clean_up"


@handler(PROCESS, queue="default", entity_type="file", max_attempts=3)
def process_file_task(run: TaskRun) -> None:
    """Look through one file: clean a photo, count what an archive holds, refuse what is broken."""
    files = Attachment.objects.select_related("stored", "grievance")
    attachment = files.filter(pk=run.params["attachment"]).first()
    if attachment is None or attachment.stored is None:
        # its draft was removed meanwhile
        return
    try:
        looked = attachment_processing.look_through(attachment)
    except InvalidInput as problem:
        with run.finish() as outcome:
            attachment_processing.refuse(attachment, problem.message)
            outcome.message = "The file cannot be used"
        return
    with run.finish() as outcome:
        attachment_processing.keep_result(attachment, looked)
        outcome.message = "The file was processed"


def load_classifier() -> None:
    """Load the embedding model and learn the shipped categories, seconds of work."""
    from bureau.desks.grievances.classification.builtin import learned_from
    from bureau.desks.grievances.classification.catalogue import shipped

    learned_from(shipped())


@handler(
    CLASSIFY, queue="llm_queue", entity_type="grievance", max_attempts=4, warm_up=load_classifier
)
def classify_and_summarize_grievance_task(run: TaskRun) -> None:
    """Suggest categories with confidence, a summary and two questions for a case."""
    case = Grievance.objects.filter(pk=run.params["grievance"]).first()
    if case is None:
        return
    try:
        found = classifying.suggest(case.description) if case.description else None
    except ProviderError as problem:
        if problem.temporary and run.task.attempt < run.task.max_attempts:
            raise
        # officers see that nothing was suggested, and the task says why
        with run.finish() as outcome:
            classifying.keep(_locked(case), None)
            outcome.result = {"error_code": problem.code, "reason": problem.reason}
            outcome.message = "The language model could not classify"
        return
    with run.finish() as outcome:
        outcome.payload = classifying.keep(_locked(case), found)
        outcome.message = "The complaint was classified"


def _locked(case: Grievance) -> Grievance:
    return Grievance.objects.held().get(pk=case.pk)


@handler(FOLLOW_UP, queue="llm_queue", entity_type="grievance", max_attempts=4)
def generate_follow_up_questions_task(run: TaskRun) -> None:
    """Set the two questions that go with a case's first category anew."""
    with run.finish() as outcome:
        case = Grievance.objects.held().get(pk=run.params["grievance"])
        case.follow_up_question = "\n".join(classifying.questions_for(case))
        case.save()
        outcome.message = "The follow-up questions are ready"


@handler(TRANSLATE, queue="llm_queue", entity_type="grievance", max_attempts=4)
def translate_grievance_to_english_task(run: TaskRun) -> None:
    """Translate a case's text and summary to English, where a translator is set up."""
    case = Grievance.objects.filter(pk=run.params["grievance"]).first()
    found = translating.in_english(case) if case else None
    with run.finish() as outcome:
        if case is None or found is None:
            outcome.message = "Nobody here translates this language"
            return
        translating.keep_english(case, found)
        outcome.message = "The complaint was translated"


@handler(TRANSCRIBE, queue="llm_queue", entity_type="recording", max_attempts=4)
def transcribe_audio_file_task(run: TaskRun) -> None:
    """Write down what a recording says, where that is possible here."""
    rows = Recording.objects.select_related("attachment__grievance", "attachment__stored")
    recording = rows.filter(pk=run.params["recording"]).first()
    if recording is None:
        return
    heard = speech.hear(recording)
    with run.finish() as outcome:
        speech.keep_heard(recording, heard)
        outcome.message = "The recording was heard"


@handler(CONTACT, queue="llm_queue", entity_type="recording", max_attempts=4)
def extract_contact_info_task(run: TaskRun) -> None:
    """Find the name, number or address in what was said, and fill in what is blank."""
    rows = Recording.objects.select_related("attachment__grievance")
    recording = rows.filter(pk=run.params["recording"]).first()
    if recording is None:
        return
    with run.finish() as outcome:
        found = speech.fill_in_contact(recording)
        outcome.message = "The contact was filled in" if found else "There was nothing to fill in"


run_every(86_400, CLEAN_UP)


@app.task(name=CLEAN_UP)
def clean_up_grievances() -> None:
    """Every night: remove what was never filed and what else has had its time."""
    clean_up()

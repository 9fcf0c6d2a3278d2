"""Background work of the desk: write down, translate, read out.

Handlers load, call a verb and keep; a message that was erased meanwhile ends its task quietly.
"""

from __future__ import annotations

from functools import cache

from bureau.desks.interpreting.errors import StepFailed
from bureau.desks.interpreting.models import Assistance, ChatMessage
from bureau.desks.interpreting.services import (
    assistance,
    failing,
    messages,
    speaking,
    transcribing,
    translating,
)
from bureau.kernel.jobs.registry import handler
from bureau.kernel.jobs.runner import TaskRun
from bureau.kernel.prepared import Given, Prepared


@cache
def _message_with(*rows: str) -> Prepared[ChatMessage]:
    messages = ChatMessage.objects.filter(pk=Given("id"))
    return Prepared(lambda: messages.select_related(*rows) if rows else messages)


def _message_of(run: TaskRun, *with_rows: str) -> ChatMessage | None:
    return _message_with(*with_rows).first(id=run.params["message_id"])


@handler(
    messages.TRANSLATE,
    queue="translation",
    entity_type="chat_message",
    on_failure=failing.translation_failed,
)
def translate(run: TaskRun) -> None:
    """Translate a message, check the translation, and set its reading out going."""
    message = _message_of(run)
    if message is None:
        return
    made = translating.translate_message(message)
    with run.finish() as outcome:
        current = _message_of(run)
        if current is not None:
            translating.keep_translation(current, made)
            speaking.request_speech(current, outcome.job)
        outcome.message = "Message translated" if made.text else "No translation is known"


@handler(
    messages.TRANSCRIBE,
    queue="audio",
    entity_type="chat_message",
    on_failure=failing.transcription_failed,
)
def transcribe(run: TaskRun) -> None:
    """Write down a recording and set its translation going."""
    message = _message_of(run, "audio", "room")
    if message is None:
        return
    try:
        heard = transcribing.transcribe_message(message)
    except StepFailed:
        transcribing.keep_duration(message)
        raise
    with run.finish() as outcome:
        current = _message_of(run)
        if current is not None:
            transcribing.keep_transcript(current, heard, outcome.job)
        outcome.message = "Recording written down" if heard.text else "No speech detected"


@handler(
    speaking.SPEAK, queue="audio", entity_type="chat_message", on_failure=failing.speech_failed
)
def speak(run: TaskRun) -> None:
    """Read a translation out."""
    message = _message_of(run)
    if message is None:
        return
    speech = speaking.speak_message(message)
    with run.finish() as outcome:
        current = _message_of(run)
        if current is not None:
            speaking.keep_speech(current, speech)
        outcome.message = "Translation read out" if speech else "No voice for this language"


@handler(assistance.ASSIST, queue="assistance", entity_type="chat_assistance")
def assist(run: TaskRun) -> None:
    """Write help for a clinician; only the one who asked reads it."""
    asked = Assistance.objects.select_related("room").filter(pk=run.params["assistance_id"])
    found = asked.first()
    if found is None:
        return
    written = assistance.write_help(found.room, found.request_type)
    with run.finish() as outcome:
        assistance.keep_help(found, written)
        outcome.result = {"room_id": found.room_id, "assistance_id": found.pk}
        outcome.message = "Assistance written"

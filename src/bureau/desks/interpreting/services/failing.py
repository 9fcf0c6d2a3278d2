"""What a message says when a step of its way has failed for good: once, after the last try."""

from __future__ import annotations

from bureau.desks.interpreting import events
from bureau.desks.interpreting.errors import error_type
from bureau.desks.interpreting.models import ChatMessage
from bureau.desks.interpreting.models import MessageState as State
from bureau.kernel.events.models import Level
from bureau.kernel.jobs.models import Task

MAX_PROBLEM = 300


def translation_failed(task: Task) -> None:
    """The translation will not come; said in the transaction of the task's failure."""
    _fail(task, State.TRANSLATION_FAILED, events.TRANSLATION_FAILED, "translation_error")


def transcription_failed(task: Task) -> None:
    """The recording could not be written down. A message that brought its own text goes on."""
    _fail(task, State.TRANSCRIPTION_FAILED, events.AUDIO_FAILED, "transcription_error")


def speech_failed(task: Task) -> None:
    """The translation will not be read out; it is still there to be read."""
    message = _message_of(task)
    if message is not None:
        message.speech_note = f"Not read out: {task.error_message}"[:200]
        message.save(update_fields=["speech_note"])


_SENTENCES = {
    State.TRANSLATION_FAILED: "Translation failed",
    State.TRANSCRIPTION_FAILED: "Transcription failed",
}


def _fail(task: Task, state: State, event: str, otherwise: str) -> None:
    message = _message_of(task)
    if message is None:
        return
    message.problem = f"{_SENTENCES[state]}: {task.error_message}"[:MAX_PROBLEM]
    if state is State.TRANSLATION_FAILED or not message.original_text:
        message.state = state
    message.save(update_fields=["problem", "state"])
    kind = error_type(task.error_code, otherwise)
    events.tell(message, event, level=Level.ERROR, error_type=kind)


def _message_of(task: Task) -> ChatMessage | None:
    return ChatMessage.objects.filter(pk=task.params["message_id"]).first()

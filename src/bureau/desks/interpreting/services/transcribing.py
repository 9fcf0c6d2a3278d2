"""Writing down what somebody recorded. Silence and noise stay without words."""

from __future__ import annotations

import json
from typing import Any

from bureau.desks.interpreting import events
from bureau.desks.interpreting.errors import StepFailed, step_failure
from bureau.desks.interpreting.languages import language_of
from bureau.desks.interpreting.models import ChatMessage
from bureau.desks.interpreting.models import MessageState as State
from bureau.desks.interpreting.services.messages import TRANSLATE
from bureau.desks.interpreting.shapes import notes_of
from bureau.kernel.ai import registry
from bureau.kernel.ai.adapters.hearing.sound import RATE, samples
from bureau.kernel.ai.ports import (
    LanguageNotSupported,
    ProviderError,
    ProviderRefused,
    Segment,
    Transcript,
)
from bureau.kernel.files.services import local_path
from bureau.kernel.jobs.models import Job
from bureau.kernel.jobs.services import enqueue

# below it a segment is shown with a mark: the listener was not sure of its words
SURE_FROM = 0.5


def transcribe_message(message: ChatMessage) -> Transcript:
    """What is said in a message's recording, in the language its sender speaks.

    Raises:
        StepFailed: nothing here understands the language, the recording cannot be read, or the
            service did not answer.
    """
    language = language_of(message.original_language)
    # a message without its recording was caught by retention; there is nothing to hear
    if message.audio is None:
        raise StepFailed("the recording is gone")
    try:
        listener = registry.transcriber()
        if listener is None:
            raise StepFailed("no speech recognition is set up here; send text instead")
        return listener.transcribe(local_path(message.audio), language.code)
    except LanguageNotSupported:
        raise StepFailed(
            f"speech in {language.name} cannot be recognised here; send text instead"
        ) from None
    except ProviderRefused as problem:
        if problem.reason == "media":
            raise StepFailed("the recording cannot be read") from None
        raise step_failure(problem) from None
    except ProviderError as problem:
        raise step_failure(problem) from None


def keep_transcript(message: ChatMessage, heard: Transcript, job: Job) -> None:
    """Store a transcript, say so and set the translation going, in the caller's transaction.

    A message that brought its own text keeps it and is being translated already.
    """
    notes = notes_of(message) | {"transcript_segments": [_segment(one) for one in heard.segments]}
    message.notes = json.dumps({name: found for name, found in notes.items() if found})
    message.audio_transcription = heard.text
    message.audio_duration = round(heard.duration, 2) or message.audio_duration
    fields = ["notes", "audio_transcription", "audio_duration"]
    if message.state == State.TRANSCRIBING:
        message.original_text = heard.text
        message.state = State.TRANSLATING if heard.text else State.NO_SPEECH
        fields += ["original_text", "state"]
    message.save(update_fields=fields)
    events.tell(message, events.TRANSCRIBED, has_speech=bool(heard.text))
    if message.state == State.NO_SPEECH:
        events.tell(message, events.TRANSLATED, has_translation=False)
    elif "state" in fields:
        enqueue(job, TRANSLATE, {"message_id": message.pk})


def keep_duration(message: ChatMessage) -> None:
    """Note how long a recording is that nothing here could write down."""
    if message.audio is None or message.audio_duration is not None:
        return
    try:
        seconds = len(samples(local_path(message.audio))) / RATE
    except ProviderError:
        return
    message.audio_duration = round(seconds, 2)
    message.save(update_fields=["audio_duration"])


def _segment(one: Segment) -> dict[str, Any]:
    sure = one.confidence is None or one.confidence >= SURE_FROM
    return {
        "start": one.start,
        "end": one.end,
        "text": one.text,
        "confidence": None if one.confidence is None else round(one.confidence, 3),
        "is_unsure": not sure,
    }

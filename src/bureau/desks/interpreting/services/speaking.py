"""Reading a translation out. What has no voice of its own is said to have none."""

from __future__ import annotations

from bureau.desks.interpreting import events, files
from bureau.desks.interpreting.errors import step_failure
from bureau.desks.interpreting.languages import language_of
from bureau.desks.interpreting.models import ChatMessage
from bureau.kernel.ai import registry
from bureau.kernel.ai.ports import LanguageNotSupported, ProviderError, Speech
from bureau.kernel.files.services import store_bytes
from bureau.kernel.jobs.models import Job
from bureau.kernel.jobs.services import enqueue

SPEAK = "interpreting.speak"
# a single letter or sign is not worth a file
MIN_TEXT = 3


def request_speech(message: ChatMessage, job: Job) -> None:
    """Set the reading out of a translation going, where there is a voice at all."""
    if worth_saying(message.translated_text) and _has_voice():
        enqueue(job, SPEAK, {"message_id": message.pk}, counts=False)


def _has_voice() -> bool:
    try:
        return registry.speaker() is not None
    except ProviderError:
        # a voice that is set up wrongly: the task says so, the translation is not held up
        return True


def worth_saying(text: str) -> bool:
    """Neither too short nor a note in brackets."""
    return len(text) >= MIN_TEXT and not (text.startswith("[") and text.endswith("]"))


def speak_message(message: ChatMessage) -> Speech | None:
    """The translation as sound; None where no voice speaks its language.

    Raises:
        StepFailed: the voice's engine did not answer.
    """
    try:
        speaker = registry.speaker()
        if speaker is None or not worth_saying(message.translated_text):
            return None
        return speaker.speak(message.translated_text, language_of(message.translated_language).code)
    except LanguageNotSupported:
        return None
    except ProviderError as problem:
        raise step_failure(problem) from None


def keep_speech(message: ChatMessage, speech: Speech | None) -> None:
    """Store what was spoken and say so, in the caller's transaction."""
    if speech is None:
        name = language_of(message.translated_language).name
        message.speech_note = f"There is no voice for {name} here."
        message.save(update_fields=["speech_note"])
        return
    message.speech = store_bytes(speech.wav, files.SPEECH, None, "speech.wav", files.WAV)
    message.speech_native = speech.native
    message.speech_note = "" if speech.native else "Read by a voice made for another language."
    message.save(update_fields=["speech", "speech_native", "speech_note"])
    events.tell(message, events.SPOKEN, native=speech.native)

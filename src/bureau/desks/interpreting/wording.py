"""What clients read in the place of a text that is not there yet, or never will be.

The words in brackets are the contract's: clients compare them letter by letter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bureau.desks.interpreting.models import MessageState as State

if TYPE_CHECKING:
    from bureau.desks.interpreting.models import ChatMessage

TRANSLATING = "[Translating...]"
PROCESSING = "[Processing...]"
PROCESSING_AUDIO = "[Processing audio...]"
NO_SPEECH = "[No speech detected]"
TRANSCRIPTION_FAILED = "[Transcription failed]"
# what clients send as the text of a voice message
VOICE_MESSAGE = "[Voice Message]"
UNTRANSLATABLE = (
    "[No translation: this text is in no phrasebook here and no translation model is set up]"
)


def texts_of(message: ChatMessage) -> tuple[str, str]:
    """The original and the translated text as a client shows them."""
    return _original(message), _translated(message)


def _original(message: ChatMessage) -> str:
    if message.original_text:
        return message.original_text
    waiting = {
        State.TRANSCRIBING: PROCESSING_AUDIO,
        State.NO_SPEECH: NO_SPEECH,
        State.TRANSCRIPTION_FAILED: TRANSCRIPTION_FAILED,
    }
    return waiting.get(State(message.state), "")


def _translated(message: ChatMessage) -> str:
    if message.translated_text:
        return message.translated_text
    state = State(message.state)
    if state in {State.TRANSCRIPTION_FAILED, State.TRANSLATION_FAILED}:
        return f"[{message.problem}]"
    waiting = {
        State.TRANSCRIBING: PROCESSING,
        State.TRANSLATING: TRANSLATING,
        State.NO_SPEECH: NO_SPEECH,
        State.UNTRANSLATABLE: UNTRANSLATABLE,
    }
    return waiting.get(state, "")

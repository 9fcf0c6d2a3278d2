"""Translating a message: reviewed phrases first, then a model, and never an invention.

Every translation is checked for what must not change; what the check finds is kept with it.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Any

from bureau.desks.interpreting import events
from bureau.desks.interpreting.languages import Language, language_of
from bureau.desks.interpreting.models import ChatMessage
from bureau.desks.interpreting.models import MessageState as State
from bureau.desks.interpreting.services.phrases import phrases_of
from bureau.desks.interpreting.shapes import notes_of

SAME_LANGUAGE = "same language"


@dataclass(slots=True)
class Translated:
    """What came of translating a text; an empty `text` says that nobody could.

    Attributes:
        by: who translated, for people.
        notes: what is kept in the message's notes, by list.
    """

    text: str
    by: str
    back_translation: str = ""
    notes: dict[str, list[dict[str, Any]]] = field(default_factory=dict)


def translate_message(message: ChatMessage) -> Translated:
    """Translate what a message says.

    Raises:
        StepFailed: a model was asked and did not answer.
    """
    source = language_of(message.original_language)
    target = language_of(message.translated_language)
    if source == target:
        return Translated(message.original_text, SAME_LANGUAGE)
    return translate_text(message.original_text, source, target)


def translate_text(text: str, source: Language, target: Language) -> Translated:
    """Translate by the phrases that people wrote."""
    phrases = phrases_of(source, target)
    found = phrases.translate(text)
    if found is None:
        offers = [asdict(offer) for offer in phrases.similar(text)]
        return Translated("", "", notes={"suggestions": offers})
    by = found.origin if found.reviewed else f"{found.origin} (not reviewed by a native speaker)"
    return Translated(found.text, by)


def keep_translation(message: ChatMessage, made: Translated) -> None:
    """Store a translation and say so, in the caller's transaction."""
    notes = {**notes_of(message), **made.notes}
    message.notes = json.dumps({name: found for name, found in notes.items() if found})
    message.state = State.DONE if made.text else State.UNTRANSLATABLE
    message.translated_text, message.translated_by = made.text, made.by
    message.back_translation = made.back_translation
    message.has_warning = bool(notes["warnings"])
    message.save(
        update_fields=[
            "notes",
            "state",
            "translated_text",
            "translated_by",
            "back_translation",
            "has_warning",
        ]
    )
    events.tell(message, events.TRANSLATED, has_translation=bool(made.text))

"""Translating a message: reviewed phrases first, then a model, and never an invention.

Every translation is checked for what must not change; what the check finds is kept with it, and a
doubtful one brings a back-translation, so that the speaker can see what the other side will read.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from bureau.desks.interpreting import events
from bureau.desks.interpreting.collections.models import Collection
from bureau.desks.interpreting.collections.services.search import SOURCES, Found
from bureau.desks.interpreting.errors import StepFailed, step_failure
from bureau.desks.interpreting.languages import Language, language_of
from bureau.desks.interpreting.models import ChatMessage, Side
from bureau.desks.interpreting.models import MessageState as State
from bureau.desks.interpreting.safety.check import check
from bureau.desks.interpreting.services.contexts import EARLIER, passages_for, said_last
from bureau.desks.interpreting.services.glossary import IN_FORCE, rules_of
from bureau.desks.interpreting.services.phrases import OWN, phrases_with
from bureau.desks.interpreting.shapes import notes_of
from bureau.desks.interpreting.translation import cache
from bureau.desks.interpreting.translation import phrasebook as books
from bureau.desks.interpreting.translation.notes import notes_for
from bureau.desks.interpreting.translation.terms import Rule, broken, rules_in
from bureau.kernel.ai import registry
from bureau.kernel.ai.ports import LanguageNotSupported, ProviderError, Term, Translator
from bureau.kernel.prepared import save_fields, send_together

SAME_LANGUAGE = "same language"
NOT_REVIEWED = " (not reviewed by a native speaker)"
EXCERPT = 300
Notes = dict[str, list[dict[str, Any]]]


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
    notes: Notes = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Task:
    """What is to be translated, and what holds for it."""

    text: str
    source: Language
    target: Language
    rules: list[Rule]


def translate_message(message: ChatMessage) -> Translated:
    """Translate what a message says.

    Raises:
        StepFailed: a model was asked and did not answer.
    """
    source = language_of(message.original_language)
    target = language_of(message.translated_language)
    text = message.original_text
    if source == target:
        return Translated(text, SAME_LANGUAGE)
    pair = {"source": source.code, "target": target.code}
    terms, own, *knowledge = send_together(
        IN_FORCE.asked(**pair),
        OWN.asked(**pair),
        SOURCES.asked(room=message.room_id),
        EARLIER.asked(room=message.room_id, message=message.pk),
    )
    task = Task(text, source, target, rules_in(text, rules_of(terms)))
    phrases = phrases_with(own, source, target)
    known = phrases.translate(text)
    if known is not None:
        return _checked(task, _from_phrases(known), None)
    translator = _translator()
    if translator is None:
        return _offers(phrases, text)
    return _checked(task, _by_model(translator, task, message, *knowledge), translator)


def _translator() -> Translator | None:
    try:
        return registry.translator()
    except ProviderError as problem:
        raise step_failure(problem) from None


def _from_phrases(known: books.Found) -> Translated:
    by = known.origin if known.reviewed else f"{known.origin}{NOT_REVIEWED}"
    back = " ".join(entry.source for entry in known.entries)
    return Translated(known.text, by, back_translation=back)


def _offers(phrases: books.Phrases, text: str) -> Translated:
    offers = [asdict(offer) for offer in phrases.similar(text)]
    return Translated("", "", notes={"suggestions": offers})


# --- by a model -----------------------------------------------------------------------------


def _by_model(
    translator: Translator,
    task: Task,
    message: ChatMessage,
    sources: list[Collection],
    earlier: list[ChatMessage],
) -> Translated:
    passages = _passages(sources, task.text)
    context = context_of(task, Side(message.sender_type), said_last(earlier), passages)
    key = cache.key_of(
        message.room_id,
        task.text,
        task.source.code,
        task.target.code,
        translator.provider,
        translator.model,
        context,
        [[rule.term, rule.wanted] for rule in task.rules],
    )
    by = f"{translator.provider} {translator.model}".strip()
    drawn = [{"name": one.name, "similarity": round(one.similarity, 3)} for one in passages]
    text = cache.find(key)
    if text is None:
        text = _asked(translator, task.text, task.source, task.target, context, task.rules)
        cache.keep(key, text)
    return Translated(text, by, notes={"context_sources": drawn})


def _passages(sources: list[Collection], text: str) -> list[Found]:
    try:
        return passages_for(sources, text)
    except ProviderError as problem:
        raise step_failure(problem) from None


def context_of(task: Task, side: Side, history: Sequence[str], passages: Sequence[Found]) -> str:
    """What a model is told beside the text: guidance, reference passages, what was said before."""
    parts = [notes_for(task.target, side)]
    if passages:
        quoted = "\n".join(f"- {one.name}: {one.content[:EXCERPT]}" for one in passages)
        parts.append(f"Reference:\n{quoted}")
    if history:
        parts.append("Said before:\n" + "\n".join(history))
    return "\n\n".join(parts)


def _asked(
    translator: Translator,
    text: str,
    source: Language,
    target: Language,
    context: str,
    rules: Sequence[Rule] = (),
) -> str:
    terms = [Term(rule.term, rule.wanted) for rule in rules]
    try:
        made = translator.translate(text, source.code, target.code, context=context, glossary=terms)
    except LanguageNotSupported:
        raise StepFailed(
            f"the model here does not translate from {source.name} into {target.name}"
        ) from None
    except ProviderError as problem:
        raise step_failure(problem) from None
    return made.text


# --- the check ------------------------------------------------------------------------------


def _checked(task: Task, made: Translated, translator: Translator | None) -> Translated:
    """Add warnings; a doubtful translation keeps or gets its back-translation, others none."""
    report = check(task.text, task.source.code, made.text, task.target.code)
    warnings = [*report.warnings, *broken(task.rules, made.text)]
    made.notes |= {
        "warnings": [asdict(one) for one in warnings],
        "unchecked": [{"what": one} for one in report.unchecked],
        "glossary_terms": [{"term": rule.term, "wanted": rule.wanted} for rule in task.rules],
    }
    if not warnings:
        made.back_translation = ""
    elif translator is not None:
        made.back_translation = _back(translator, task, made.text)
    return made


def _back(translator: Translator, task: Task, text: str) -> str:
    """The translation in the speaker's own language; empty where the model fails at it."""
    try:
        return _asked(translator, text, task.target, task.source, "")
    except StepFailed:
        return ""


def keep_translation(message: ChatMessage, made: Translated) -> None:
    """Store a translation and say so, in the caller's transaction."""
    notes = {**notes_of(message), **made.notes}
    message.notes = json.dumps({name: found for name, found in notes.items() if found})
    message.state = State.DONE if made.text else State.UNTRANSLATABLE
    message.translated_text, message.translated_by = made.text, made.by
    message.back_translation = made.back_translation
    message.has_warning = bool(notes["warnings"])
    save_fields(
        message,
        *("notes", "state", "has_warning"),
        *("translated_text", "translated_by", "back_translation"),
    )
    events.tell(message, events.TRANSLATED, has_translation=bool(made.text))

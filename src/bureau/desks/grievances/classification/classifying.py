"""What a complaint is about: categories with confidence, a summary, and two questions to ask.

A language model is asked where the operator set one up and it may read complaints; otherwise the
built-in classifier answers. Who answered is kept and shown. A model that fails is a failure, never
silently the other one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bureau.desks.grievances.callers import DESK
from bureau.desks.grievances.classification import builtin, model
from bureau.desks.grievances.classification.catalogue import Kind, kind_named, kinds
from bureau.desks.grievances.classification.summary import sentences_of, summary_of
from bureau.desks.grievances.models import ClassificationStatus, Grievance
from bureau.kernel.actor_context import on_behalf_of
from bureau.kernel.ai.ports import Chat
from bureau.kernel.ai.registry import chat, embedder
from bureau.kernel.events.log import emit

# below this a person has to decide; measured by `classification_report`
SURE = 0.5
# further categories worth showing
WORTH_SHOWING = 0.1
MOST_ALTERNATIVES = 3


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What was suggested, by whom.

    Attributes:
        ranked: categories with confidence, the best first.
        needs_person: nobody should rely on it without looking.
    """

    ranked: list[tuple[str, float]]
    summary: str
    provider: str
    model: str

    @property
    def needs_person(self) -> bool:
        """The best category is not sure enough."""
        return not self.ranked or self.ranked[0][1] < SURE


def suggest(text: str) -> Suggestion:
    """Classify and summarise a text.

    Raises:
        ProviderError: the language model that is set up here failed.
    """
    known = kinds()
    # tasks bear their contract's names, which do not say whose they are
    with on_behalf_of(DESK):
        helper = language_model()
        if helper is not None:
            ranked, summary = model.ask(helper, text, known)
            return Suggestion(ranked, summary, helper.provider, helper.model)
    sentences = sentences_of(text)
    summary = summary_of(sentences, embedder().embed_passages(sentences)) if sentences else ""
    return Suggestion(builtin.ranked(text, known), summary, builtin.PROVIDER, embedder().model)


def language_model() -> Chat | None:
    """The language model for complaints; None means the built-in classifier.

    Raises:
        ProviderError: one is asked for and not set up, or it stands outside and this desk's words
            may not go there (AI_CLOUD_DESKS).
    """
    return chat()


def keep(case: Grievance, found: Suggestion | None) -> dict[str, Any]:
    """Store a suggestion on the (locked) case; None means that nothing could be said.

    What a person has confirmed is left alone. Answers what the event names.
    """
    case.suggestion = _shape(found)
    decided = case.classification_status in (
        ClassificationStatus.OFFICER,
        ClassificationStatus.COMPLAINANT,
    )
    if not decided:
        _set(case, found)
    case.save()
    payload = {
        "grievance_id": case.grievance_id,
        "classification_status": case.classification_status,
        "categories": case.categories,
        "provider": case.suggestion.get("provider", ""),
    }
    emit(case.stream, "grievance.classified", payload=payload)
    return payload


def _set(case: Grievance, found: Suggestion | None) -> None:
    if found is None:
        case.classification_status = ClassificationStatus.FAILED
        return
    case.classification_status = ClassificationStatus.GENERATED
    case.summary = found.summary
    case.categories = [key for key, _ in found.ranked[:1]]
    others = found.ranked[1 : 1 + MOST_ALTERNATIVES]
    case.categories_alternative = [key for key, sure in others if sure >= WORTH_SHOWING]
    case.follow_up_question = "\n".join(questions_for(case))
    best = kind_named(found.ranked[0][0])
    case.high_priority = case.high_priority or bool(best and best.high_priority)


def questions_for(case: Grievance) -> list[str]:
    """The two questions of the case's first category, in its language."""
    found: Kind | None = kind_named(case.categories[0]) if case.categories else None
    return found.questions(case.language) if found else []


def _shape(found: Suggestion | None) -> dict[str, Any]:
    if found is None:
        return {}
    return {
        "provider": found.provider,
        "model": found.model,
        "needs_person": found.needs_person,
        "categories": [
            {"key": key, "confidence": round(confidence, 3)} for key, confidence in found.ranked[:5]
        ],
    }

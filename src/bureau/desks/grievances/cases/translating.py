"""A case in English, for officers who do not read its language."""

from __future__ import annotations

from bureau.desks.grievances.callers import DESK
from bureau.desks.grievances.models import Grievance, Translation
from bureau.desks.grievances.numbering import named_for
from bureau.kernel.actor_context import on_behalf_of
from bureau.kernel.ai.ports import LanguageNotSupported
from bureau.kernel.ai.registry import translator

ENGLISH = "en"


def in_english(case: Grievance) -> dict[str, str] | None:
    """Description and summary in English; None where nobody here translates this language.

    Raises:
        ProviderError: the model failed for now.
    """
    texts = {"description_en": case.description, "summary_en": case.summary}
    with on_behalf_of(DESK):
        model = translator()
        if model is None or not case.description:
            return None
        try:
            found = {
                name: model.translate(text, case.language, ENGLISH).text
                for name, text in texts.items()
                if text
            }
        except LanguageNotSupported:
            return None
    return {**found, "method": f"{model.provider}/{model.model}"[:60]}


def keep_english(case: Grievance, found: dict[str, str]) -> None:
    """Store a translation in the place of an earlier one by the same model."""
    Translation.objects.filter(grievance=case, method=found["method"]).delete()
    named_for(
        case,
        "TL",
        lambda name: Translation(
            translation_id=name,
            grievance=case,
            source_language=case.language,
            categories_en=case.categories,
            **found,
        ),
    )

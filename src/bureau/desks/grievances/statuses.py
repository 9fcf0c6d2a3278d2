"""The states of a case, which may follow which, and what each means in plain words. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _


class Status(models.TextChoices):
    """Where a case stands."""

    SUBMITTED = "SUBMITTED", _("Submitted")
    UNDER_EVALUATION = "UNDER_EVALUATION", _("Under evaluation")
    ESCALATED = "ESCALATED", _("Escalated")
    RESOLVED = "RESOLVED", _("Resolved")
    DENIED = "DENIED", _("Denied")
    DISPUTED = "DISPUTED", _("Disputed")
    CLOSED = "CLOSED", _("Closed")


@dataclass(frozen=True, slots=True)
class Wording:
    """A state's name and meaning in the languages that complainants read."""

    name_en: str
    name_ne: str
    meaning_en: str
    meaning_ne: str

    def name(self, language: str) -> str:
        """The name in `ne`, else in English."""
        return self.name_ne if language == "ne" else self.name_en

    def meaning(self, language: str) -> str:
        """What it means for the complainant, in `ne`, else in English."""
        return self.meaning_ne if language == "ne" else self.meaning_en


WORDS: Mapping[str, Wording] = {
    Status.SUBMITTED: Wording(
        "Submitted",
        "पेश गरिएको",
        "We have received your complaint. An officer will read it soon.",
        "हामीले तपाईंको गुनासो पाएका छौं। एक जना अधिकारीले चाँडै पढ्नेछन्।",
    ),
    Status.UNDER_EVALUATION: Wording(
        "Under evaluation",
        "मूल्याङ्कन हुँदै",
        "An officer has read your complaint and is looking into it.",
        "अधिकारीले तपाईंको गुनासो पढेका छन् र यसबारे छानबिन गर्दैछन्।",
    ),
    Status.ESCALATED: Wording(
        "Escalated",
        "माथिल्लो तहमा पठाइएको",
        "Your complaint was passed to a higher level that can decide more.",
        "तपाईंको गुनासो थप निर्णय गर्न सक्ने माथिल्लो तहमा पठाइएको छ।",
    ),
    Status.RESOLVED: Wording(
        "Resolved",
        "समाधान भएको",
        "The office says the problem is solved. If it is not, you may dispute this.",
        "कार्यालयले समस्या समाधान भयो भनेको छ। भएको छैन भने तपाईं असहमति जनाउन सक्नुहुन्छ।",
    ),
    Status.DENIED: Wording(
        "Denied",
        "अस्वीकृत",
        "The office did not accept the complaint. If you disagree, you may dispute this.",
        "कार्यालयले गुनासो स्वीकार गरेन। असहमत भए तपाईं असहमति जनाउन सक्नुहुन्छ।",
    ),
    Status.DISPUTED: Wording(
        "Disputed",
        "विवादित",
        "You said the answer is not right. The office has to look at it again.",
        "तपाईंले जवाफ ठीक छैन भन्नुभयो। कार्यालयले फेरि हेर्नुपर्छ।",
    ),
    Status.CLOSED: Wording(
        "Closed",
        "बन्द गरिएको",
        "The case is finished and nothing more will be done.",
        "यो मुद्दा टुङ्गियो र थप केही गरिने छैन।",
    ),
}

# what an office may do
TRANSITIONS: Mapping[str, frozenset[str]] = {
    Status.SUBMITTED: frozenset(
        {Status.UNDER_EVALUATION, Status.ESCALATED, Status.RESOLVED, Status.DENIED}
    ),
    Status.UNDER_EVALUATION: frozenset({Status.ESCALATED, Status.RESOLVED, Status.DENIED}),
    Status.ESCALATED: frozenset({Status.UNDER_EVALUATION, Status.RESOLVED, Status.DENIED}),
    Status.RESOLVED: frozenset({Status.CLOSED, Status.DISPUTED}),
    Status.DENIED: frozenset({Status.CLOSED, Status.DISPUTED}),
    Status.DISPUTED: frozenset(
        {Status.UNDER_EVALUATION, Status.ESCALATED, Status.RESOLVED, Status.DENIED}
    ),
    Status.CLOSED: frozenset(),
}
# what the person who complained may do
OF_COMPLAINANT: Mapping[str, frozenset[str]] = {
    Status.RESOLVED: frozenset({Status.DISPUTED}),
    Status.DENIED: frozenset({Status.DISPUTED}),
}
# what an office says to a complaint
ANSWERS = frozenset({Status.RESOLVED, Status.DENIED, Status.CLOSED})
FINAL = frozenset(code for code, following in TRANSITIONS.items() if not following)
# words that older clients use
_OLDER_NAMES = {"PENDING": Status.SUBMITTED}


def status_named(text: str) -> Status | None:
    """The state a client means: any case of its code, and older names; None for no state."""
    code = text.strip().upper().replace("-", "_").replace(" ", "_")
    code = _OLDER_NAMES.get(code, code)
    return Status(code) if code in Status.values else None


def may_follow(current: str, wanted: str, *, by_complainant: bool) -> bool:
    """Whether a case in `current` may go to `wanted`."""
    return wanted in following(current, by_complainant=by_complainant)


def following(current: str, *, by_complainant: bool) -> frozenset[str]:
    """The states that may come next."""
    table = OF_COMPLAINANT if by_complainant else TRANSITIONS
    return table.get(current, frozenset())

"""What a translation model is told about languages and speakers, by the languages' own codes."""

from __future__ import annotations

from bureau.desks.interpreting.languages import Family, Language
from bureau.desks.interpreting.models import Side

GRAMMAR: dict[Family, str] = {
    "nguni": (
        "Nouns belong to classes; verbs, adjectives, possessives and numerals agree with the class"
        " of their noun. Write words as they are joined in this language, not one by one."
    ),
    "sotho": (
        "Nouns belong to classes and everything about them agrees. Concords and particles are"
        " written as words of their own."
    ),
    "tsonga": "Nouns belong to classes and everything about them agrees.",
    "venda": "Nouns belong to classes and everything about them agrees; keep the letters ḓ ḽ ṋ ṱ ṅ.",
    "afrikaans": (
        "Address patients politely as 'u'. The verb stands second; 'nie' closes a denied sentence."
    ),
    "indic": "Use the polite forms of address and of the verb; the verb stands last.",
    "romance": "Use the polite form of address; adjectives and articles agree with their noun.",
    "germanic": "Use the polite form of address.",
    "other": "",
}
SPEAKER = {
    Side.DOCTOR: "A clinician speaks to a patient: be exact, and use words that a patient knows.",
    Side.PATIENT: "A patient speaks to a clinician: keep how they say it, their doubts and feelings.",
}


def notes_for(target: Language, side: Side) -> str:
    """Guidance for translating into a language what this side says."""
    lines = [
        SPEAKER[side],
        "Numbers, doses, units, dates and names of medicines stay exactly as they are.",
        GRAMMAR[target.family],
    ]
    return "\n".join(line for line in lines if line)

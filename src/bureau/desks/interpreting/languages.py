"""The languages of the desk and the codes people write for them.

A room keeps the code its client sent (three letters of ISO 639-3, two of ISO 639-1, or a name);
everything inside asks here for the one language it means.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Family = Literal[
    "nguni", "sotho", "tsonga", "venda", "afrikaans", "indic", "romance", "germanic", "other"
]


@dataclass(frozen=True, slots=True)
class Language:
    """One language.

    Attributes:
        code: the house's own short code, that of ISO 639-1 where there is one (`zu`, else `nso`).
        iso3: the code of ISO 639-3.
        name: its name in English, as prompts and people use it.
        family: which grammar notes hold for it.
        names: further spellings that clients send.
    """

    code: str
    iso3: str
    name: str
    family: Family
    names: tuple[str, ...] = ()


LANGUAGES = (
    Language("zu", "zul", "isiZulu", "nguni", ("zulu",)),
    Language("xh", "xho", "isiXhosa", "nguni", ("xhosa",)),
    Language("ss", "ssw", "siSwati", "nguni", ("swati", "swazi")),
    Language("nr", "nbl", "isiNdebele", "nguni", ("ndebele",)),
    Language("st", "sot", "Sesotho", "sotho", ("southern sotho",)),
    Language("tn", "tsn", "Setswana", "sotho", ("tswana",)),
    Language("nso", "nso", "Sepedi", "sotho", ("northern sotho", "pedi")),
    Language("ve", "ven", "Tshivenda", "venda", ("venda",)),
    Language("ts", "tso", "Xitsonga", "tsonga", ("tsonga",)),
    Language("af", "afr", "Afrikaans", "afrikaans"),
    Language("ne", "nep", "Nepali", "indic", ("npi",)),
    Language("hi", "hin", "Hindi", "indic"),
    Language("en", "eng", "English", "germanic"),
    Language("de", "deu", "German", "germanic", ("ger",)),
    Language("nl", "nld", "Dutch", "germanic", ("dut",)),
    Language("es", "spa", "Spanish", "romance"),
    Language("fr", "fra", "French", "romance", ("fre",)),
    Language("pt", "por", "Portuguese", "romance"),
    Language("it", "ita", "Italian", "romance"),
    Language("pl", "pol", "Polish", "other"),
    Language("ru", "rus", "Russian", "other"),
    Language("zh", "zho", "Chinese", "other", ("chi", "cmn")),
    Language("ar", "ara", "Arabic", "other"),
    Language("ja", "jpn", "Japanese", "other"),
    Language("sw", "swa", "Swahili", "other", ("kiswahili",)),
)


def _index() -> dict[str, Language]:
    return {
        spelling.lower(): language
        for language in LANGUAGES
        for spelling in (language.code, language.iso3, language.name, *language.names)
    }


_BY_SPELLING = _index()


def find_language(spelling: str) -> Language | None:
    """The language that a code or name means; None where nobody knows it.

    A region is ignored: `en-ZA` is English.
    """
    text = spelling.strip().lower()
    return _BY_SPELLING.get(text) or _BY_SPELLING.get(text.replace("_", "-").split("-")[0])


def language_of(spelling: str) -> Language:
    """The language of a code that was checked when it was stored.

    Raises:
        KeyError: the code is unknown.
    """
    language = find_language(spelling)
    if language is None:
        raise KeyError(spelling)
    return language

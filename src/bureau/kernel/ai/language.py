"""Which language a text is in, and what languages are called.

Codes are ISO 639-1 where there is one and 639-3 otherwise (`zu`, `nso`). The other kind is
understood as well, so `zul` means `zu`.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence

# no need to read a whole book, and native code gets no more than it can bear
MAX_CHARACTERS = 4_000
LONG_CODES: Mapping[str, str] = {
    "afr": "af", "ara": "ar", "deu": "de", "ger": "de", "eng": "en", "spa": "es", "fra": "fr",
    "fre": "fr", "hin": "hi", "ita": "it", "jpn": "ja", "nep": "ne", "npi": "ne", "nld": "nl",
    "pol": "pl", "por": "pt", "rus": "ru", "sna": "sn", "sot": "st", "ssw": "ss", "swa": "sw",
    "swh": "sw", "tsn": "tn", "tso": "ts", "ven": "ve", "xho": "xh", "zho": "zh", "zul": "zu",
    "nbl": "nr", "sep": "nso",
}  # fmt: skip
NAMES: Mapping[str, str] = {
    "af": "Afrikaans", "ar": "Arabic", "de": "German", "en": "English", "es": "Spanish",
    "fr": "French", "hi": "Hindi", "it": "Italian", "ja": "Japanese", "ne": "Nepali",
    "nl": "Dutch", "nr": "isiNdebele", "nso": "Sepedi", "pl": "Polish", "pt": "Portuguese",
    "ru": "Russian", "sn": "Shona", "ss": "siSwati", "st": "Sesotho", "sw": "Swahili",
    "tn": "Setswana", "ts": "Xitsonga", "ve": "Tshivenda", "xh": "isiXhosa", "zh": "Chinese",
    "zu": "isiZulu",
}  # fmt: skip
# languages that are written in something else than Latin letters
SCRIPTS: Mapping[str, str] = {
    "ar": "ARABIC", "hi": "DEVANAGARI", "ja": "HIRAGANA", "ne": "DEVANAGARI", "ru": "CYRILLIC",
    "zh": "CJK",
}  # fmt: skip
# letters below which every answer would be a guess
_LEAST = 3
# share of a text's letters that tells its script
_MOST = 0.6


def code_of(language: str) -> str:
    """The short code of a code in any form: `zul`, `ZU` and `zu-ZA` are `zu`."""
    base = language.strip().lower().replace("_", "-").partition("-")[0]
    return LONG_CODES.get(base, base)


def name_of(language: str) -> str:
    """The English name of a language, or the code itself where it is not known."""
    code = code_of(language)
    return NAMES.get(code, code)


def detect(text: str, among: Sequence[str] | None = None) -> str | None:
    """The language of most of `text`, or None where that cannot be told.

    Args:
        text: any; only its first thousands of characters are looked at.
        among: the languages it can be in, in codes of either kind; None allows all.

    Returns:
        The code as it stands in `among`, or the short code.
    """
    sample = _clean(text)
    allowed = {code_of(one): one for one in among} if among is not None else None
    if allowed is not None and (only := _only_of_its_script(sample, list(allowed))):
        return allowed[only]
    for found in _identified(sample):
        if allowed is None or found in allowed:
            return found if allowed is None else allowed[found]
    return None


def _clean(text: str) -> str:
    """Without what the identifier takes for broken text: control characters, lone surrogates."""
    cut = text[:MAX_CHARACTERS]
    kept = "".join(" " if unicodedata.category(sign) in _NO_TEXT else sign for sign in cut)
    return kept.strip()


_NO_TEXT = frozenset({"Cc", "Cs", "Co", "Cn"})


def _identified(sample: str) -> list[str]:
    if sum(sign.isalpha() for sign in sample) < _LEAST:
        return []
    import pycld2

    try:
        _reliable, _bytes, ranked = pycld2.detect(sample, bestEffort=True)
    except pycld2.error:
        return []
    return [code_of(code) for _name, code, _percent, _score in ranked if code != "un"]


def _only_of_its_script(sample: str, codes: Sequence[str]) -> str | None:
    """The only one of `codes` that is written as `sample` is, unless that is in Latin letters."""
    letters = [sign for sign in sample if sign.isalpha()]
    if not letters:
        return None
    scripts = Counter(unicodedata.name(sign, "").partition(" ")[0] for sign in letters)
    script, number = scripts.most_common(1)[0]
    same = [code for code in codes if SCRIPTS.get(code) == script]
    return same[0] if len(same) == 1 and number >= _MOST * len(letters) else None

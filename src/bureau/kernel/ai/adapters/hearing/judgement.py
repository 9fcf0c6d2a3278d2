"""Which languages Whisper knows, and which of its sentences it made up. Pure."""

from __future__ import annotations

import math
import re
import unicodedata
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

from bureau.kernel.ai.language import SCRIPTS, code_of, name_of
from bureau.kernel.ai.ports import LanguageNotSupported, Segment, Transcript

# the languages of Whisper's vocabulary; isiZulu, isiXhosa, Sesotho and Setswana are not among them
KNOWN = frozenset(
    [
        "af",
        "am",
        "ar",
        "as",
        "az",
        "ba",
        "be",
        "bg",
        "bn",
        "bo",
        "br",
        "bs",
        "ca",
        "cs",
        "cy",
        "da",
        "de",
        "el",
        "en",
        "es",
        "et",
        "eu",
        "fa",
        "fi",
        "fo",
        "fr",
        "gl",
        "gu",
        "ha",
        "haw",
        "he",
        "hi",
        "hr",
        "ht",
        "hu",
        "hy",
        "id",
        "is",
        "it",
        "ja",
        "jw",
        "ka",
        "kk",
        "km",
        "kn",
        "ko",
        "la",
        "lb",
        "ln",
        "lo",
        "lt",
        "lv",
        "mg",
        "mi",
        "mk",
        "ml",
        "mn",
        "mr",
        "ms",
        "mt",
        "my",
        "ne",
        "nl",
        "nn",
        "no",
        "oc",
        "pa",
        "pl",
        "ps",
        "pt",
        "ro",
        "ru",
        "sa",
        "sd",
        "si",
        "sk",
        "sl",
        "sn",
        "so",
        "sq",
        "sr",
        "su",
        "sv",
        "sw",
        "ta",
        "te",
        "tg",
        "th",
        "tk",
        "tl",
        "tr",
        "tt",
        "uk",
        "ur",
        "uz",
        "vi",
        "yi",
        "yo",
        "yue",
        "zh",
    ]
)
# a text that shrinks further than this repeats itself; Whisper's own authors chose the figure
MOST_COMPRESSION = 2.4
# below these the engine heard silence and wrote something all the same
LEAST_LOG_PROBABILITY = -1.0
MOST_SILENCE = 0.6
# `[BLANK_AUDIO]`, `(music)`, `♪`: notes on the sound and no speech
NOTE = re.compile(r"[\[(*♪][^\])]*[\])*♪]?")


@dataclass(frozen=True, slots=True)
class Heard:
    """A stretch as an engine gives it; None where it does not say."""

    start: float
    end: float
    text: str
    log_probability: float | None = None
    silence: float | None = None


def known(language: str) -> str:
    """The short code of a language that Whisper knows.

    Raises:
        LanguageNotSupported: it does not; it would be heard as some other language.
    """
    code = code_of(language)
    if code not in KNOWN:
        raise LanguageNotSupported(
            f"Speech in {name_of(code)} cannot be recognised: the engine does not know the "
            "language and would write down another one."
        )
    return code


def judged(
    heard: Sequence[Heard], *, language: str, duration: float, provider: str, model: str
) -> Transcript:
    """The transcript of what was heard, without what carries the marks of invented text."""
    spoken = [one for one in heard if not _is_note(one.text)]
    kept = [one for one in spoken if not looks_invented(one, language)]
    segments = [
        Segment(one.start, one.end, one.text.strip(), _confidence(one.log_probability))
        for one in kept
    ]
    return Transcript(
        text=" ".join(one.text for one in segments),
        language=language,
        duration=duration,
        segments=segments,
        provider=provider,
        model=model,
        rejected=len(spoken) - len(kept),
    )


def looks_invented(one: Heard, language: str) -> bool:
    """Whether a stretch repeats itself, was heard in silence, or is in the wrong letters."""
    silent = one.silence is not None and one.silence > MOST_SILENCE
    unsure = one.log_probability is not None and one.log_probability < LEAST_LOG_PROBABILITY
    repeats = compression(one.text) > MOST_COMPRESSION
    return repeats or (silent and unsure) or _wrong_script(one.text, language)


def compression(text: str) -> float:
    """How many times smaller a text gets when it is packed."""
    data = text.strip().encode("utf-8", "replace")
    return len(data) / len(zlib.compress(data)) if data else 0.0


def _is_note(text: str) -> bool:
    rest = NOTE.sub("", text)
    return not any(sign.isalnum() for sign in rest)


def _wrong_script(text: str, language: str) -> bool:
    script = SCRIPTS.get(language)
    letters = [sign for sign in text if sign.isalpha()]
    if script is None or not letters:
        return False
    # Japanese is written in two scripts of its own and one of China
    scripts = {script, "KATAKANA", "CJK"} if language == "ja" else {script}
    right = sum(unicodedata.name(sign, "").partition(" ")[0] in scripts for sign in letters)
    return right < len(letters) / 2


def _confidence(log_probability: float | None) -> float | None:
    # e to the power of the mean logarithm is the geometric mean of the words' probabilities
    if log_probability is None:
        return None
    return round(math.exp(min(log_probability, 0.0)), 4)

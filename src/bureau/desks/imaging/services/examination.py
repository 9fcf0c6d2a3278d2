"""What can be said about one study by rule: pure functions from facts to findings.

Nothing is guessed: each sentence follows from columns of the study, or from the words of its report.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any

from bureau.desks.imaging.columns import SOURCE_COLUMNS

Facts = dict[str, Any]
_SENTENCE = re.compile(r"(?<=[.!?。！？；;\n])\s*")
# words that a reader looks for, and words that take them back
_NOTABLE = re.compile(
    r"mass|nodul|fractur|hemorrh|haemorrh|effusion|infarct|stenos|pneumon|lesion|tumou?r|edema|"
    r"腫瘤|肿瘤|結節|结节|骨折|出血|積液|积液|梗塞|狹窄|狭窄|肺炎|病灶|水腫|水肿",
    re.IGNORECASE,
)
_DENIED = re.compile(
    r"\bno\b|\bwithout\b|\bnegative for\b|無|无|未見|未见|沒有|没有", re.IGNORECASE
)


def completeness(study: Facts) -> dict[str, Any]:
    """Which columns are empty, and which contradict each other."""
    filled = [name for name in SOURCE_COLUMNS if study[name] not in (None, "")]
    missing = [name for name in SOURCE_COLUMNS if name not in filled]
    return {
        "score": round(len(filled) / len(SOURCE_COLUMNS), 3),
        "missing": missing,
        "contradictions": contradictions(study),
    }


def contradictions(study: Facts) -> list[str]:
    """Times in the wrong order, and an age that the birth date does not allow."""
    steps = ("order_datetime", "check_in_datetime", "report_certification_datetime")
    known = [(name, study[name]) for name in steps if study[name]]
    found = [
        f"{later} is before {earlier}"
        for (earlier, first), (later, second) in pairwise(known)
        if second < first
    ]
    born, age = _year(study["patient_birth_date"]), study["patient_age"]
    if born is not None and age is not None and abs(study["order_datetime"].year - born - age) > 1:
        found.append(f"patient_age {age} does not fit patient_birth_date")
    return found


def _year(birth: str | None) -> int | None:
    digits = (birth or "")[:4]
    return int(digits) if digits.isdigit() and len(digits) == 4 else None


def turnaround(study: Facts, others: Sequence[Facts]) -> dict[str, Any]:
    """How long each step took, and how that stands among similar studies.

    Args:
        others: order and later times of studies on machines of the same type around that day.
    """
    steps = {
        "order_to_check_in_minutes": ("order_datetime", "check_in_datetime"),
        "check_in_to_certification_minutes": ("check_in_datetime", "report_certification_datetime"),
        "order_to_certification_minutes": ("order_datetime", "report_certification_datetime"),
    }
    result: dict[str, Any] = {
        "compared_with": len(others),
        "equipment_type": study["equipment_type"],
    }
    for name, (start, end) in steps.items():
        own = minutes(study[start], study[end])
        like = [m for other in others if (m := minutes(other[start], other[end])) is not None]
        result[name] = own
        result[name.replace("_minutes", "_percentile")] = percentile(own, like)
    return result


def minutes(start: datetime | None, end: datetime | None) -> float | None:
    """Minutes between two times; None where one is unknown."""
    return None if start is None or end is None else round((end - start).total_seconds() / 60, 1)


def percentile(own: float | None, others: Sequence[float]) -> float | None:
    """The share of the others, in percent, that were quicker; None where nothing can be said."""
    if own is None or not others:
        return None
    return round(100 * bisect_left(sorted(others), own) / len(others), 1)


def summary(findings: str, impression: str | None) -> dict[str, Any]:
    """The report's own sentences: its impression if it has one, else those with notable words."""
    sentences = [one.strip() for one in _SENTENCE.split(findings) if one.strip()]
    notable = [one for one in sentences if _NOTABLE.search(one) and not _DENIED.search(one)]
    denied = [one for one in sentences if _NOTABLE.search(one) and _DENIED.search(one)]
    chosen = [impression.strip()] if impression and impression.strip() else notable or sentences[:2]
    return {
        "summary": " ".join(chosen),
        "notable_sentences": notable,
        "denied_sentences": denied,
        "sentences_read": len(sentences),
    }

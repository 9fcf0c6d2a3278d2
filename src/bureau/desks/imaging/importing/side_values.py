"""Ages, sexes and times as systems and people write them, in the forms of the table. Pure functions.

Each answers None where the text does not say it clearly; days and months in an order that differs
between countries (01/05/2024) are such, and years of other calendars (113/05/01).
"""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime, timedelta, tzinfo
from typing import Final

OLDEST: Final = 150
# DICOM PS3.5, AS: nnnD, nnnW, nnnM, nnnY; and the words of Chinese and English lists
_UNITS = (
    (re.compile(r"(?:岁|歲|周岁|周歲|years?|yrs?|y|岁龄)"), 12.0),
    (re.compile(r"(?:个月|個月|月龄|月齡|月|months?|mos?|m)"), 1.0),
    (re.compile(r"(?:周龄|週|周|weeks?|wks?|w)"), 12 / 52),
    (re.compile(r"(?:日龄|日齡|天|日|days?|d)"), 12 / 365),
    (re.compile(r"(?:小时|小時|时|hours?|hrs?|h)"), 0.0),
)
_PART = re.compile(r"(\d{1,4}(?:\.\d+)?)([^\d.<]*)")
_NEWBORN = frozenset({"新生儿", "新生兒", "newborn", "neonate", "初生", "婴儿", "嬰兒"})
_SEXES = {
    "O": "U", "OTHER": "U", "其他": "U", "其它": "U", "不详": "U", "不詳": "U", "未说明": "U", "未說明": "U",
    "未知性别": "U", "N": "U", "UNK": "U", "NOT SPECIFIED": "U",
    # ISO/IEC 5218 and GB/T 2261.1
    "0": "U", "1": "M", "2": "F", "9": "U",
    "男孩": "M", "女孩": "F", "男童": "M", "女童": "F", "MAN": "M", "WOMAN": "F", "先生": "M", "女士": "F",
}  # fmt: skip
_ZONE = r"\s*(?P<zone>Z|UTC|[+-]\d{2}(?::?\d{2})?)?"
_HALF = r"(?P<half>上午|下午|中午|凌晨|早上|晚上|AM|PM|A\.M\.|P\.M\.)?"
_FORMS = [
    re.compile(
        r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})"
        r"(?:[T ]?(?P<H>\d{2})(?P<M>\d{2})(?:(?P<S>\d{2})(?P<f>\.\d{1,9})?)?" + _ZONE + ")?"
    ),
    re.compile(
        r"(?P<y>\d{4})\s*[-/.年]\s*(?P<m>\d{1,2})\s*[-/.月]\s*(?P<d>\d{1,2})\s*日?\s*[T,]?\s*"
        + _HALF
        + r"\s*(?:(?P<H>\d{1,2})\s*[:时時点點]\s*(?P<M>\d{1,2})?\s*分?\s*"
        r"(?::?\s*(?P<S>\d{1,2})(?P<f>\.\d{1,9})?\s*秒?)?\s*(?P<half2>AM|PM|A\.M\.|P\.M\.)?"
        + _ZONE
        + ")?",
        re.IGNORECASE,
    ),
]
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?")
# days of Excel that are 1954 to 2119
_SERIALS = range(20_000, 80_000)
_EPOCH = datetime(1899, 12, 30)
_AFTERNOON = frozenset({"下午", "晚上", "中午", "PM"})
_FORENOON = frozenset({"上午", "凌晨", "早上", "AM"})
TIME_FORMS = (
    "2024-05-01 09:30:00, 20240501093000, 2024-05-01T09:30:00+08:00, 2024年5月1日 上午 09:30"
)


def folded(text: str) -> str:
    """Without width, and with plain colons and blanks."""
    return " ".join(unicodedata.normalize("NFKC", text).split())


def age_in_years(text: str) -> str | None:
    """Whole years of an age: `018M` is 1, `6月` and a newborn are 0, `2岁3个月` is 2."""
    plain = folded(text).casefold().replace(" ", "")
    if plain in _NEWBORN:
        return "0"
    if plain.startswith("<"):
        return "0" if _months(plain[1:]) in {1.0, 12.0} else None
    months = _months(plain)
    if months is None or months >= (OLDEST + 1) * 12:
        return None
    return str(int(months / 12 + 1e-9))


def _months(text: str) -> float | None:
    months, place, last = 0.0, 0, 1e9
    while place < len(text):
        part = _PART.match(text, place)
        size = part and _months_of(part[2])
        if part is None or size is None or size >= last:
            return None
        months, place, last = months + float(part[1]) * size, part.end(), size
    return months if text else None


def _months_of(unit: str) -> float | None:
    if not unit:
        return 12.0
    return next((months for form, months in _UNITS if form.fullmatch(unit)), None)


def sex_letter(text: str) -> str | None:
    """M, F or U."""
    return _SEXES.get(folded(text).upper())


def local_time(text: str, zone: tzinfo | None = None) -> str | None:
    """`YYYY-MM-DD HH:MM:SS`, with a fraction where there is one.

    Args:
        zone: what a time that names its own zone is converted to; None keeps its clock as written.
    """
    plain = folded(text)
    if _SERIAL.fullmatch(plain):
        return _of_serial(float(plain))
    for form in _FORMS:
        if found := form.fullmatch(plain):
            return _moment(found.groupdict(), zone)
    return None


def _of_serial(days: float) -> str | None:
    """Excel's day number; lists have few decimals, so seconds are rounded."""
    if int(days) not in _SERIALS:
        return None
    return (_EPOCH + timedelta(seconds=round(days * 86_400))).isoformat(" ")


def _moment(parts: dict[str, str | None], zone: tzinfo | None) -> str | None:
    hour = int(parts.get("H") or 0)
    half = (parts.get("half") or parts.get("half2") or "").upper().replace(".", "")
    if half and not parts.get("H"):
        return None
    if half in _AFTERNOON and hour < 12:
        hour += 12 if half != "中午" or hour < 11 else 0
    if half in _FORENOON and hour == 12:
        hour = 0
    fraction = round(float(parts.get("f") or 0) * 1_000_000)
    try:
        moment = datetime(
            int(parts["y"] or 0),
            int(parts["m"] or 0),
            int(parts["d"] or 0),
            hour,
            int(parts.get("M") or 0),
            int(parts.get("S") or 0),
            min(fraction, 999_999),
        )
        named = parts.get("zone")
        if named and zone:
            moment = datetime.fromisoformat(f"{moment.isoformat()}{_offset(named)}")
            moment = moment.astimezone(zone).replace(tzinfo=None)
    except (ValueError, OverflowError):
        return None
    return moment.isoformat(" ")


def _offset(zone: str) -> str:
    if zone.upper() in {"Z", "UTC"}:
        return "+00:00"
    digits = zone[1:].replace(":", "").ljust(4, "0")
    return f"{zone[0]}{digits[:2]}:{digits[2:]}"

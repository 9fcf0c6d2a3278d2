"""How this desk spells what it seals; finding people again is the vault's (`BlindIndexField`)."""

from __future__ import annotations

import re

from django.conf import settings

from bureau.kernel.vault import normal

DIGITS = str.maketrans("०१२३४५६७८९", "0123456789")
# a subscriber number of a small network, and the longest that E.164 allows
_FEWEST, _MOST = 7, 15
_PLACEHOLDERS = frozenset({"", "not provided", "anonymous", "slot_skipped", "skipped", "none"})


def plain(text: str | None) -> str:
    """What was really said: the bot's placeholders for "nothing" become an empty text."""
    stripped = (text or "").strip()
    return "" if stripped.casefold() in _PLACEHOLDERS else stripped


def phone_number(text: str) -> str:
    """The number in E.164, such as `+9779812345678`; empty where it is none.

    A number that no numbering plan knows is kept by its digits: networks grow faster than tables.
    """
    cleaned = plain(text)
    known = normal.e164(cleaned, settings.PHONE_REGIONS)
    if known:
        return known
    digits = normal.phone(cleaned, settings.PHONE_REGIONS)
    letters = re.sub(r"[\s()+./-]", "", cleaned.translate(DIGITS))
    if not (_FEWEST <= len(digits) <= _MOST) or letters != digits:
        return ""
    return f"+{digits}" if cleaned.startswith("+") else digits


def mail_address(text: str) -> str:
    """The address in lower case, out of `Sita Rai <sita@example.org>` too; empty where it is none."""
    said = plain(text)
    if bracketed := re.fullmatch(r"[^<>@]*<([^<>]+)>", said):
        said = bracketed[1]
    cleaned = normal.email(said)
    return cleaned if re.fullmatch(r"[^@\s<>:,;]+@[^@\s<>:,;]+\.[^@\s<>:,;]+", cleaned) else ""

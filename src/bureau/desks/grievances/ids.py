"""Names of cases and people: the documented layout, and every older one that may still come in. Pure.

`B-GR-20260105-KOJH-9F3A61C07D2E`: source (B bot, A accessible page, W web; absent when unknown), kind,
day, province and district, random hex. The original had four hex digits, 65,536 names a day and
district; here are twelve. A name opens nothing by itself.
"""

from __future__ import annotations

import re
import secrets
from datetime import date
from typing import Literal

Kind = Literal["GR", "CM", "REC", "TR", "TL"]
RANDOM_BYTES = 6
MAX_LENGTH = 60
SHORT = 6
SOURCES = {"bot": "B", "accessible": "A", "web": "W"}
_NEW = re.compile(r"(?:([ABW])-)?(GR|CM|REC|TR|TL)-(\d{8})-([A-Z0-9]{2,12})-([A-Z0-9]{4,16})")
# documented and older: province and district apart, the source at the end
_OLD = re.compile(r"(GR|CM|REC|TR|TL)-(\d{8})-([A-Z]{2})-([A-Z]{2})-([A-Z0-9]{4,16})(?:-([ABW]))?")
# what people copy from a message: anything else names nothing
_ANY = re.compile(r"[A-Z0-9][A-Z0-9_-]{2,59}")


def new_id(kind: Kind, *, source: str, province: str, district: str, day: date) -> str:
    """A fresh random name; the caller retries when the database has it already."""
    letter = SOURCES.get(source)
    parts = [
        kind,
        f"{day:%Y%m%d}",
        f"{province}{district}",
        secrets.token_hex(RANDOM_BYTES).upper(),
    ]
    return "-".join([letter, *parts] if letter else parts)


def canonical(text: str) -> str | None:
    """The one spelling of a name in any documented layout; None where it cannot name anything.

    `gr-20241201-ko-jh-abc1-a` and `A-GR-20241201-KOJH-ABC1` are the same case.
    """
    name = text.strip().upper()
    old = _OLD.fullmatch(name)
    if old:
        kind, day, province, district, rest, source = old.groups()
        name = f"{kind}-{day}-{province}{district}-{rest}"
        return f"{source}-{name}" if source else name
    return name if _ANY.fullmatch(name) else None


def is_documented(text: str) -> bool:
    """Whether a name has the documented layout, the new or the older one."""
    name = text.strip().upper()
    return bool(_NEW.fullmatch(name) or _OLD.fullmatch(name))


def short_of(name: str) -> str:
    """The last six characters, by which people ask for a case on the telephone."""
    return name[-SHORT:]

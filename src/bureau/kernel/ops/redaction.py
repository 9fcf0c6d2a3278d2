"""What must not stand in a log line: values under telling names, and secrets inside text. Pure.

Redaction by name catches structured values; redaction by shape catches what libraries write into
messages and tracebacks. Neither can be complete: the rule stays that nobody logs a secret.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

HIDDEN = "[hidden]"

# parts of names, compared in lower case with `-` read as `_`
_TELLING_NAME = re.compile(
    r"passw(or)?d|passphrase|secret|token|authorization|cookie|credential"
    r"|api_?key|private_key|field_key|session_?key|recovery_code|(^|_)(otp|totp|pin|jwt)($|_)"
    r"|phone|e_?mail|medical_license|patient_id|database_url|redis_url|broker_url"
)
# counts of language model tokens are figures, not secrets
_COUNT_NAME = re.compile(r"(^|_)tokens$")

_SHAPES: tuple[tuple[re.Pattern[str], str], ...] = (
    # user and password inside an address: scheme://user:password@host
    (re.compile(r"(?<=://)[^\s/@:]*:[^\s/@]+@"), f"{HIDDEN}@"),
    (
        re.compile(r"\b(Bearer|Basic|Token)\s+[A-Za-z0-9._~+/=-]{6,}", re.IGNORECASE),
        rf"\1 {HIDDEN}",
    ),
    # a JSON web token: three base64url parts, the first of which is a JSON object
    (re.compile(r"\beyJ[A-Za-z0-9_-]{6,}\.[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]*)?"), HIDDEN),
    # keys of the common model services
    (re.compile(r"\bsk-[A-Za-z0-9_-]{8,}"), HIDDEN),
    # name=value and "name": "value", as in queries, forms and repr() of dictionaries
    (
        re.compile(
            r"""(["']?\b[\w-]*(?:passw(?:or)?d|secret|token|api[_-]?key|authorization)\b["']?"""
            r"""\s*[=:]\s*)("[^"]*"|'[^']*'|[^\s&,;'"})]+)""",
            re.IGNORECASE,
        ),
        rf"\1{HIDDEN}",
    ),
    (re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+"), "[email]"),
    (re.compile(r"(?<![\w+])\+\d[\d ()-]{6,18}\d\b"), "[phone]"),
)


def redact_text(text: str) -> str:
    """The text with everything that looks like a secret, an e-mail or a phone number hidden."""
    for shape, replacement in _SHAPES:
        text = shape.sub(replacement, text)
    return text


def redact(value: Any, name: str = "") -> Any:
    """The value as it may be logged: mappings and sequences inside out, other types untouched.

    Args:
        value: anything that goes into a log line.
        name: the key it stands under; a telling name hides the value whatever it is.
    """
    if value is not None and not isinstance(value, bool) and _is_telling(name, value):
        return HIDDEN
    if isinstance(value, str):
        return redact_text(value)
    if isinstance(value, Mapping):
        return {key: redact(item, str(key)) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [redact(item, name) for item in value]
    if isinstance(value, (bytes, bytearray)):
        return f"<{len(value)} bytes>"
    if isinstance(value, (int, float)) or value is None:
        return value
    return redact_text(str(value))


def _is_telling(name: str, value: object) -> bool:
    plain = name.lower().replace("-", "_")
    if isinstance(value, (int, float)) and _COUNT_NAME.search(plain):
        return False
    return bool(_TELLING_NAME.search(plain))

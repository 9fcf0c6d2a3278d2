"""Receipts: the code that opens a case for who filed it, and the hash of what was received. Pure."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

# Crockford's base 32: no letters that look like digits
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
# 20 letters of 5 bits are 100 bits
LENGTH = 20
GROUP = 5
_LOOKALIKES = str.maketrans("OIL", "011", "- \t")


def new_code() -> str:
    """A code such as `7K2QF-0M9ZT-HX41A-WB8NC`: 100 random bits."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    return "-".join(letters[at : at + GROUP] for at in range(0, LENGTH, GROUP))


def normalised(code: str) -> str:
    """The code as it is compared: upper case, no separators, look-alikes read as what they mean.

    Empty where the text cannot be a code.
    """
    letters = code.upper().translate(_LOOKALIKES)
    is_code = len(letters) == LENGTH and all(letter in ALPHABET for letter in letters)
    return letters if is_code else ""


def content_hash(fields: Mapping[str, Any], file_hashes: Sequence[str]) -> str:
    """SHA-256 of what was received, which its sender can compute again.

    Args:
        fields: the fields as they were sent, by their names on the wire; empty ones do not count.
        file_hashes: SHA-256 of each file as it was sent, in any order.

    Returns:
        64 hex digits of SHA-256 over UTF-8 JSON: sorted keys, no blanks, the files' hashes sorted
        under `files`.
    """
    said = {name: value for name, value in fields.items() if value not in ("", None, [], {})}
    text = json.dumps(
        {**said, "files": sorted(file_hashes)},
        sort_keys=True,
        ensure_ascii=False,
        separators=(",", ":"),
        default=str,
    )
    return hashlib.sha256(text.encode()).hexdigest()

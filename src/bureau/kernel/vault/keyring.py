"""The key ring: the secrets that protect personal fields, their versions, and what is derived.

The ring is a text file named by `BUREAU_FIELD_KEYS_FILE`. Each line is `v<number>:<base64 of 32
bytes>`; the last line is the key in use, the others still open what was sealed with them. The first
line must stay: the keys of digests are derived from it, and digests cannot be computed anew.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

KEY_BYTES = 32
# 96 bits, the nonce size NIST SP 800-38D recommends for GCM
NONCE_BYTES = 12
_LINE = re.compile(r"v([1-9][0-9]{0,8}):(\S+)")
_SEALED = re.compile(r"v([1-9][0-9]{0,8}):([A-Za-z0-9+/]+={0,2})")
_HOW_TO_MAKE_ONE = (
    "Set BUREAU_FIELD_KEYS_FILE to a file whose lines read `v1:<base64 of 32 random bytes>`."
)


class KeyRingUnusable(RuntimeError):
    """There is no key ring, or its file cannot be read as one; the message says what to do."""


class SealedValueUnreadable(ValueError):
    """A stored value does not open: altered, moved from another column, or its key is gone."""


@dataclass(frozen=True, repr=False)
class KeyRing:
    """Keys by version. It has no readable `repr`, so that no log line can show a key."""

    keys: dict[int, bytes]
    current: int

    def seal(self, plain: str, context: str) -> str:
        """Encrypt text with the current key.

        Args:
            plain: any text that UTF-8 can write.
            context: where the value lives, for example `accounts_user.phone_number`; the same
                context is needed to open it (AES-256-GCM associated data).

        Returns:
            `v<version>:<base64 of nonce and ciphertext>`.
        """
        nonce = os.urandom(NONCE_BYTES)
        sealed = AESGCM(self.keys[self.current]).encrypt(nonce, plain.encode(), context.encode())
        return f"v{self.current}:{base64.b64encode(nonce + sealed).decode()}"

    def open(self, sealed: str, context: str) -> str:
        """Decrypt what `seal` returned for the same context.

        Raises:
            SealedValueUnreadable: the value, its place or its key is not the one it was sealed with.
        """
        parts = _SEALED.fullmatch(sealed)
        key = self.keys.get(int(parts[1])) if parts else None
        if parts is None or key is None:
            raise SealedValueUnreadable(_unreadable(context, "no key of the ring fits it"))
        try:
            raw = base64.b64decode(parts[2], validate=True)
            plain = AESGCM(key).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], context.encode())
        except (InvalidTag, ValueError):
            raise SealedValueUnreadable(_unreadable(context, "it was altered or moved")) from None
        return plain.decode()

    def derive(self, purpose: str) -> bytes:
        """A 32-byte key for one purpose (HKDF-SHA256, RFC 5869), stable while line 1 stays."""
        first = self.keys[min(self.keys)]
        info = f"bureau.vault.{purpose}".encode()
        return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=info).derive(first)


def parse_ring(text: str) -> KeyRing:
    """Read the text of a key ring file; blank lines and lines that begin with `#` are skipped.

    Raises:
        KeyRingUnusable: no key, a malformed line, or versions that do not rise. The message names
            the line by number and never repeats it.
    """
    keys: dict[int, bytes] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        version, key = _parse_line(number, line)
        if keys and version <= max(keys):
            raise KeyRingUnusable(
                f"Line {number} of the key ring: versions must rise line by line."
            )
        keys[version] = key
    if not keys:
        raise KeyRingUnusable(f"The key ring is empty. {_HOW_TO_MAKE_ONE}")
    return KeyRing(keys=keys, current=max(keys))


def load_ring(path: Path) -> KeyRing:
    """Read a key ring file.

    Raises:
        KeyRingUnusable: the file is missing, unreadable or malformed.
    """
    try:
        text = path.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError) as problem:
        raise KeyRingUnusable(
            f"The key ring {path} cannot be read ({type(problem).__name__}). {_HOW_TO_MAKE_ONE}"
        ) from None
    return parse_ring(text)


def ring() -> KeyRing:
    """The installation's key ring, read once a process.

    Raises:
        KeyRingUnusable: see `load_ring`.
    """
    return _cached_ring(settings.ENV.bureau_field_keys_file)


def digest(value: str, purpose: str) -> str:
    """A keyed fingerprint (HMAC-SHA256, 64 hex digits) for values that are only ever compared.

    Each purpose has a key of its own, so the same value gives unrelated digests in two tables.
    """
    return hmac.new(_digest_key(purpose), value.encode(), hashlib.sha256).hexdigest()


def forget_ring() -> None:
    """Drop the cached ring and derived keys; the next use reads the file again."""
    _cached_ring.cache_clear()
    _digest_key.cache_clear()


@cache
def _cached_ring(path: Path) -> KeyRing:
    return load_ring(path)


@cache
def _digest_key(purpose: str) -> bytes:
    return ring().derive(purpose)


def _parse_line(number: int, line: str) -> tuple[int, bytes]:
    parts = _LINE.fullmatch(line)
    if parts is None:
        raise KeyRingUnusable(f"Line {number} of the key ring is malformed. {_HOW_TO_MAKE_ONE}")
    try:
        key = base64.b64decode(parts[2], validate=True)
    except binascii.Error:
        raise KeyRingUnusable(f"Line {number} of the key ring is not base64.") from None
    if len(key) != KEY_BYTES:
        raise KeyRingUnusable(
            f"Line {number} of the key ring holds {len(key)} bytes; {KEY_BYTES} are needed."
        )
    return int(parts[1]), key


def _unreadable(context: str, reason: str) -> str:
    return f"A sealed value of {context} cannot be opened: {reason}."

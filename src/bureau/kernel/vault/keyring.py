"""The key ring: the secrets that protect personal fields, their versions, and what is derived.

The ring is a text file named by `BUREAU_FIELD_KEYS_FILE`. Each line is `v<number>:<base64 of 32
bytes>`; the last such line is the key in use, the others still open what was sealed with them. A line
`root:<base64 of 32 bytes>` names what the keys of digests and blind indexes are derived from; without
one it is the first line, which must then stay: a digest cannot be computed anew from itself.

The file may change while the house serves: a process looks at it every few seconds, and at once when
it meets a value whose key it does not know.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
import re
import time
from dataclasses import dataclass, field
from pathlib import Path

import structlog
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

KEY_BYTES = 32
# 96 bits, the nonce size NIST SP 800-38D recommends for GCM
NONCE_BYTES = 12
LOOK_AGAIN_SECONDS = 5.0
_LINE = re.compile(r"(?:v([1-9][0-9]{0,8})|root):(\S+)")
# `r`: bound to its row. What the first release wrote began with `v` and was bound to its column only
_SEALED = re.compile(r"r([1-9][0-9]{0,8}):([A-Za-z0-9+/]+={0,2})")
_SEALED_TO_COLUMN = re.compile(r"v([1-9][0-9]{0,8}):([A-Za-z0-9+/]+={0,2})")
log = structlog.get_logger(__name__)
_HOW_TO_MAKE_ONE = (
    "Set BUREAU_FIELD_KEYS_FILE to a file whose lines read `v1:<base64 of 32 random bytes>`."
)


class KeyRingUnusable(RuntimeError):
    """There is no key ring, or its file cannot be read as one; the message says what to do."""


class SealedValueUnreadable(ValueError):
    """A stored value does not open: altered, moved from elsewhere, or its key is gone."""


class KeyUnknown(SealedValueUnreadable):
    """The value names a key version that this ring does not have."""


@dataclass(frozen=True, repr=False)
class KeyRing:
    """Keys by version. It has no readable `repr`, so that no log line can show a key."""

    keys: dict[int, bytes]
    current: int
    root: bytes | None = None
    _derived: dict[str, bytes] = field(default_factory=dict, compare=False)
    # making a cipher costs more than sealing a name with it
    _ciphers: dict[int, AESGCM] = field(default_factory=dict, compare=False)

    @property
    def prefix(self) -> str:
        """What every value begins with that is sealed with the current key."""
        return f"r{self.current}:"

    def seal(self, plain: str, context: str) -> str:
        """Encrypt text with the current key.

        Args:
            plain: any text that UTF-8 can write.
            context: where the value lives, for example `accounts_user.phone_number#<row key>`; the
                same context is needed to open it (AES-256-GCM associated data).

        Returns:
            `r<version>:<base64 of nonce and ciphertext>`.
        """
        nonce = os.urandom(NONCE_BYTES)
        sealed = self._cipher(self.current).encrypt(nonce, plain.encode(), context.encode())
        return f"{self.prefix}{base64.b64encode(nonce + sealed).decode()}"

    def open(self, sealed: str, context: str) -> str:
        """Decrypt what `seal` returned for the same context.

        Raises:
            KeyUnknown: its key is not in this ring.
            SealedValueUnreadable: the value or its place is not the one it was sealed with.
        """
        return self._open(_SEALED.fullmatch(sealed), context)

    def open_bound_to_column(self, sealed: str, context: str) -> str:
        """Decrypt a value of the first release (`v<version>:…`); only migrations need it.

        Raises:
            SealedValueUnreadable: see `open`.
        """
        return self._open(_SEALED_TO_COLUMN.fullmatch(sealed), context)

    def _open(self, parts: re.Match[str] | None, context: str) -> str:
        if parts is None or int(parts[1]) not in self.keys:
            raise KeyUnknown(_unreadable(context, "no key of the ring fits it"))
        try:
            raw = base64.b64decode(parts[2], validate=True)
            cipher = self._cipher(int(parts[1]))
            plain = cipher.decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], context.encode())
        except (InvalidTag, ValueError):
            raise SealedValueUnreadable(_unreadable(context, "it was altered or moved")) from None
        return plain.decode()

    def _cipher(self, version: int) -> AESGCM:
        cipher = self._ciphers.get(version)
        if cipher is None:
            cipher = self._ciphers[version] = AESGCM(self.keys[version])
        return cipher

    def derive(self, purpose: str) -> bytes:
        """A 32-byte key for one purpose (HKDF-SHA256, RFC 5869), stable while the root stays."""
        key = self._derived.get(purpose)
        if key is None:
            info = f"bureau.vault.{purpose}".encode()
            root = self.root or self.keys[min(self.keys)]
            key = HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=info).derive(root)
            self._derived[purpose] = key
        return key

    def digest(self, value: str, purpose: str) -> bytes:
        """HMAC-SHA256 of the value with the purpose's own key, 32 bytes."""
        return hmac.digest(self.derive(purpose), value.encode(), hashlib.sha256)


def parse_ring(text: str) -> KeyRing:
    """Read the text of a key ring file; blank lines and lines that begin with `#` are skipped.

    Raises:
        KeyRingUnusable: no key, a malformed line, or versions that do not rise. The message names
            the line by number and never repeats it.
    """
    keys: dict[int, bytes] = {}
    root: bytes | None = None
    for number, line in enumerate(text.splitlines(), start=1):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        version, key = _parse_line(number, line)
        if version is None:
            root = key
        elif keys and version <= max(keys):
            raise KeyRingUnusable(
                f"Line {number} of the key ring: versions must rise line by line."
            )
        else:
            keys[version] = key
    if not keys:
        raise KeyRingUnusable(f"The key ring is empty. {_HOW_TO_MAKE_ONE}")
    return KeyRing(keys=keys, current=max(keys), root=root)


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


@dataclass
class _Held:
    """The ring as it was read, and the state its file had then."""

    path: Path
    ring: KeyRing
    stamp: tuple[int, ...]
    looked_at: float


_held: _Held | None = None


def add_key(path: Path) -> int:
    """Append a new key to a ring's file and return its version; values are sealed with it from now.

    The file is replaced in one step, so that no process reads half a line. The first ring gets a
    `root` line, so that its first key can be removed one day.

    Raises:
        KeyRingUnusable: the file is not a ring.
        OSError: it cannot be written.
    """
    old = load_ring(path)
    lines = path.read_text(encoding="ascii").rstrip("\n").split("\n")
    if old.root is None:
        lines.append(f"root:{base64.b64encode(old.keys[min(old.keys)]).decode()}")
    version = old.current + 1
    lines.append(f"v{version}:{base64.b64encode(os.urandom(KEY_BYTES)).decode()}")
    beside = path.with_name(f"{path.name}.new")
    place = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(place, "w", encoding="ascii") as file:
        file.write("\n".join(lines) + "\n")
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    forget_ring()
    return version


def ring() -> KeyRing:
    """The installation's key ring; its file is looked at again every `LOOK_AGAIN_SECONDS`.

    Raises:
        KeyRingUnusable: see `load_ring`; never once a ring was read, then the old one is kept.
    """
    path = settings.ENV.bureau_field_keys_file
    held = _held
    # comparing two paths costs as much as sealing a name; nearly always it is the same object
    if held is None or (held.path is not path and held.path != path):
        return _read(path)
    if time.monotonic() - held.looked_at > LOOK_AGAIN_SECONDS:
        return _look_again(held)
    return held.ring


def open_sealed(sealed: str, context: str) -> str:
    """Decrypt with the installation's ring, reading its file anew if it lacks the key.

    Raises:
        SealedValueUnreadable: see `KeyRing.open`.
    """
    known = ring()
    try:
        return known.open(sealed, context)
    except KeyUnknown:
        fresh = _look_again(_held) if _held else ring()
        if fresh is known:
            raise
        return fresh.open(sealed, context)


def digest(value: str, purpose: str) -> str:
    """A keyed fingerprint (HMAC-SHA256, 64 hex digits) for values that are only ever compared.

    Each purpose has a key of its own, so the same value gives unrelated digests in two tables.
    """
    return ring().digest(value, purpose).hex()


def forget_ring() -> None:
    """Drop the cached ring and derived keys; the next use reads the file again."""
    global _held
    _held = None


def _read(path: Path) -> KeyRing:
    global _held
    stamp = _stamp(path)
    _held = _Held(path, load_ring(path), stamp, time.monotonic())
    return _held.ring


def _look_again(held: _Held) -> KeyRing:
    """Read the file if it changed; a file that cannot be read now changes nothing."""
    held.looked_at = time.monotonic()
    if _stamp(held.path) == held.stamp:
        return held.ring
    try:
        return _read(held.path)
    except KeyRingUnusable as problem:
        log.error("key_ring_unusable", problem=str(problem))
        return held.ring


def _stamp(path: Path) -> tuple[int, ...]:
    try:
        facts = path.stat()
    except OSError:
        return ()
    return (facts.st_mtime_ns, facts.st_size, facts.st_ino)


def _parse_line(number: int, line: str) -> tuple[int | None, bytes]:
    """Version and key of a line; the version of the root is None."""
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
    return int(parts[1]) if parts[1] else None, key


def _unreadable(context: str, reason: str) -> str:
    return f"A sealed value of {context} cannot be opened: {reason}."

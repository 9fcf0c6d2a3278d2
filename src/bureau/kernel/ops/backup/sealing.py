"""The key ring under a passphrase: scrypt makes the key, AES-256-GCM seals.

The parameters are those of RFC 7914 for a secret that is stored (128 MB, under a second).
"""

from __future__ import annotations

import json
import os
from base64 import b64decode, b64encode

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from bureau.runtime.errors import OperatorError

COST, BLOCK, PARALLEL = 1 << 17, 8, 1
LEAST_LENGTH = 12
_CONTEXT = b"bureau key ring"


def seal_keys(ring: bytes, passphrase: str) -> bytes:
    """Seal the text of a key ring.

    Raises:
        OperatorError: the passphrase is shorter than 12 characters.
    """
    if len(passphrase) < LEAST_LENGTH:
        raise OperatorError(
            f"The passphrase has {len(passphrase)} characters: take {LEAST_LENGTH} or more. It "
            "protects every sealed field against whoever finds the backup."
        )
    salt, nonce = os.urandom(16), os.urandom(12)
    sealed = AESGCM(_key(passphrase, salt)).encrypt(nonce, ring, _CONTEXT)
    parts = {"salt": salt, "nonce": nonce, "sealed": sealed}
    return json.dumps({name: b64encode(part).decode() for name, part in parts.items()}).encode()


def open_keys(sealed: bytes, passphrase: str) -> bytes:
    """What `seal_keys` was given.

    Raises:
        OperatorError: the passphrase is another one, or the file was changed.
    """
    try:
        parts = {name: b64decode(text) for name, text in json.loads(sealed).items()}
        cipher = AESGCM(_key(passphrase, parts["salt"]))
        return cipher.decrypt(parts["nonce"], parts["sealed"], _CONTEXT)
    except (InvalidTag, ValueError, KeyError):
        raise OperatorError("The passphrase does not open the key ring of this backup.") from None


def _key(passphrase: str, salt: bytes) -> bytes:
    return Scrypt(salt=salt, length=32, n=COST, r=BLOCK, p=PARALLEL).derive(passphrase.encode())

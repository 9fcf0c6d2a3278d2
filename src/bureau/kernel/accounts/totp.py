"""Time-based one-time codes (RFC 6238: SHA-1, 6 digits, 30-second steps). Pure."""

from __future__ import annotations

from datetime import datetime

import pyotp
from django.utils import timezone
from django.utils.crypto import constant_time_compare

STEP_SECONDS = 30
# clocks of phones drift: the step before and the step after the present one pass too
DRIFT_STEPS = 1
ISSUER = "Bureau"


def new_secret() -> str:
    """A random base32 secret of 160 bits, the size RFC 4226 recommends."""
    return pyotp.random_base32(length=32)


def provisioning_uri(secret: str, username: str) -> str:
    """The `otpauth://` address that authenticator apps read from a QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=username, issuer_name=ISSUER)


def matching_step(secret: str, code: str, *, after: int, now: datetime | None = None) -> int | None:
    """The time step that `code` belongs to, or None when it is wrong.

    Args:
        after: steps up to this one were used before and are refused, so that a code seen over
            somebody's shoulder is worth nothing.
    """
    typed = code.replace(" ", "")
    present = int((now or timezone.now()).timestamp()) // STEP_SECONDS
    for step in range(present - DRIFT_STEPS, present + DRIFT_STEPS + 1):
        if step > after and constant_time_compare(code_at(secret, step), typed):
            return step
    return None


def code_at(secret: str, step: int) -> str:
    """The code of a time step (whole `STEP_SECONDS` since 1970)."""
    return pyotp.TOTP(secret).at(step * STEP_SECONDS)

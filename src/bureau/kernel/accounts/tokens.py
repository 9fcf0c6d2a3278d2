"""Signed tokens (JWT, RFC 7519): what they say and how long it holds. Pure; no database.

A token only names a sign-in; whether that sign-in still stands is read from its row each time.
"""

from __future__ import annotations

import hashlib
import hmac
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

import jwt
from django.conf import settings
from django.utils import timezone

from bureau.kernel.errors import BadCredentials

Kind = Literal["access", "refresh"]
LIFETIMES: dict[Kind, timedelta] = {
    "access": timedelta(hours=1),
    "refresh": timedelta(days=7),
}
ALGORITHM = "HS256"
_CLAIMS = ["sub", "sid", "typ", "jti", "iat", "exp"]


@dataclass(frozen=True)
class Claims:
    """What a token says: whose it is, of which sign-in, and its own id."""

    kind: Kind
    user_id: int
    session_id: uuid.UUID
    token_id: uuid.UUID


def write_token(claims: Claims, *, now: datetime | None = None) -> str:
    """Sign a token that is good from `now` for its kind's lifetime."""
    issued = now or timezone.now()
    payload = {
        "sub": str(claims.user_id),
        "sid": str(claims.session_id),
        "typ": claims.kind,
        "jti": str(claims.token_id),
        "iat": issued,
        "exp": issued + LIFETIMES[claims.kind],
    }
    return jwt.encode(payload, _signing_key(), algorithm=ALGORITHM)


def read_token(token: str, kind: Kind, *, even_expired: bool = False) -> Claims:
    """Check signature, kind and time of a token.

    Args:
        even_expired: accept one past its time; only for ending its own sign-in.

    Raises:
        BadCredentials: for every defect alike.
    """
    try:
        payload = jwt.decode(
            token,
            _signing_key(),
            algorithms=[ALGORITHM],
            options={"require": _CLAIMS, "verify_exp": not even_expired},
        )
        if payload["typ"] != kind:
            raise ValueError(kind)
        return Claims(
            kind=kind,
            user_id=int(payload["sub"]),
            session_id=uuid.UUID(payload["sid"]),
            token_id=uuid.UUID(payload["jti"]),
        )
    except (jwt.InvalidTokenError, ValueError, TypeError, AttributeError):
        raise BadCredentials("Token is invalid or expired") from None


def _signing_key() -> bytes:
    # a key of its own: a token must not be mistaken for anything else signed with SECRET_KEY
    secret = settings.ENV.secret_key.get_secret_value().encode()
    return hmac.new(secret, b"bureau.accounts.tokens", hashlib.sha256).digest()

"""Signature version 4 of Amazon's services. Pure."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple
from urllib.parse import parse_qsl, quote, urlsplit

ALGORITHM = "AWS4-HMAC-SHA256"


class Credentials(NamedTuple):
    """An access key."""

    key_id: str
    secret: str


def signed_headers(
    method: str,
    url: str,
    headers: Mapping[str, str],
    body: bytes,
    *,
    credentials: Credentials,
    scope: tuple[str, str],
    now: datetime,
) -> dict[str, str]:
    """The headers with `x-amz-date` and `authorization` added.

    Args:
        headers: all that are to be signed, in lower case; `host` is one of them.
        scope: region and service.
        now: in UTC.
    """
    stamp = now.strftime("%Y%m%dT%H%M%SZ")
    signed = {**headers, "x-amz-date": stamp}
    names = ";".join(sorted(signed))
    place = "/".join((stamp[:8], *scope, "aws4_request"))
    request = _canonical(method, url, signed, names, body)
    text = "\n".join((ALGORITHM, stamp, place, hashlib.sha256(request.encode()).hexdigest()))
    signature = hmac.digest(_key(credentials.secret, place), text.encode(), "sha256").hex()
    authorization = (
        f"{ALGORITHM} Credential={credentials.key_id}/{place},"
        f" SignedHeaders={names}, Signature={signature}"
    )
    return {**signed, "authorization": authorization}


def _canonical(method: str, url: str, headers: Mapping[str, str], names: str, body: bytes) -> str:
    parts = urlsplit(url)
    pairs = sorted(parse_qsl(parts.query, keep_blank_values=True))
    query = "&".join(f"{quote(k, safe='-_.~')}={quote(v, safe='-_.~')}" for k, v in pairs)
    lines = [f"{name}:{' '.join(headers[name].split())}" for name in sorted(headers)]
    digest = hashlib.sha256(body).hexdigest()
    return "\n".join((method, quote(parts.path or "/"), query, *lines, "", names, digest))


def _key(secret: str, place: str) -> bytes:
    key = f"AWS4{secret}".encode()
    for part in place.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    return key

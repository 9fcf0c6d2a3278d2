"""One POST to a carrier's server, with every failure as one of the port's errors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httpx

from bureau.kernel.notify.ports import DeliveryDelayed, DeliveryRefused

# a carrier that takes longer is asked again later; the task's own limit is 100 s
TIMEOUT = httpx.Timeout(15.0, connect=5.0)
LARGEST_ANSWER = 256 * 1024
PASSING_4XX = frozenset({408, 409, 425, 429})


def post(carrier: str, url: str, **request: Any) -> httpx.Response:
    """Send it and return the answer, whatever its status; redirects are not followed.

    Raises:
        DeliveryDelayed: no connection, no answer in time, or too much of one.
    """
    try:
        with (
            httpx.Client(timeout=TIMEOUT, follow_redirects=False) as client,
            client.stream("POST", url, **request) as answer,
        ):
            _read(carrier, answer)
            return answer
    except httpx.TimeoutException:
        raise DeliveryDelayed(f"{carrier} did not answer in time.", reason="timeout") from None
    except httpx.HTTPError as problem:
        kind = type(problem).__name__
        raise DeliveryDelayed(
            f"The connection to {carrier} failed ({kind}).", reason="connection"
        ) from None


def _read(carrier: str, answer: httpx.Response) -> None:
    body = bytearray()
    for chunk in answer.iter_bytes():
        body += chunk
        if len(body) > LARGEST_ANSWER:
            raise DeliveryDelayed(f"{carrier} answered far too much.", reason="malformed")
    # what `.read()` would have kept; read above, bounded
    answer._content = bytes(body)


def json_of(answer: httpx.Response) -> dict[str, Any]:
    """The answer's JSON object; an empty one where it is none."""
    try:
        body = answer.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def failure(
    carrier: str, answer: httpx.Response, *, code: str = "", temporary: bool = False
) -> DeliveryDelayed | DeliveryRefused:
    """The error that an answer other than success stands for.

    Args:
        code: the carrier's own code, if it gave one.
        temporary: whether that code says that later may help.
    """
    status = answer.status_code
    said = f"HTTP {status}{f', code {code}' if code else ''}"
    reason = code or f"http_{status}"
    if temporary or status >= 500 or status in PASSING_4XX:
        return DeliveryDelayed(
            f"{carrier} cannot take the message at the moment ({said}).",
            reason=reason,
            retry_after=retry_after(answer.headers),
        )
    if status < 400:
        return DeliveryRefused(f"{carrier} answered in an unknown form ({said}).", reason=reason)
    return DeliveryRefused(f"{carrier} refused the message ({said}).", reason=reason)


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds that the carrier asks to wait, if it says so as a number."""
    value = headers.get("Retry-After", "")
    return float(value) if value.isascii() and value.isdigit() else None

"""What an HTTP refusal means: status, headers and body of any provider as one of our errors.

Pure. The shapes are those that OpenAI, Anthropic, OpenRouter and llama.cpp document or send:
`{"error": {"message", "type", "code", "param"}}`, some servers without the outer object.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from bureau.kernel.ai.ports import (
    ProviderBusy,
    ProviderError,
    ProviderRefused,
    ProviderUnavailable,
    Reason,
)

MAX_DETAIL = 300
# request time-out, conflict (a lock at the provider) and too early: all pass by themselves
PASSING_4XX = frozenset({408, 409, 425})
REFUSALS: dict[int, tuple[Reason, str]] = {
    401: ("credentials", "does not accept the API key; check the key"),
    402: ("quota", "has no credit left for this key; check the plan and billing"),
    403: (
        "credentials",
        "does not allow this API key to use the model; check its permissions",
    ),
    404: ("not_found", "does not know the model or the address; check both settings"),
}
NOT_SUPPORTED = re.compile(
    r"not support|unsupported|deprecated|not permitted|unrecognized|extra inputs",
    re.IGNORECASE,
)


def failure_of(
    provider: str,
    status: int,
    headers: Mapping[str, str],
    body: object,
    *,
    secret: str = "",
) -> ProviderError:
    """The error that an answer with `status` outside 200..299 stands for.

    Args:
        provider: name for the message.
        status: HTTP status.
        headers: names in lower case, or a case-insensitive mapping.
        body: decoded JSON, or text.
        secret: the API key; cut out of everything the provider says.
    """
    detail = detail_of(body, secret=secret)
    if status == 429:
        return _rate_limited(provider, headers, body, detail)
    if status >= 500 or status in PASSING_4XX:
        return ProviderUnavailable(
            f"{provider} has a fault at the moment (HTTP {status}). Try again later.",
            retry_after=retry_after(headers),
            detail=detail,
        )
    if 300 <= status < 400:
        return ProviderRefused(
            f"{provider} sent the request on to another address (HTTP {status}), which is not "
            "followed; set the base address to the final one.",
            reason="redirect",
        )
    return _refused(provider, status, detail)


# what providers call a passing fault when it comes in the middle of an answer
BUSY_WORDS = frozenset({"rate_limit_error", "rate_limit_exceeded", "429"})


def failure_within(provider: str, found: Mapping[str, Any], *, secret: str = "") -> ProviderError:
    """The error that a provider reports inside an answer that it had begun.

    Args:
        provider: name for the message.
        found: the object with the field `error`.
        secret: the API key; cut out of everything the provider says.
    """
    detail = detail_of(found, secret=secret)
    words = {str(_error_field(found, name)) for name in ("type", "code")}
    if words & BUSY_WORDS:
        return ProviderBusy(
            f"{provider} has too many requests at the moment. Try again later.", detail=detail
        )
    return ProviderUnavailable(
        f"{provider} failed in the middle of an answer. Try again later.", detail=detail
    )


def _rate_limited(
    provider: str, headers: Mapping[str, str], body: object, detail: str
) -> ProviderError:
    # OpenAI says 429 for an empty account as well, and no waiting helps there
    if _error_field(body, "code") == "insufficient_quota":
        return ProviderRefused(f"{provider} {REFUSALS[402][1]}.", reason="quota", detail=detail)
    return ProviderBusy(
        f"{provider} has too many requests at the moment. Try again later.",
        retry_after=retry_after(headers),
        detail=detail,
    )


def _refused(provider: str, status: int, detail: str) -> ProviderRefused:
    if status in REFUSALS:
        reason, sentence = REFUSALS[status]
        return ProviderRefused(f"{provider} {sentence}.", reason=reason, detail=detail)
    said = f": {detail}" if detail else "."
    return ProviderRefused(
        f"{provider} refused the request (HTTP {status}){said}",
        reason="request",
        detail=detail,
    )


def retry_after(headers: Mapping[str, str], *, now: datetime | None = None) -> float | None:
    """Seconds asked for by `retry-after-ms` or `Retry-After` (RFC 9110, section 10.2.3).

    None where there is no such header or no sense in it; a date in the past is 0.
    """
    milliseconds = _number(headers.get("retry-after-ms"))
    if milliseconds is not None:
        return milliseconds / 1000
    value = headers.get("retry-after")
    seconds = _number(value)
    return seconds if seconds is not None or value is None else _seconds_until(value, now)


def _number(text: str | None) -> float | None:
    try:
        number = float(text) if text is not None else -1.0
    except ValueError:
        return None
    return number if math.isfinite(number) and number >= 0 else None


def _seconds_until(date: str, now: datetime | None) -> float | None:
    try:
        moment = parsedate_to_datetime(date)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - (now or datetime.now(UTC))).total_seconds())


def detail_of(body: object, *, secret: str = "") -> str:
    """The provider's own sentence, on one line, without `secret`, at most MAX_DETAIL characters."""
    message = _error_field(body, "message")
    text = message if isinstance(message, str) else ""
    if secret:
        text = text.replace(secret, "[key]")
    return " ".join(text.split())[:MAX_DETAIL]


def _error_field(body: object, name: str) -> Any:
    error = body.get("error", body) if isinstance(body, dict) else None
    return error.get(name) if isinstance(error, dict) else None


def rejected_parameter(detail: str, candidates: Iterable[str]) -> str | None:
    """Which of `candidates` a refusal names as not taken by this model, if any.

    Newer models refuse parameters that older ones know: OpenAI's say "Unsupported parameter:
    'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
    Anthropic's "`temperature` is deprecated for this model."
    """
    if not NOT_SUPPORTED.search(detail):
        return None
    quoted = re.findall(r"['\"`](\w+)['\"`]", detail) + re.findall(r"^(\w+):", detail)
    return next((name for name in candidates if name in quoted), None)

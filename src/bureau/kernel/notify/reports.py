"""Reports of carriers on what became of messages: whose they are, and what they say. Pure."""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple


class Report(NamedTuple):
    """One message's fate; `code` is the carrier's error code if it was not delivered."""

    provider_id: str
    delivered: bool
    code: str = ""


def is_from_twilio(token: str, url: str, form: Mapping[str, str], signature: str) -> bool:
    """Whether Twilio signed this form: HMAC-SHA1 over the address and the sorted fields."""
    text = url + "".join(f"{name}{form[name]}" for name in sorted(form))
    expected = base64.b64encode(hmac.digest(token.encode(), text.encode(), "sha1")).decode()
    return bool(token) and _equal(expected, signature)


def is_from_meta(app_secret: str, body: bytes, signature: str) -> bool:
    """Whether Meta signed this body: HMAC-SHA256 in `X-Hub-Signature-256`."""
    expected = f"sha256={hmac.digest(app_secret.encode(), body, 'sha256').hex()}"
    return bool(app_secret) and _equal(expected, signature)


def from_twilio(form: Mapping[str, str]) -> Report | None:
    """A final state, or None for the steps before it."""
    status = form.get("MessageStatus", "")
    if status in {"delivered", "read"}:
        return Report(form.get("MessageSid", ""), True)
    if status in {"failed", "undelivered"}:
        return Report(form.get("MessageSid", ""), False, form.get("ErrorCode", ""))
    return None


def from_meta(body: bytes) -> Iterator[Report]:
    """The final states in a notification; what has another shape is passed over."""
    try:
        document = json.loads(body)
    except ValueError:
        return
    for entry in _items(document, "entry"):
        for change in _items(entry, "changes"):
            for status in _items(change.get("value"), "statuses"):
                if report := _of_status(status):
                    yield report


def _of_status(status: Mapping[str, Any]) -> Report | None:
    state, found = status.get("status"), str(status.get("id", ""))
    if state in {"delivered", "read"}:
        return Report(found, True)
    if state == "failed":
        codes = [str(error.get("code", "")) for error in _items(status, "errors")]
        return Report(found, False, codes[0] if codes else "")
    return None


def _items(holder: Any, name: str) -> list[dict[str, Any]]:
    found = holder.get(name) if isinstance(holder, dict) else None
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _equal(expected: str, given: str) -> bool:
    return hmac.compare_digest(expected.encode(), given.encode("utf-8", "replace"))

"""Reading the events of a Messages API stream. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bureau.kernel.ai.adapters.texts import as_object


class Pieces:
    """Gathers the events of one answer into the `message` that they stand for."""

    def __init__(self) -> None:
        self._text: list[str] = []
        self._message: dict[str, Any] = {}
        self._usage: dict[str, Any] = {}
        self._reason: object = None

    @property
    def finished(self) -> bool:
        """Whether the server said why it stopped; without that the answer was broken off."""
        return self._reason is not None

    def take(self, event: Mapping[str, Any]) -> str:
        """The text of the next event; empty if it holds none."""
        kind = event.get("type")
        if kind == "message_start":
            self._message = as_object(event.get("message"))
            self._usage |= as_object(self._message.get("usage"))
        if kind == "message_delta":
            # counts in here are the sums so far
            self._usage |= as_object(event.get("usage"))
            self._reason = as_object(event.get("delta")).get("stop_reason") or self._reason
        if kind != "content_block_delta":
            return ""
        delta = as_object(event.get("delta"))
        text = delta.get("text")
        if delta.get("type") != "text_delta" or not isinstance(text, str):
            return ""
        self._text.append(text)
        return text

    def answer(self) -> dict[str, Any]:
        """The whole answer, as if it had not come in pieces."""
        return {
            **self._message,
            "content": [{"type": "text", "text": "".join(self._text)}],
            "stop_reason": self._reason,
            "usage": self._usage,
        }

"""Reading `chat.completion.chunk` objects. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bureau.kernel.ai.adapters.texts import as_object


class Pieces:
    """Gathers the chunks of one answer into the `chat.completion` that they stand for."""

    def __init__(self) -> None:
        self._text: list[str] = []
        self._refused = False
        self._reason: object = None
        self._facts: dict[str, Any] = {}

    @property
    def finished(self) -> bool:
        """Whether the server said why it stopped; without that the answer was broken off."""
        return self._reason is not None

    def take(self, chunk: Mapping[str, Any]) -> str:
        """The text of the next chunk; empty if it holds none."""
        self._facts |= {name: chunk[name] for name in ("model", "usage") if chunk.get(name)}
        choices = chunk.get("choices")
        choice = as_object(choices[0]) if isinstance(choices, list) and choices else {}
        self._reason = choice.get("finish_reason") or self._reason
        delta = as_object(choice.get("delta"))
        self._refused |= bool(delta.get("refusal"))
        text = delta.get("content")
        if not isinstance(text, str):
            return ""
        self._text.append(text)
        return text

    def answer(self) -> dict[str, Any]:
        """The whole answer, as if it had not come in pieces."""
        message = {"content": "".join(self._text), "refusal": self._refused}
        return {**self._facts, "choices": [{"message": message, "finish_reason": self._reason}]}

"""The `Chat` port over `POST /chat/completions`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, ClassVar

from bureau.kernel.ai.adapters.base import ProviderChat
from bureau.kernel.ai.adapters.openai_compatible.answers import completion_of
from bureau.kernel.ai.adapters.openai_compatible.pieces import Pieces
from bureau.kernel.ai.ports import Completion, Message


class OpenAICompatibleChat(ProviderChat):
    """A model behind an OpenAI-compatible server; `base_url` ends in `/v1` for most of them."""

    provider = "openai"
    package: ClassVar[str] = "openai"
    # reasoning models of OpenAI know only the new name and no temperature; other servers know
    # only the old name, so that one is tried first
    substitutes: ClassVar[Mapping[str, str | None]] = {
        "max_tokens": "max_completion_tokens",
        "temperature": None,
        "stream_options": None,
        "response_format": None,
    }
    stream_extras: ClassVar[Mapping[str, Any]] = {"stream_options": {"include_usage": True}}

    def _held_to(self, schema: dict[str, Any]) -> dict[str, Any]:
        form = {"name": "answer", "strict": True, "schema": schema}
        return {"response_format": {"type": "json_schema", "json_schema": form}}

    def _pieces(self) -> Pieces:
        return Pieces()

    def _client_class(self, sdk: Any) -> Any:
        return sdk.OpenAI

    def _body(
        self, messages: Sequence[Message], *, max_tokens: int, temperature: float
    ) -> dict[str, Any]:
        return {
            "model": self.model,
            "messages": [{"role": turn.role, "content": turn.content} for turn in messages],
            "max_tokens": max_tokens,
            "temperature": temperature,
        }

    def _send(self, body: Mapping[str, Any], timeout: Any) -> AbstractContextManager[Any]:
        create = self._client.chat.completions.with_streaming_response.create
        response: AbstractContextManager[Any] = create(
            **body, extra_headers=self._headers, timeout=timeout
        )
        return response

    def _completion(self, answer: Mapping[str, Any]) -> Completion:
        return completion_of(answer, provider=self.provider, asked_model=self.model)

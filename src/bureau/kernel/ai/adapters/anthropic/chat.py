"""The `Chat` port over `POST /v1/messages`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, ClassVar

from bureau.kernel.ai.adapters.anthropic.answers import completion_of
from bureau.kernel.ai.adapters.anthropic.pieces import Pieces
from bureau.kernel.ai.adapters.base import ProviderChat
from bureau.kernel.ai.ports import Completion, Message


class AnthropicChat(ProviderChat):
    """A model behind Anthropic's Messages API; `base_url` has no `/v1`."""

    provider = "anthropic"
    package: ClassVar[str] = "anthropic"
    # models since 2026 refuse the first, models before 2025 the second
    substitutes: ClassVar[Mapping[str, str | None]] = {"temperature": None, "output_config": None}

    def _held_to(self, schema: dict[str, Any]) -> dict[str, Any]:
        return {"output_config": {"format": {"type": "json_schema", "schema": schema}}}

    def _pieces(self) -> Pieces:
        return Pieces()

    def _client_class(self, sdk: Any) -> Any:
        return sdk.Anthropic

    def _body(
        self, messages: Sequence[Message], *, max_tokens: int, temperature: float
    ) -> dict[str, Any]:
        rules = "\n\n".join(turn.content for turn in messages if turn.role == "system")
        turns = [
            {"role": turn.role, "content": turn.content}
            for turn in messages
            if turn.role != "system"
        ]
        body = {
            "model": self.model,
            "messages": turns,
            "max_tokens": max_tokens,
            "temperature": temperature,
        }
        return {**body, "system": rules} if rules else body

    def _send(self, body: Mapping[str, Any], timeout: Any) -> AbstractContextManager[Any]:
        # the library's 2.x methods have no temperature any more, the older models still do
        named = {name: value for name, value in body.items() if name != "temperature"}
        extra = {name: value for name, value in body.items() if name == "temperature"}
        create = self._client.messages.with_streaming_response.create
        response: AbstractContextManager[Any] = create(
            **named, extra_body=extra, extra_headers=self._headers, timeout=timeout
        )
        return response

    def _completion(self, answer: Mapping[str, Any]) -> Completion:
        return completion_of(answer, provider=self.provider, asked_model=self.model)

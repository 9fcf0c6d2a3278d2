"""The two protocols as their vendors document them: answers, refusals and where they live."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from bureau.kernel.ai.adapters.anthropic import AnthropicChat
from bureau.kernel.ai.adapters.base import ProviderChat
from bureau.kernel.ai.adapters.openai_compatible import OpenAICompatibleChat
from bureau.kernel.ai.tests.scripted import Request


class Dialect(ABC):
    """How one protocol writes what the tests talk about."""

    name: str
    adapter: type[ProviderChat]
    prefix: str
    path: str
    cut: str
    withheld: str

    @abstractmethod
    def whole(self, text: str, *, stopped: str = "") -> dict[str, Any]:
        """A successful answer; `stopped` overrides why it ended."""

    @abstractmethod
    def nothing(self) -> dict[str, Any]:
        """A successful answer with no content at all."""

    @abstractmethod
    def refusal(self, message: str, kind: str) -> dict[str, Any]:
        """The body of an error response."""

    @abstractmethod
    def parameter_refusals(self) -> dict[str, dict[str, Any]]:
        """Parameter that newer models refuse -> the error body they send."""

    def polite(self, request: Request) -> dict[str, Any]:
        """A well-behaved server: answers in full, unless it is held to very few tokens."""
        short = request.body["max_tokens"] < 5
        return self.whole("Good day to you.", stopped=self.cut if short else "")


class OpenAI(Dialect):
    name = "openai"
    adapter = OpenAICompatibleChat
    prefix = "/v1"
    path = "/v1/chat/completions"
    cut = "length"
    withheld = "content_filter"

    def whole(self, text: str, *, stopped: str = "") -> dict[str, Any]:
        return {
            "id": "chatcmpl-1",
            "object": "chat.completion",
            "created": 1_763_700_000,
            "model": "gpt-4o-mini-2024-07-18",
            "choices": [
                {
                    "index": 0,
                    "message": {"role": "assistant", "content": text, "refusal": None},
                    "logprobs": None,
                    "finish_reason": stopped or "stop",
                }
            ],
            "usage": {"prompt_tokens": 19, "completion_tokens": 10, "total_tokens": 29},
            "system_fingerprint": "fp_44709d6fcb",
        }

    def nothing(self) -> dict[str, Any]:
        return {**self.whole(""), "choices": []}

    def refusal(self, message: str, kind: str) -> dict[str, Any]:
        return {"error": {"message": message, "type": kind, "param": None, "code": kind}}

    def parameter_refusals(self) -> dict[str, dict[str, Any]]:
        renamed = (
            "Unsupported parameter: 'max_tokens' is not supported with this model. "
            "Use 'max_completion_tokens' instead."
        )
        fixed = (
            "Unsupported value: 'temperature' does not support 0 with this model. "
            "Only the default (1) value is supported."
        )
        return {
            "max_tokens": self.refusal(renamed, "unsupported_parameter"),
            "temperature": self.refusal(fixed, "unsupported_value"),
        }


class Anthropic(Dialect):
    name = "anthropic"
    adapter = AnthropicChat
    prefix = ""
    path = "/v1/messages"
    cut = "max_tokens"
    withheld = "refusal"

    def whole(self, text: str, *, stopped: str = "") -> dict[str, Any]:
        return {
            "id": "msg_013Zva2CMHLNnXjNJJKqJ2EF",
            "type": "message",
            "role": "assistant",
            "model": "claude-sonnet-4-5-20250929",
            "content": [{"type": "text", "text": text}],
            "stop_reason": stopped or "end_turn",
            "stop_sequence": None,
            "usage": {
                "input_tokens": 12,
                "cache_creation_input_tokens": 3,
                "cache_read_input_tokens": 4,
                "output_tokens": 10,
            },
        }

    def nothing(self) -> dict[str, Any]:
        return {**self.whole(""), "content": []}

    def refusal(self, message: str, kind: str) -> dict[str, Any]:
        return {
            "type": "error",
            "error": {"type": kind, "message": message},
            "request_id": "req_011CSHoEeqs5C35K2UUqR7Fy",
        }

    def parameter_refusals(self) -> dict[str, dict[str, Any]]:
        words = "`temperature` is deprecated for this model."
        return {"temperature": self.refusal(words, "invalid_request_error")}


DIALECTS: tuple[Dialect, ...] = (OpenAI(), Anthropic())

"""The two protocols as their vendors document them: answers, refusals and where they live."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from typing import Any

from bureau.kernel.ai.adapters.anthropic import AnthropicChat
from bureau.kernel.ai.adapters.base import ProviderChat
from bureau.kernel.ai.adapters.openai_compatible import OpenAICompatibleChat
from bureau.kernel.ai.tests.scripted import Reply, Request, answer, streamed


def event(data: object, name: str = "") -> bytes:
    """One server-sent event."""
    head = f"event: {name}\n" if name else ""
    return f"{head}data: {json.dumps(data)}\n\n".encode()


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
    def in_pieces(self, text: str, *, stopped: str = "") -> list[bytes]:
        """The same answer as events, a word each; the last but one says why it ended."""

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
        if self.form_of(request):
            return self.whole('{"category": "road", "urgent": false}')
        return self.whole("Good day to you.", stopped=self.cut if short else "")

    def well_behaved(self, request: Request) -> Reply:
        """Answers in pieces where that was asked for, and otherwise as `polite` does."""
        if not request.body.get("stream"):
            return answer(self.polite(request))
        short = request.body["max_tokens"] < 5
        return streamed(self.in_pieces("Good day to you.", stopped=self.cut if short else ""))

    @abstractmethod
    def form_of(self, request: Request) -> Any:
        """The JSON schema that a request holds the answer to, or None."""


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

    def in_pieces(self, text: str, *, stopped: str = "") -> list[bytes]:
        whole = self.whole(text, stopped=stopped)
        facts = {key: whole[key] for key in ("id", "created", "model")}
        facts["object"] = "chat.completion.chunk"

        def chunk(delta: dict[str, Any], reason: str | None = None, **more: Any) -> bytes:
            choice = {"index": 0, "delta": delta, "finish_reason": reason}
            return event({**facts, "choices": [choice], "usage": None, **more})

        return [
            chunk({"role": "assistant", "content": ""}),
            *(chunk({"content": f"{word} "}) for word in text.split()),
            chunk({}, stopped or "stop"),
            chunk({}, choices=[], usage=whole["usage"]) + b"data: [DONE]\n\n",
        ]

    def form_of(self, request: Request) -> Any:
        form = request.body.get("response_format") or {}
        return (form.get("json_schema") or {}).get("schema")

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

    def in_pieces(self, text: str, *, stopped: str = "") -> list[bytes]:
        whole = self.whole(text)
        start = {**whole, "content": [], "stop_reason": None}
        start["usage"] = {**whole["usage"], "output_tokens": 1}
        reason = {"stop_reason": stopped or "end_turn", "stop_sequence": None}
        block = {"type": "text", "text": ""}
        return [
            event({"type": "message_start", "message": start}, "message_start"),
            event({"type": "content_block_start", "index": 0, "content_block": block}, "x"),
            b'event: ping\ndata: {"type": "ping"}\n\n: a comment\n\n',
            *(
                event(
                    {
                        "type": "content_block_delta",
                        "index": 0,
                        "delta": {"type": "text_delta", "text": f"{word} "},
                    },
                    "content_block_delta",
                )
                for word in text.split()
            ),
            event({"type": "message_delta", "delta": reason, "usage": {"output_tokens": 10}}, "x"),
            event({"type": "message_stop"}, "message_stop"),
        ]

    def form_of(self, request: Request) -> Any:
        config = request.body.get("output_config") or {}
        return (config.get("format") or {}).get("schema")

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

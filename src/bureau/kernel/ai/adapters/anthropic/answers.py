"""Reading a Messages API `message` object. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bureau.kernel.ai.adapters.texts import as_object, finished, malformed, token_count
from bureau.kernel.ai.ports import Completion, Usage

CUT = frozenset({"max_tokens", "model_context_window_exceeded", "pause_turn"})
WITHHELD = frozenset({"refusal"})
# Anthropic counts what came from its cache apart; a prompt's size is the sum of the three
PROMPT_COUNTS = (
    "input_tokens",
    "cache_read_input_tokens",
    "cache_creation_input_tokens",
)


def completion_of(answer: Mapping[str, Any], *, provider: str, asked_model: str) -> Completion:
    """The text blocks of a `message` object; blocks of other kinds (thinking) are left out.

    Raises:
        ProviderRefused: the answer was withheld by content rules.
        ProviderAnswerUnusable: it is cut short, empty or not of this form.
    """
    blocks = answer.get("content")
    if not isinstance(blocks, list):
        raise malformed(provider, "it has no content blocks")
    usage = as_object(answer.get("usage"))
    return finished(
        provider,
        text="".join(_text_of(as_object(block), provider) for block in blocks),
        model=answer.get("model"),
        asked_model=asked_model,
        usage=Usage(
            token_count(*(usage.get(name) for name in PROMPT_COUNTS)),
            token_count(usage.get("output_tokens")),
        ),
        finish_reason=answer.get("stop_reason"),
        cut=CUT,
        withheld=WITHHELD,
    )


def _text_of(block: Mapping[str, Any], provider: str) -> str:
    if block.get("type") != "text":
        return ""
    text = block.get("text")
    if not isinstance(text, str):
        raise malformed(provider, "a text block has no text")
    return text

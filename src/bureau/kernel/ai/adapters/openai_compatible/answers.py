"""Reading a `chat.completion` object. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bureau.kernel.ai.adapters.texts import as_object, finished, malformed, token_count
from bureau.kernel.ai.ports import Completion, ProviderAnswerUnusable, Usage

CUT = frozenset({"length"})
WITHHELD = frozenset({"content_filter"})


def completion_of(answer: Mapping[str, Any], *, provider: str, asked_model: str) -> Completion:
    """The first choice of a `chat.completion` object.

    Raises:
        ProviderRefused: the answer was withheld by content rules.
        ProviderAnswerUnusable: it is cut short, empty or not of this form.
    """
    choice = _first_choice(answer.get("choices"), provider)
    message = as_object(choice.get("message"))
    content = message.get("content")
    if not isinstance(content, str | None):
        raise malformed(provider, "the content is no text")
    usage = as_object(answer.get("usage"))
    return finished(
        provider,
        text=content or "",
        model=answer.get("model"),
        asked_model=asked_model,
        usage=Usage(
            token_count(usage.get("prompt_tokens")),
            token_count(usage.get("completion_tokens")),
        ),
        # a refusal in words comes beside an empty content and with the reason `stop`
        finish_reason="content_filter" if message.get("refusal") else choice.get("finish_reason"),
        cut=CUT,
        withheld=WITHHELD,
    )


def _first_choice(choices: object, provider: str) -> dict[str, Any]:
    if not isinstance(choices, list):
        raise malformed(provider, "it has no choices")
    if not choices:
        raise ProviderAnswerUnusable(f"{provider} answered without any choice.", reason="empty")
    return as_object(choices[0])

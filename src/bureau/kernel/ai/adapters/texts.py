"""Reading a provider's answer: rules that do not depend on the dialect. Pure."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any

from bureau.kernel.ai.ports import (
    Completion,
    ProviderAnswerUnusable,
    ProviderRefused,
    Usage,
)


def storable(text: str) -> str:
    """`text` without what PostgreSQL cannot hold: NUL goes, lone surrogates become `?`."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")


def json_object(body: bytes, provider: str, host: str) -> dict[str, Any]:
    """A body as the JSON object it must be.

    Raises:
        ProviderAnswerUnusable: it is none.
    """
    try:
        answer = json.loads(body)
    except ValueError as problem:
        raise ProviderAnswerUnusable(
            f"{provider} at {host} answered something that is not JSON; check the base address."
        ) from problem
    if not isinstance(answer, dict):
        raise ProviderAnswerUnusable(f"{provider} answered JSON that is no object.")
    return answer


def token_count(*counts: object) -> int | None:
    """The sum of the counts that are there; None if there is none."""
    known = [count for count in counts if type(count) is int and count >= 0]
    return sum(known) if known else None


def finished(
    provider: str,
    *,
    text: str,
    model: object,
    asked_model: str,
    usage: Usage,
    finish_reason: object,
    cut: Collection[str],
    withheld: Collection[str],
) -> Completion:
    """The completion, if the answer is a whole one.

    Args:
        provider: who answered.
        text: the answer.
        model: the model as the server named it, if it did.
        asked_model: the model that was asked for.
        usage: token counts.
        finish_reason: the server's word for why it stopped.
        cut: words for an answer that reached a limit.
        withheld: words for an answer that the provider's content rules held back.

    Raises:
        ProviderRefused: withheld.
        ProviderAnswerUnusable: cut or empty.
    """
    reason = finish_reason if isinstance(finish_reason, str) else ""
    if reason in withheld:
        raise ProviderRefused(
            f"{provider} withheld the answer because of its content rules.",
            reason="content_filter",
        )
    if reason in cut:
        raise ProviderAnswerUnusable(
            f"The answer of {provider} was cut off before its end; ask for less or allow it "
            "more tokens.",
            reason="truncated",
        )
    clean = storable(text).strip()
    if not clean:
        raise ProviderAnswerUnusable(f"{provider} answered without any text.", reason="empty")
    named = storable(model) if isinstance(model, str) and model else asked_model
    return Completion(clean, provider, named, usage, storable(reason))


def malformed(provider: str, what: str) -> ProviderAnswerUnusable:
    """The error for an answer whose JSON lacks something."""
    return ProviderAnswerUnusable(f"The answer of {provider} is not in the agreed form: {what}.")


def as_object(value: Any) -> dict[str, Any]:
    """`value` if it is a JSON object, otherwise an empty one."""
    return value if isinstance(value, dict) else {}

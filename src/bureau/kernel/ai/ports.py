"""What rooms and desks may ask of a language model, and every way in which it can fail.

Nothing here imports a provider's library: desks and tests depend on this module only.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal, Protocol

from bureau.kernel.errors import BureauError

Role = Literal["system", "user", "assistant"]
Reason = Literal[
    "timeout",
    "connection",
    "server_error",
    "cooling_down",
    "busy",
    "credentials",
    "quota",
    "not_found",
    "redirect",
    "request",
    "content_filter",
    "empty",
    "truncated",
    "malformed",
    "not_configured",
    "not_installed",
]


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a conversation. System messages set the rules, in whatever place they stand."""

    role: Role
    content: str


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens that were counted by the server; None where it did not say (unknown is not zero).

    Attributes:
        prompt_tokens: all tokens that were read, those from the provider's cache included.
        completion_tokens: all tokens that were written, hidden reasoning included.
    """

    prompt_tokens: int | None
    completion_tokens: int | None


@dataclass(frozen=True, slots=True)
class Completion:
    """A finished answer. One that was cut short or withheld is an error and never gets here.

    Attributes:
        text: never empty, without surrounding white space, free of NUL and lone surrogates, so
            that PostgreSQL can store it.
        provider: who answered, for example `openai`.
        model: the model as the server named it, or as it was asked for where the server is silent.
        usage: token counts.
        finish_reason: the server's own word, for example `stop` or `end_turn`.
    """

    text: str
    provider: str
    model: str
    usage: Usage
    finish_reason: str


class Chat(Protocol):
    """A model that answers a conversation. Every adapter passes `tests/conformance.py`."""

    @property
    def provider(self) -> str:
        """The provider's name as it is shown and stored."""
        ...

    @property
    def model(self) -> str:
        """The model that is asked for."""
        ...

    def complete(
        self,
        messages: Sequence[Message],
        *,
        max_tokens: int,
        temperature: float = 0,
        timeout: float | None = None,
    ) -> Completion:
        """One whole answer to `messages`.

        Args:
            messages: at least one that is not a system message.
            max_tokens: most tokens to write; an answer that needs more is `truncated`.
            temperature: 0 asks for the most likely answer. A model that takes no temperature
                answers without it; this is logged once.
            timeout: seconds for everything, waits and retries included; None means the
                operator's setting. Only a server that stops in the middle of an answer can
                hold the call for longer, and then for at most twice this time.

        Raises:
            ValueError: there is nothing to answer, or a limit is not positive.
            ProviderUnavailable, ProviderBusy: temporary, retries are used up.
            ProviderRefused, ProviderAnswerUnusable: permanent for this request.
        """
        ...


class ProviderError(BureauError):
    """A language model did not give a usable answer.

    Attributes:
        reason: what happened, in one word for programs.
        retry_after: seconds after which the provider wants to be asked again, if it said so.
        detail: the provider's own words, shortened and without the key; empty if it had none.
    """

    code = "AI_PROVIDER_ERROR"
    status = 502
    default_message = "The language model did not answer."
    default_reason: ClassVar[Reason] = "server_error"

    def __init__(
        self,
        message: str = "",
        *,
        reason: Reason | None = None,
        retry_after: float | None = None,
        detail: str = "",
    ) -> None:
        headers = {} if retry_after is None else {"Retry-After": str(math.ceil(retry_after))}
        super().__init__(message, headers=headers)
        self.reason: Reason = reason or self.default_reason
        self.retry_after = retry_after
        self.detail = detail


class ProviderUnavailable(ProviderError):
    """Time-out, no connection or a fault on the provider's side: later may help."""

    status = 503
    temporary = True


class ProviderBusy(ProviderError):
    """The provider's rate limit was reached: later helps."""

    status = 503
    temporary = True
    default_message = "The language model has too many requests at the moment. Try again later."
    default_reason = "busy"


class ProviderRefused(ProviderError):
    """The provider understood and will not answer this request with these credentials."""

    default_message = "The language model refused the request."
    default_reason = "request"


class ProviderAnswerUnusable(ProviderError):
    """An answer came and is empty, cut short or not in the agreed form."""

    default_message = "The language model's answer cannot be used."
    default_reason = "malformed"


class ProviderNotConfigured(ProviderError):
    """The provider that was asked for is not set up here; another one is never used instead."""

    status = 503
    default_message = "The language model is not configured."
    default_reason = "not_configured"

"""Every way in which a model can fail to give a usable answer."""

from __future__ import annotations

import math
from typing import ClassVar, Literal

from bureau.kernel.errors import BureauError

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
    "residency",
    "language",
    "media",
]


class ProviderError(BureauError):
    """A model did not give a usable answer.

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
    default_reason: ClassVar[Reason] = "request"


class ProviderAnswerUnusable(ProviderError):
    """An answer came and is empty, cut short or not in the agreed form."""

    default_message = "The language model's answer cannot be used."
    default_reason = "malformed"


class ProviderNotConfigured(ProviderError):
    """The provider that was asked for is not set up here; another one is never used instead."""

    status = 503
    default_message = "The language model is not configured."
    default_reason = "not_configured"


class LanguageNotSupported(ProviderRefused):
    """This model does not know the language; guessing in another one would be worse than none."""

    status = 422
    default_message = "This language is not supported."
    default_reason = "language"

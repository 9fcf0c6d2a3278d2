"""A model that answers a conversation."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, TypeVar

from pydantic import BaseModel

Role = Literal["system", "user", "assistant"]
Form = TypeVar("Form", bound=BaseModel)


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


@dataclass(frozen=True, slots=True)
class Delta:
    """The next piece of an answer that is still being written.

    Joined they are the answer's text, but for white space around it.
    """

    text: str


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

    def stream(
        self,
        messages: Sequence[Message],
        *,
        max_tokens: int,
        temperature: float = 0,
        timeout: float | None = None,
    ) -> Generator[Delta | Completion, None, None]:
        """The answer piece by piece; the last item is the whole of it.

        Nothing is sent before the first item is asked for. Closing the iterator early ends the
        request. Retries happen only while no piece was handed out; after that a failure is
        final, and what was handed out is to be thrown away or marked as unfinished.

        Args: as for `complete`.

        Raises: as `complete` does, also in the middle of the answer.
        """
        ...

    def structured(
        self,
        messages: Sequence[Message],
        schema: type[Form],
        *,
        max_tokens: int,
        temperature: float = 0,
        timeout: float | None = None,
    ) -> Form:
        """The answer as an instance of `schema`, which the server is told to keep to.

        Raises: as `complete` does; `ProviderAnswerUnusable` with reason `malformed` also when the
            answer is no JSON or does not fit the schema.
        """
        ...

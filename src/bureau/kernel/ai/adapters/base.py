"""What every provider's adapter shares; a new one says only how its dialect differs."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import AbstractContextManager, closing
from functools import partial
from itertools import chain
from typing import Any, ClassVar, Protocol, TypeVar

import structlog

from bureau.kernel.ai.adapters.failures import rejected_parameter
from bureau.kernel.ai.adapters.forms import filled, instruction, strict_schema
from bureau.kernel.ai.adapters.texts import storable
from bureau.kernel.ai.adapters.wire import Exchange, library
from bureau.kernel.ai.addresses import checked_address, checked_key, host_of
from bureau.kernel.ai.breaker import Breaker
from bureau.kernel.ai.calling import Caller, RetryPolicy
from bureau.kernel.ai.ports import (
    Completion,
    Delta,
    Message,
    ProviderRefused,
    ProviderUnavailable,
)
from bureau.kernel.ai.ports.chat import Form

Sent = TypeVar("Sent")
Events = Generator[dict[str, Any], None, None]

log = structlog.get_logger(__name__)


class Pieces(Protocol):
    """Gathers the pieces of one answer; each dialect has its own."""

    @property
    def finished(self) -> bool:
        """Whether the server said why it stopped."""
        ...

    def take(self, event: Mapping[str, Any]) -> str:
        """The text of the next piece."""
        ...

    def answer(self) -> dict[str, Any]:
        """The whole answer as the dialect writes it."""
        ...


class ProviderChat(ABC):
    """A `Chat` over one provider's server.

    Args:
        base_url: http(s) address of the server.
        api_key: its key; empty for a server that wants none.
        model: the model to ask for.
        timeout: seconds for one `complete`, retries included.
        provider: name under which it is shown; empty means the protocol's own.
        policy: limits of the retries.
        breaker: shared by all calls of this object; None makes one with the usual limits.
        clock: seconds that never run backwards.
        headers: sent with every request.

    Raises:
        ProviderNotConfigured: the library is missing, or address or key cannot be right.
    """

    # the provider's name where no other is given
    provider: str
    package: ClassVar[str]
    # parameter that some models refuse -> its new name, or None to leave it out
    substitutes: ClassVar[Mapping[str, str | None]]

    def __init__(
        self,
        *,
        base_url: str,
        api_key: str,
        model: str,
        timeout: float,
        provider: str = "",
        policy: RetryPolicy | None = None,
        breaker: Breaker | None = None,
        clock: Callable[[], float] = time.monotonic,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.provider = provider or self.provider
        self.model = model
        self._timeout = timeout
        self._refused: frozenset[str] = frozenset()
        address = checked_address(self.provider, base_url)
        sdk = library(self.package)
        # a server that wants no key gets no header rather than a false one
        self._headers = {**(headers or {}), **({} if api_key else {"Authorization": sdk.Omit()})}
        self._client = self._open(sdk, address, checked_key(self.provider, api_key))
        self._exchange = Exchange(
            sdk,
            provider=self.provider,
            host=host_of(address),
            secret=api_key,
            clock=clock,
        )
        self._caller = Caller(
            self.provider,
            policy=policy or RetryPolicy(),
            breaker=breaker or Breaker(clock=clock),
            clock=clock,
        )

    def complete(
        self,
        messages: Sequence[Message],
        *,
        max_tokens: int,
        temperature: float = 0,
        timeout: float | None = None,
    ) -> Completion:
        """See `Chat.complete`."""
        seconds = self._timeout if timeout is None else timeout
        _check(messages, max_tokens=max_tokens, seconds=seconds)
        return self._answer(
            self._body(_clean(messages), max_tokens=max_tokens, temperature=temperature), seconds
        )

    def stream(
        self,
        messages: Sequence[Message],
        *,
        max_tokens: int,
        temperature: float = 0,
        timeout: float | None = None,
    ) -> Generator[Delta | Completion, None, None]:
        """See `Chat.stream`."""
        seconds = self._timeout if timeout is None else timeout
        _check(messages, max_tokens=max_tokens, seconds=seconds)
        body = self._body(_clean(messages), max_tokens=max_tokens, temperature=temperature)
        in_pieces = {**body, "stream": True, **self.stream_extras}
        return self._caller.stream(
            lambda deadline: self._items(in_pieces, deadline), seconds=seconds
        )

    def structured(
        self,
        messages: Sequence[Message],
        schema: type[Form],
        *,
        max_tokens: int,
        temperature: float = 0,
        timeout: float | None = None,
    ) -> Form:
        """See `Chat.structured`."""
        return self.fill(
            messages, schema, max_tokens=max_tokens, temperature=temperature, timeout=timeout
        )[0]

    def fill(
        self,
        messages: Sequence[Message],
        schema: type[Form],
        *,
        max_tokens: int,
        temperature: float = 0,
        timeout: float | None = None,
    ) -> tuple[Form, Completion]:
        """As `structured`, with the answer that the form was read from and its token counts."""
        seconds = self._timeout if timeout is None else timeout
        _check(messages, max_tokens=max_tokens, seconds=seconds)
        form = strict_schema(schema)
        told = [instruction(form), *_clean(messages)]
        body = self._body(told, max_tokens=max_tokens, temperature=temperature)
        completion = self._answer({**body, **self._held_to(form)}, seconds)
        return filled(schema, completion.text, self.provider), completion

    def _answer(self, body: Mapping[str, Any], seconds: float) -> Completion:
        answer = self._caller.call(lambda deadline: self._ask(body, deadline), seconds=seconds)
        return self._completion(answer)

    def _ask(self, body: Mapping[str, Any], deadline: float) -> dict[str, Any]:
        return self._learning(
            body, lambda fitted: self._exchange.run(partial(self._send, fitted), deadline=deadline)
        )

    def _items(
        self, body: Mapping[str, Any], deadline: float
    ) -> Generator[Delta | Completion, None, None]:
        """The pieces of one attempt, then the whole."""

        def begin(fitted: dict[str, Any]) -> tuple[dict[str, Any] | None, Events]:
            events = self._exchange.events(partial(self._send, fitted), deadline=deadline)
            return next(events, None), events

        first, rest = self._learning(body, begin)
        pieces = self._pieces()
        with closing(rest):
            for event in chain([first] if first else [], rest):
                if text := storable(pieces.take(event)):
                    yield Delta(text)
        if not pieces.finished:
            raise ProviderUnavailable(
                f"{self.provider} broke the answer off before its end. Try again later.",
                reason="connection",
            )
        yield self._completion(pieces.answer())

    def _learning(self, body: Mapping[str, Any], send: Callable[[dict[str, Any]], Sent]) -> Sent:
        """What `send` gives, after learning which parameters this model does not take."""
        while True:
            fitted = self._fitted(body)
            try:
                return send(fitted)
            except ProviderRefused as refusal:
                known = self.substitutes.keys() & fitted.keys()
                name = rejected_parameter(refusal.detail, known)
                if name is None:
                    raise
                self._refused |= {name}
                log.warning("ai.parameter_not_taken", model=self.model, parameter=name)

    def _fitted(self, body: Mapping[str, Any]) -> dict[str, Any]:
        renamed = {
            self.substitutes[name] if name in self._refused else name: value
            for name, value in body.items()
        }
        return {name: value for name, value in renamed.items() if name is not None}

    def _open(self, sdk: Any, base_url: str, api_key: str) -> Any:
        """The library's client: it retries nothing and follows no redirect.

        A redirect would carry prompts to a host that the operator did not name. Without any key
        the library would look for credentials of its own, so it gets a word in its place.
        """
        return self._client_class(sdk)(
            base_url=base_url,
            api_key=api_key or "none",
            max_retries=0,
            http_client=sdk.DefaultHttpxClient(follow_redirects=False),
        )

    # what a request for an answer in pieces says beside `stream`
    stream_extras: ClassVar[Mapping[str, Any]] = {}

    @abstractmethod
    def _held_to(self, schema: dict[str, Any]) -> dict[str, Any]:
        """The parameter that holds the model to a JSON schema."""

    @abstractmethod
    def _pieces(self) -> Pieces:
        """A gatherer for the pieces of one answer."""

    @abstractmethod
    def _client_class(self, sdk: Any) -> Any:
        """The library's synchronous client."""

    @abstractmethod
    def _body(
        self, messages: Sequence[Message], *, max_tokens: int, temperature: float
    ) -> dict[str, Any]:
        """The request in the provider's terms."""

    @abstractmethod
    def _send(self, body: Mapping[str, Any], timeout: Any) -> AbstractContextManager[Any]:
        """The open response to the request, its body not read yet."""

    @abstractmethod
    def _completion(self, answer: Mapping[str, Any]) -> Completion:
        """The answer in our terms; raises ProviderAnswerUnusable or ProviderRefused."""


def _clean(messages: Sequence[Message]) -> list[Message]:
    return [Message(turn.role, storable(turn.content)) for turn in messages]


def _check(messages: Sequence[Message], *, max_tokens: int, seconds: float) -> None:
    if all(turn.role == "system" for turn in messages):
        raise ValueError("A conversation needs at least one message that is not a system message.")
    if max_tokens < 1 or seconds <= 0:
        raise ValueError("max_tokens and timeout must be positive.")

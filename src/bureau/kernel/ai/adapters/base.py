"""What every provider's adapter shares; a new one says only how its dialect differs."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from functools import partial
from typing import Any, ClassVar

import structlog

from bureau.kernel.ai.adapters.failures import rejected_parameter
from bureau.kernel.ai.adapters.texts import storable
from bureau.kernel.ai.adapters.wire import Exchange, library
from bureau.kernel.ai.addresses import checked_address, checked_key, host_of
from bureau.kernel.ai.breaker import Breaker
from bureau.kernel.ai.calling import Caller, RetryPolicy
from bureau.kernel.ai.ports import Completion, Message, ProviderRefused

log = structlog.get_logger(__name__)


class ProviderChat(ABC):
    """A `Chat` over one provider's server.

    Args:
        base_url: http(s) address of the server.
        api_key: its key; empty for a server that wants none.
        model: the model to ask for.
        timeout: seconds for one `complete`, retries included.
        policy: limits of the retries.
        breaker: shared by all calls of this object; None makes one with the usual limits.
        clock: seconds that never run backwards.

    Raises:
        ProviderNotConfigured: the library is missing, or address or key cannot be right.
    """

    provider: ClassVar[str]
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
        policy: RetryPolicy | None = None,
        breaker: Breaker | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.model = model
        self._timeout = timeout
        self._refused: frozenset[str] = frozenset()
        address = checked_address(self.provider, base_url)
        sdk = library(self.package)
        # a server that wants no key gets no header rather than a false one
        self._headers = {} if api_key else {"Authorization": sdk.Omit()}
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
        clean = [Message(turn.role, storable(turn.content)) for turn in messages]
        body = self._body(clean, max_tokens=max_tokens, temperature=temperature)
        answer = self._caller.call(lambda deadline: self._ask(body, deadline), seconds=seconds)
        return self._completion(answer)

    def _ask(self, body: Mapping[str, Any], deadline: float) -> dict[str, Any]:
        """The server's answer, after learning which parameters this model does not take."""
        while True:
            fitted = self._fitted(body)
            try:
                return self._exchange.run(partial(self._send, fitted), deadline=deadline)
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


def _check(messages: Sequence[Message], *, max_tokens: int, seconds: float) -> None:
    if all(turn.role == "system" for turn in messages):
        raise ValueError("A conversation needs at least one message that is not a system message.")
    if max_tokens < 1 or seconds <= 0:
        raise ValueError("max_tokens and timeout must be positive.")

"""Models whose every call is counted against the limits of the day."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from bureau.kernel.actor_context import ActorContext, current_actor
from bureau.kernel.ai.accounting import Booking, Size
from bureau.kernel.ai.models import Capability
from bureau.kernel.ai.ports import (
    Completion,
    Delta,
    Message,
    ProviderAnswerUnusable,
    ProviderError,
    Vectors,
)
from bureau.kernel.ai.ports.chat import Form
from bureau.kernel.ai.residency import Guard, refuse_abroad

if TYPE_CHECKING:
    from bureau.environment import Environment
    from bureau.kernel.ai.adapters.base import ProviderChat
    from bureau.kernel.ai.ports import Embedder

Answer = TypeVar("Answer")

# few texts in any language have more tokens than this share of their bytes
_TOKENS_A_BYTE = 1 / 3
_TOKENS_A_MESSAGE = 8


def tokens_of(texts: Sequence[str]) -> int:
    """About how many tokens texts have, rather more than fewer."""
    size = sum(len(text.encode("utf-8", "replace")) for text in texts)
    return int(size * _TOKENS_A_BYTE) + _TOKENS_A_MESSAGE * len(texts)


@dataclass(frozen=True)
class MeteredChat:
    """A `Chat` for one actor_context.

    Attributes:
        chat: the adapter, shared by all actor contexts of the process.
        guard: asked before every call.
        actor_context: for which desk and person.
        env: the operator's limits.
    """

    chat: ProviderChat
    guard: Guard
    actor_context: ActorContext
    env: Environment

    @property
    def provider(self) -> str:
        """See `Chat.provider`."""
        return self.chat.provider

    @property
    def model(self) -> str:
        """See `Chat.model`."""
        return self.chat.model

    def complete(
        self,
        messages: Sequence[Message],
        *,
        max_tokens: int,
        temperature: float = 0,
        timeout: float | None = None,
    ) -> Completion:
        """See `Chat.complete`; raises TooManyRequests when a limit of the day is reached."""
        limits: Any = {"max_tokens": max_tokens, "temperature": temperature, "timeout": timeout}
        return self._counted(messages, max_tokens, lambda: self._whole(messages, limits))

    def stream(
        self,
        messages: Sequence[Message],
        *,
        max_tokens: int,
        temperature: float = 0,
        timeout: float | None = None,
    ) -> Generator[Delta | Completion, None, None]:
        """See `Chat.stream`; raises TooManyRequests at the first item."""
        items = self.chat.stream(
            messages, max_tokens=max_tokens, temperature=temperature, timeout=timeout
        )
        return self._counted_pieces(items, _size(messages, max_tokens))

    def structured(
        self,
        messages: Sequence[Message],
        schema: type[Form],
        *,
        max_tokens: int,
        temperature: float = 0,
        timeout: float | None = None,
    ) -> Form:
        """See `Chat.structured`; raises TooManyRequests when a limit of the day is reached."""
        limits: Any = {"max_tokens": max_tokens, "temperature": temperature, "timeout": timeout}
        return self._counted(
            messages, max_tokens, lambda: self.chat.fill(messages, schema, **limits)
        )

    def _whole(self, messages: Sequence[Message], limits: Any) -> tuple[Completion, Completion]:
        answer = self.chat.complete(messages, **limits)
        return answer, answer

    def _counted(
        self,
        messages: Sequence[Message],
        max_tokens: int,
        ask: Callable[[], tuple[Answer, Completion]],
    ) -> Answer:
        most = _size(messages, max_tokens)
        with self._booked(most) as booking:
            answer = ask()
            used, counted = _used(answer[1], most)
            booking.settle(used, counted=counted)
        return answer[0]

    def _counted_pieces(
        self, items: Generator[Delta | Completion, None, None], most: Size
    ) -> Generator[Delta | Completion, None, None]:
        with self._booked(most) as booking, closing(items):
            pieces = 0
            try:
                for item in items:
                    pieces += 1
                    if isinstance(item, Completion):
                        used, counted = _used(item, most)
                        booking.settle(used, counted=counted)
                    yield item
            except GeneratorExit:
                # left early: a piece is about a token
                booking.settle(Size(most.prompt, pieces), counted=False)
                raise

    @contextmanager
    def _booked(self, most: Size) -> Iterator[Booking]:
        self.guard.check()
        booking = Booking(
            self.actor_context,
            provider=self.provider,
            model=self.model,
            capability=Capability.CHAT,
            most=most,
            env=self.env,
        )
        with _settled(booking):
            yield booking


@dataclass(frozen=True)
class MeteredEmbedder:
    """An `Embedder` on another machine.

    Attributes:
        embedder: the adapter, shared by all actor contexts of the process.
        base_url: where it is.
        actor_context: what was current when it was opened; one that is current at a call goes before it.
        env: the operator's limits.
    """

    embedder: Embedder
    base_url: str
    actor_context: ActorContext
    env: Environment

    @property
    def provider(self) -> str:
        """See `Embedder.provider`."""
        return self.embedder.provider

    @property
    def model(self) -> str:
        """See `Embedder.model`."""
        return self.embedder.model

    @property
    def dimension(self) -> int:
        """See `Embedder.dimension`."""
        return self.embedder.dimension

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """See `Embedder.embed_passages`; raises TooManyRequests when a limit is reached."""
        if not texts:
            return self.embedder.embed_passages(texts)
        return self._counted(texts, lambda: self.embedder.embed_passages(texts))

    def embed_query(self, text: str) -> Vectors:
        """See `Embedder.embed_query`; raises TooManyRequests when a limit is reached."""
        return self._counted([text], lambda: self.embedder.embed_query(text))

    def _counted(self, texts: Sequence[str], embed: Callable[[], Vectors]) -> Vectors:
        actor_context = current_actor() if current_actor().desk else self.actor_context
        refuse_abroad(self.provider, self.base_url, actor_context.desk, self.env)
        most = Size(tokens_of(texts), 0)
        booking = Booking(
            actor_context,
            provider=self.provider,
            model=self.model,
            capability=Capability.EMBEDDING,
            most=most,
            env=self.env,
        )
        with _settled(booking):
            vectors = embed()
            booking.settle(most, counted=False)
        return vectors


@contextmanager
def _settled(booking: Booking) -> Iterator[None]:
    """Leaves no booking open, whatever the call ended with."""
    try:
        yield
    except ProviderAnswerUnusable:
        booking.keep()
        raise
    except ProviderError:
        booking.give_back()
        raise
    finally:
        # a caller's own mistake, or a signal that ended the task: nothing was answered
        booking.give_back()


def _size(messages: Sequence[Message], max_tokens: int) -> Size:
    return Size(tokens_of([turn.content for turn in messages]), max(max_tokens, 0))


def _used(answer: Completion, most: Size) -> tuple[Size, bool]:
    """What the provider counted; where it is silent, what had been set aside."""
    usage = answer.usage
    counted = usage.prompt_tokens is not None and usage.completion_tokens is not None
    prompt = most.prompt if usage.prompt_tokens is None else usage.prompt_tokens
    written = most.completion if usage.completion_tokens is None else usage.completion_tokens
    return Size(prompt, written), counted

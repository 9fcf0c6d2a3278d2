"""One request to a provider's server through its own library, held to a time and a size.

The two libraries come from one generator and share their shape, so the exchange is written once.
They are used for what differs (addresses, headers, credentials); the answer is read here, because
some servers send white space while they think, and a read time-out never fires on that. (The body
of a refusal is read by the library, under its read time-out only.)
"""

from __future__ import annotations

import importlib
import logging
import time
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from bureau.kernel.ai.adapters import sse
from bureau.kernel.ai.adapters.failures import failure_of, failure_within
from bureau.kernel.ai.adapters.texts import json_object
from bureau.kernel.ai.ports import (
    ProviderAnswerUnusable,
    ProviderError,
    ProviderNotConfigured,
    ProviderUnavailable,
)

# a whole answer of the largest models has about half a megabyte, in pieces fifty times as much
MAX_ANSWER_BYTES = 8 * 1024 * 1024
MAX_STREAM_BYTES = 64 * 1024 * 1024
# a host that does not pick up in this time is retried rather than waited for; seconds
CONNECT_SECONDS = 5.0

Send = Callable[[Any], AbstractContextManager[Any]]


def library(package: str) -> Any:
    """A provider's library, loaded on first use because that takes up to two seconds.

    Raises:
        ProviderNotConfigured: it is not installed.
    """
    try:
        module = importlib.import_module(package)
    except ImportError as missing:
        raise ProviderNotConfigured(
            f"The Python package {package} is not installed. "
            "Install it with: pip install 'bureau[providers]'",
            reason="not_installed",
        ) from missing
    # below this level they write whole prompts, which may hold what patients said
    logging.getLogger(package).setLevel(logging.INFO)
    return module


class Exchange:
    """Requests to one server, with every failure as one of the port's errors.

    Args:
        sdk: the provider's library.
        provider: name for messages.
        host: where the server is, for messages.
        secret: the API key, kept out of every message.
        clock: seconds that never run backwards.
    """

    def __init__(
        self,
        sdk: Any,
        *,
        provider: str,
        host: str,
        secret: str,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._sdk = sdk
        self._provider = provider
        self._host = host
        self._secret = secret
        self._clock = clock

    def run(self, send: Send, *, deadline: float) -> dict[str, Any]:
        """The JSON object that the server answers.

        Args:
            send: starts the request with the given time-out and yields the open response.
            deadline: moment of the clock after which no more of the answer is read.

        Raises:
            ProviderError: of the fitting class.
        """
        with self._failures_named(), send(self._timeout(deadline)) as response:
            chunks = self._held(response.iter_bytes(), deadline, MAX_ANSWER_BYTES)
            body = b"".join(chunks)
        return json_object(body, self._provider, self._host)

    def events(self, send: Send, *, deadline: float) -> Generator[dict[str, Any], None, None]:
        """The JSON objects of an answer that is sent in pieces, as they come.

        Closing it hangs up, which tells the server to stop.

        Args: as for `run`.

        Raises:
            ProviderError: of the fitting class, also after some of the answer.
        """
        with self._failures_named(), send(self._timeout(deadline)) as response:
            chunks = self._held(response.iter_bytes(), deadline, MAX_STREAM_BYTES)
            for found in self._parsed(chunks):
                if found.get("error"):
                    raise failure_within(self._provider, found, secret=self._secret)
                yield found

    def _parsed(self, chunks: Iterable[bytes]) -> Iterator[dict[str, Any]]:
        try:
            yield from sse.objects(chunks)
        except ValueError as problem:
            raise ProviderAnswerUnusable(
                f"{self._provider} at {self._host} sent a piece of an answer that is no JSON."
            ) from problem

    @contextmanager
    def _failures_named(self) -> Iterator[None]:
        # the library brings this HTTP client along and lets its errors through while we read
        http = library("httpx2")
        sdk = self._sdk
        try:
            yield
        except sdk.APIStatusError as problem:
            raise self._refusal(problem) from problem
        except (sdk.APITimeoutError, http.TimeoutException) as problem:
            raise self._too_slow() from problem
        except (sdk.APIConnectionError, http.HTTPError) as problem:
            raise self._not_reached(problem) from problem

    def _timeout(self, deadline: float) -> Any:
        seconds = max(deadline - self._clock(), 0.001)
        return self._sdk.Timeout(seconds, connect=min(seconds, CONNECT_SECONDS))

    def _held(self, chunks: Iterable[bytes], deadline: float, most: int) -> Iterator[bytes]:
        """The same chunks, as long as they keep to the size and the time."""
        size = 0
        for chunk in chunks:
            size += len(chunk)
            if size > most:
                raise ProviderAnswerUnusable(
                    f"{self._provider} sent more than {most} bytes for one answer."
                )
            if self._clock() > deadline:
                raise self._too_slow()
            yield chunk

    def _refusal(self, problem: Any) -> ProviderError:
        headers = problem.response.headers
        return failure_of(
            self._provider,
            problem.status_code,
            headers,
            problem.body,
            secret=self._secret,
        )

    def _too_slow(self) -> ProviderUnavailable:
        return ProviderUnavailable(
            f"{self._provider} at {self._host} did not answer in time. Try again later.",
            reason="timeout",
        )

    def _not_reached(self, problem: BaseException) -> ProviderUnavailable:
        cause = problem.__cause__ or problem
        return ProviderUnavailable(
            f"The connection to {self._provider} at {self._host} failed. Try again later.",
            reason="connection",
            detail=str(cause).replace(self._secret, "[key]") if self._secret else str(cause),
        )

"""A model behind a plain HTTP service: one request held to a time and a size, with retries."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from typing import Any

import httpx

from bureau.kernel.ai.adapters.failures import failure_of
from bureau.kernel.ai.adapters.texts import json_object
from bureau.kernel.ai.adapters.wire import CONNECT_SECONDS
from bureau.kernel.ai.addresses import checked_address, checked_key, host_of
from bureau.kernel.ai.breaker import Breaker
from bureau.kernel.ai.calling import Caller, RetryPolicy
from bureau.kernel.ai.ports import ProviderAnswerUnusable, ProviderUnavailable

# three hundred seconds of speech, or the vectors of a large batch
MAX_BYTES = 64 * 1024 * 1024


class Service:
    """Sends requests to one server. Safe to use from several threads.

    Args:
        provider: name for messages.
        base_url: http(s) address of the server.
        api_key: its key, sent as a bearer token; empty for a server that wants none.
        timeout: seconds for one request, retries included.
        policy: limits of the retries.
        clock: seconds that never run backwards.
        headers: sent with every request.

    Raises:
        ProviderNotConfigured: address or key cannot be right.
    """

    def __init__(
        self,
        *,
        provider: str,
        base_url: str,
        api_key: str = "",
        timeout: float,
        policy: RetryPolicy | None = None,
        clock: Callable[[], float] = time.monotonic,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self._provider = provider
        self._host = host_of(checked_address(provider, base_url))
        self._secret = checked_key(provider, api_key)
        self._seconds = timeout
        self._clock = clock
        credentials = {"Authorization": f"Bearer {api_key}"} if api_key else {}
        # a redirect would carry people's words to a host that the operator did not name
        self._client = httpx.Client(
            base_url=base_url.rstrip("/") + "/",
            headers={**(headers or {}), **credentials},
            follow_redirects=False,
        )
        self._caller = Caller(
            provider,
            policy=policy or RetryPolicy(),
            breaker=Breaker(clock=clock),
            clock=clock,
        )

    def post(self, path: str, **request: Any) -> bytes:
        """The body of the answer to a POST.

        Args:
            path: relative to the base address.
            request: `json`, `data`, `files` or `params` as for httpx.

        Raises:
            ProviderError: of the fitting class.
        """
        return self._caller.call(
            lambda deadline: self._once(path, request, deadline), seconds=self._seconds
        )

    def post_json(self, path: str, **request: Any) -> dict[str, Any]:
        """The JSON object that a POST is answered with.

        Raises:
            ProviderError: of the fitting class.
        """
        return json_object(self.post(path, **request), self._provider, self._host)

    def _once(self, path: str, request: Mapping[str, Any], deadline: float) -> bytes:
        seconds = max(deadline - self._clock(), 0.001)
        patience = httpx.Timeout(seconds, connect=min(seconds, CONNECT_SECONDS))
        try:
            with self._client.stream("POST", path, timeout=patience, **request) as response:
                body = self._read(response, deadline)
        except httpx.TimeoutException as problem:
            raise self._too_slow() from problem
        except httpx.TransportError as problem:
            raise ProviderUnavailable(
                f"The connection to {self._provider} at {self._host} failed. Try again later.",
                reason="connection",
                detail=str(problem),
            ) from problem
        if response.is_success:
            return body
        raise failure_of(
            self._provider,
            response.status_code,
            response.headers,
            _error_body(body),
            secret=self._secret,
        )

    def _read(self, response: httpx.Response, deadline: float) -> bytes:
        body = bytearray()
        for chunk in response.iter_bytes():
            body += chunk
            if len(body) > MAX_BYTES:
                raise ProviderAnswerUnusable(
                    f"{self._provider} sent more than {MAX_BYTES} bytes for one answer."
                )
            if self._clock() > deadline:
                raise self._too_slow()
        return bytes(body)

    def _too_slow(self) -> ProviderUnavailable:
        return ProviderUnavailable(
            f"{self._provider} at {self._host} did not answer in time. Try again later.",
            reason="timeout",
        )


def _error_body(body: bytes) -> object:
    try:
        found = json.loads(body)
    except ValueError:
        return body.decode("utf-8", "replace")
    # some services write {"error": "one sentence"} or {"detail": "one sentence"}
    for name in ("error", "detail"):
        if isinstance(found, dict) and isinstance(found.get(name), str):
            return {"error": {"message": found[name]}}
    return found

"""The Lens patent API: a bounded client that reads a search page by page.

Protocol as documented in github.com/cambialens/lens-api-doc (getting-started.md, request-patent.md):
Bearer token, cursor paging whose end is 204 or an empty page, 429 with
`x-rate-limit-retry-after-seconds`, a cursor that lives one minute and may change with every page.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bureau.desks.insights.errors import (
    ExternalApiProblem,
    ServiceBusy,
    ServiceRefused,
    ServiceRejectedQuery,
    ServiceUnavailable,
)
from bureau.desks.insights.ingestion.lens_query import LensQuery, next_page

if TYPE_CHECKING:
    import httpx

BASE_URL = "https://api.lens.org"
_CURSOR_SECONDS = 55.0
_DEFAULT_WAIT = 8.0
_TRIES_PER_PAGE = 3


@dataclass(frozen=True, slots=True)
class LensLimits:
    """Bounds of one search: most records and requests, and seconds for all of it and for one."""

    max_records: int = 10_000
    max_requests: int = 200
    max_seconds: float = 300.0
    page_size: int = 100
    request_seconds: float = 30.0


@dataclass(slots=True)
class LensAnswer:
    """Records of a search, and how many the service says there are."""

    records: list[dict[str, Any]] = field(default_factory=list)
    total: int = 0

    @property
    def truncated(self) -> bool:
        """Whether a bound stopped the reading before the end."""
        return len(self.records) < self.total


class _CursorExpired(ServiceUnavailable):
    """Only a new search helps, not the same request again."""


class LensClient:
    """Reads patent searches.

    Args:
        token: access token of the Lens account; it is never part of an error text.
        base_url: address of the service, without the path.
        limits: bounds of a search.
        sleep: waits a number of seconds; replaced in tests.
    """

    def __init__(
        self,
        token: str,
        base_url: str = BASE_URL,
        limits: LensLimits | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._token = token
        self._url = f"{base_url.rstrip('/')}/patent/search"
        self._limits = limits or LensLimits()
        self._sleep = sleep

    def fetch(
        self, query: LensQuery, on_page: Callable[[int, int], None] | None = None
    ) -> LensAnswer:
        """Read the records of a search up to the limits.

        Args:
            on_page: called with (records read, records in all) after each page; may raise to stop.

        Raises:
            ServiceRefused: the token is missing or refused.
            ServiceRejectedQuery: the service does not understand the query.
            ServiceBusy: the rate limit asks for more patience than the limits allow, and nothing
                was read yet; otherwise the answer is cut short.
            ServiceUnavailable: time-outs, connection failures, 5xx, or an expired cursor.
            ExternalApiProblem: an answer outside the protocol.
        """
        if not self._token:
            raise ServiceRefused("No access token for the Lens API is configured.")
        import httpx

        headers = {"Authorization": f"Bearer {self._token}"}
        with httpx.Client(headers=headers, timeout=self._limits.request_seconds) as http:
            return _Search(http, self._url, self._limits, self._sleep).run(query, on_page)


class _Search:
    """One search in progress: counts requests and seconds against the limits."""

    def __init__(
        self,
        http: httpx.Client,
        url: str,
        limits: LensLimits,
        sleep: Callable[[float], None],
    ) -> None:
        self._http = http
        self._url = url
        self._limits = limits
        self._sleep = sleep
        self._requests = 0
        self._waited = 0.0
        self._started = time.monotonic()

    def run(self, query: LensQuery, on_page: Callable[[int, int], None] | None) -> LensAnswer:
        answer = LensAnswer()
        size = min(self._limits.page_size, self._limits.max_records)
        body: dict[str, Any] | None = query.first_page(size)
        while body is not None:
            try:
                page = self._page(body)
            except ServiceBusy:
                # Starting over would meet the same limit: what was read is worth more.
                if not answer.records:
                    raise
                break
            body = self._take(page, answer)
            if on_page is not None:
                on_page(len(answer.records), answer.total)
        return answer

    def _take(self, page: dict[str, Any], answer: LensAnswer) -> dict[str, Any] | None:
        """Add a page to the answer; the body of the next request, or None at the end."""
        data = page.get("data") or []
        if not isinstance(data, list):
            raise ExternalApiProblem("The Lens API answered without a list of records.")
        room = self._limits.max_records - len(answer.records)
        answer.records.extend(data[:room])
        answer.total = max(int(page.get("total") or 0), answer.total, len(answer.records))
        cursor = page.get("scroll_id")
        complete = len(answer.records) >= min(answer.total, self._limits.max_records)
        if not data or not cursor or complete or self._spent():
            return None
        return next_page(str(cursor))

    def _spent(self) -> bool:
        return self._requests >= self._limits.max_requests or self._seconds_left() <= 0

    def _seconds_left(self) -> float:
        passed = time.monotonic() - self._started
        return self._limits.max_seconds - max(passed, self._waited)

    def _page(self, body: dict[str, Any]) -> dict[str, Any]:
        """One page, with a bounded number of tries for what may pass by waiting."""
        attempt = 1
        while True:
            try:
                return self._ask(body)
            except ServiceUnavailable as failure:
                if attempt == _TRIES_PER_PAGE or isinstance(failure, _CursorExpired):
                    raise
                seconds = getattr(failure, "retry_after", float(2**attempt))
                self._wait(seconds, failure, in_cursor="scroll_id" in body)
            attempt += 1

    def _wait(self, seconds: float, failure: ServiceUnavailable, *, in_cursor: bool) -> None:
        # A cursor dies after a minute: waiting longer only to be told so helps nobody.
        if seconds > self._seconds_left() or (in_cursor and seconds > _CURSOR_SECONDS):
            raise failure
        self._waited += seconds
        self._sleep(seconds)

    def _ask(self, body: dict[str, Any]) -> dict[str, Any]:
        import httpx

        if self._spent():
            raise ServiceUnavailable("The limits of one Lens search are used up.")
        self._requests += 1
        try:
            response = self._http.post(self._url, json=body)
        except httpx.TimeoutException as error:
            raise ServiceUnavailable("The Lens API did not answer in time.") from error
        except httpx.TransportError as error:
            raise ServiceUnavailable("The Lens API cannot be reached.") from error
        return _read(response, in_cursor="scroll_id" in body)


def _read(response: httpx.Response, *, in_cursor: bool) -> dict[str, Any]:
    """The page in a response; {} at the end of the results.

    Raises:
        ExternalApiProblem: or the subclass that says what to do next.
    """
    status = response.status_code
    if status == 204 or (status == 404 and not in_cursor):
        return {}
    if status == 200:
        return _page_of(response)
    if status == 429:
        raise ServiceBusy("The Lens API's rate limit is reached.", _retry_after(response))
    if status in (401, 403):
        raise ServiceRefused("The Lens API refused the access token; check LENS_API_TOKEN.")
    if status in (400, 404) and in_cursor:
        raise _CursorExpired("The Lens API's cursor expired before the last page.")
    if status in (400, 404, 415):
        raise ServiceRejectedQuery(f"The Lens API did not accept the query: {_reason(response)}")
    if status >= 500:
        raise ServiceUnavailable(f"The Lens API failed with status {status}.")
    raise ExternalApiProblem(f"The Lens API answered with status {status}.")


def _page_of(response: httpx.Response) -> dict[str, Any]:
    try:
        page = response.json()
    except ValueError as error:
        raise ExternalApiProblem("The Lens API answered with something other than JSON.") from error
    if not isinstance(page, dict):
        raise ExternalApiProblem("The Lens API answered with JSON of another shape.")
    return page


def _retry_after(response: httpx.Response) -> float:
    for name in ("x-rate-limit-retry-after-seconds", "retry-after"):
        try:
            return max(0.0, float(response.headers[name]))
        except (KeyError, ValueError):
            continue
    return _DEFAULT_WAIT


def _reason(response: httpx.Response) -> str:
    """The service's own words, on one line and short."""
    try:
        body = response.json()
        text = str(body.get("message") or body.get("error") or body)
    except (ValueError, AttributeError):
        text = response.text
    return " ".join(text.split())[:200] or "no reason given"

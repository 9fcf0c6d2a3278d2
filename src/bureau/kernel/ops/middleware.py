"""The outermost middleware: a trace id for every request, and one access line."""

from __future__ import annotations

import logging
import re
import time
import uuid
from collections.abc import Awaitable, Callable

import structlog
from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from bureau.kernel.ops.metrics.observing import observe_request
from bureau.kernel.trace import tracing

log = structlog.get_logger("bureau.access")

HEADER = "X-Request-ID"
_SANE_ID = re.compile(r"[A-Za-z0-9-]{1,64}")
# asked every few seconds by machines: one line each would drown the rest
_QUIET = ("/api/health", "/static/", "/metrics")

# what carries records: browsers and proxies must not keep it, unless the view says something itself
_RECORDS = ("application/json", "application/problem+json", "text/csv", "text/event-stream")

Answer = HttpResponseBase | Awaitable[HttpResponseBase]


class TraceMiddleware:
    """Runs the request under the caller's `X-Request-ID`, or a new id, and answers with it.

    Serves both the synchronous and the asynchronous handler chain.
    """

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], Answer]) -> None:
        self.get_response = get_response
        self.is_async = bool(iscoroutinefunction(get_response))
        if self.is_async:
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> Answer:
        if self.is_async:
            return self._traced_later(request)
        with tracing(request_id(request.headers.get(HEADER, ""))) as trace_id:
            started = time.perf_counter()
            response = self.get_response(request)
            assert isinstance(response, HttpResponseBase)
            return _finished(request, response, trace_id, started)

    async def _traced_later(self, request: HttpRequest) -> HttpResponseBase:
        with tracing(request_id(request.headers.get(HEADER, ""))) as trace_id:
            started = time.perf_counter()
            response = self.get_response(request)
            assert isinstance(response, Awaitable)
            return _finished(request, await response, trace_id, started)


class NoStoreMiddleware:
    """Answers with records say `Cache-Control: no-store`, whichever API they come from.

    A shared computer's browser would keep a colleague's account, and a proxy could hand it to others.
    Assets, pages and files say for themselves how long they keep.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if response.get("Content-Type", "").startswith(_RECORDS):
            response.headers.setdefault("Cache-Control", "no-store")
        return response


def request_id(offered: str) -> str:
    """The offered id when it is 1 to 64 letters, digits and dashes; else a new UUID."""
    return offered if _SANE_ID.fullmatch(offered) else str(uuid.uuid4())


def _finished(
    request: HttpRequest, response: HttpResponseBase, trace_id: str, started: float
) -> HttpResponseBase:
    response[HEADER] = trace_id
    # the template of the route, not the path: paths carry ids, and whatever strangers type
    match = request.resolver_match
    seconds = time.perf_counter() - started
    # what names no route counts as one: strangers must not be able to make names
    route = f"/{match.route}" if match else "none"
    observe_request(request.method or "", route, response.status_code, seconds)
    log.log(
        logging.DEBUG if request.path.startswith(_QUIET) else logging.INFO,
        "request",
        method=request.method,
        route=f"/{match.route}" if match else request.path[:200],
        status=response.status_code,
        ms=round(seconds * 1000, 1),
    )
    return response

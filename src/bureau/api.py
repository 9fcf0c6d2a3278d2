"""The API under `/api/`: its routers, and how it dresses failures.

Every refusal is `{"detail", "code"}`, with `"errors": {field: [sentences]}` for input and a
`"trace_id"` for failures of our own; an error that brings the exact body of a wire contract is
answered with that body. A traceback goes to the log and never to the caller.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import structlog
from django.http import Http404, HttpRequest, HttpResponseNotAllowed, JsonResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, URLResolver
from ninja.errors import HttpError, ValidationError

from bureau.desks.insights.api import router as insights_router
from bureau.kernel.accounts.api import auth_router, users_router
from bureau.kernel.errors import BureauError
from bureau.kernel.files.api import router as files_router
from bureau.kernel.ops.api import router as health_router
from bureau.kernel.ops.docs import document_urls
from bureau.kernel.ops.failures import MethodNotAllowed, as_bureau_error
from bureau.kernel.ops.health import VERSION
from bureau.kernel.ops.openapi import HouseAPI
from bureau.kernel.ops.parsing import CarefulParser
from bureau.kernel.trace import current_trace_id

log = structlog.get_logger(__name__)

api = HouseAPI(
    title="Bureau",
    version=VERSION,
    description="One back office: accounts, files, patent charts and the health of it all.",
    urls_namespace="api",
    parser=CarefulParser(),
    # the pages are ours: bureau.kernel.ops.docs
    docs_url=None,
    openapi_url=None,
)
api.add_router("/health", health_router)
api.add_router("/auth", auth_router)
api.add_router("/users", users_router)
api.add_router("/files", files_router)
api.add_router("", insights_router)


def dress(error: BureauError) -> JsonResponse:
    """A failure as this API answers it."""
    body: dict[str, Any] = {"detail": str(error.message), "code": error.code}
    if error.fields:
        body["errors"] = error.fields
    if error.status >= 500:
        body["trace_id"] = current_trace_id()
    return JsonResponse(
        body if error.body is None else error.body, status=error.status, headers=error.headers
    )


def answer_failure(request: HttpRequest, failure: Any) -> JsonResponse:
    """Log a failure of our own, and dress it."""
    error = as_bureau_error(failure)
    if error.status >= 500:
        known = error is failure or error.temporary
        log.error(
            "request failed",
            code=error.code,
            cause=repr(failure),
            exc_info=None if known else failure,
        )
    return dress(error)


# Ninja has handlers of its own for three kinds; the narrow entry wins, so each is named
for kind in (Exception, Http404, HttpError, ValidationError):
    api.add_exception_handler(kind, answer_failure)


def endpoints() -> tuple[list[URLPattern | URLResolver], str, str]:
    """The API's URL patterns, with a JSON answer to methods that a route does not take."""
    routes, app_name, namespace = api.urls
    patterns = [*document_urls(api), *routes]
    for pattern in patterns:
        assert isinstance(pattern, URLPattern)
        pattern.callback = _json_405(pattern.callback)
    return patterns, app_name, namespace


View = Callable[..., HttpResponseBase]


def _json_405(view: View) -> View:
    # functools.wraps cannot copy a partial's name, and does not need to
    @wraps(view, assigned=())
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        if not isinstance(response, HttpResponseNotAllowed):
            return response
        refused = dress(MethodNotAllowed())
        refused["Allow"] = ", ".join(sorted(response["Allow"].split(", ")))
        return refused

    return wrapped

"""What the house's API objects have in common: failures are answered, wrong methods too.

The objects differ in how they dress a failure, because their contracts do; each brings its `Dress`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

import structlog
from django.http import Http404, HttpRequest, HttpResponseNotAllowed, JsonResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, URLResolver
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from bureau.kernel.errors import BureauError
from bureau.kernel.ops.failures import MethodNotAllowed, as_bureau_error
from bureau.kernel.ops.forms import read_forms_too

log = structlog.get_logger(__name__)

Dress = Callable[[BureauError], JsonResponse]
View = Callable[..., HttpResponseBase]
# Ninja has handlers of its own for three kinds; the narrow entry wins, so each is named
KINDS = (Exception, Http404, HttpError, ValidationError)


def answer_failures(api: NinjaAPI, dress: Dress) -> None:
    """Let `api` answer every failure in these clothes; failures of our own are logged."""

    def answer(request: HttpRequest, failure: Any) -> JsonResponse:
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

    for kind in KINDS:
        api.add_exception_handler(kind, answer)


def endpoints(
    api: NinjaAPI, dress: Dress, documents: Iterable[URLPattern] = ()
) -> tuple[list[URLPattern | URLResolver], str, str]:
    """The API's URL patterns, with a dressed answer to methods that a route does not take; bodies
    may come as forms."""
    routes, app_name, namespace = api.urls
    read_forms_too(api)
    patterns = [*documents, *routes]
    for pattern in patterns:
        assert isinstance(pattern, URLPattern)
        pattern.callback = _dressed_405(pattern.callback, dress)
    return patterns, app_name, namespace


def _dressed_405(view: View, dress: Dress) -> View:
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

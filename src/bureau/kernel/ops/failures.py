"""Whatever a request ran into, as one of the house's errors; the API objects dress those."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import kombu.exceptions
import psycopg
import redis.exceptions
from django.core.exceptions import (
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.db import DataError, InterfaceError, OperationalError
from django.http import Http404, RawPostDataException, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from ninja.errors import HttpError, ValidationError

from bureau.kernel.errors import (
    BadCredentials,
    BureauError,
    InvalidInput,
    NotAllowed,
    NotFound,
    TooLarge,
    TooManyRequests,
    Unavailable,
)


class Crash(BureauError):
    """Nobody expected this; the log has the traceback and the caller gets the trace id."""

    code = "INTERNAL_ERROR"
    default_message = (
        "Something went wrong. It was logged; name the trace id when you ask for help."
    )


class MethodNotAllowed(BureauError):
    """The address exists and does not take this method; the Allow header names those it takes."""

    code = "METHOD_NOT_ALLOWED"
    status = 405
    default_message = "This method is not allowed here."


def as_bureau_error(failure: Exception) -> BureauError:
    """The house's error for any exception that left a route."""
    if isinstance(failure, BureauError):
        return failure
    return next((make(failure) for kinds, make in _KNOWN if isinstance(failure, kinds)), Crash())


def _from_ninja(failure: Any) -> BureauError:
    kinds: dict[int, BureauError] = {
        400: InvalidInput("The body cannot be read: send valid JSON in UTF-8, without NUL."),
        401: BadCredentials(),
        403: NotAllowed(),
        404: NotFound(),
        429: TooManyRequests(),
    }
    return kinds.get(failure.status_code, Crash())


def _from_validation(failure: Any) -> BureauError:
    if any(error["loc"][0] == "path" for error in failure.errors):
        # an address that cannot name anything names nothing
        return NotFound()
    return InvalidInput(fields=sentences(failure.errors))


def sentences(errors: Sequence[Mapping[str, Any]]) -> dict[str, list[str]]:
    """Ninja's list of errors as field -> sentences; nested fields are joined by dots."""
    found: dict[str, list[str]] = {}
    for error in errors:
        # a body's place begins with its source and the name of the view's argument
        place = error["loc"][2 if error["loc"][0] == "body" else 1 :]
        name = ".".join(str(part) for part in place) or "non_field_errors"
        found.setdefault(name, []).append(_sentence(error))
    return found


def _sentence(error: Mapping[str, Any]) -> str:
    if error["type"] == "missing":
        return "This field is required."
    limits = error.get("ctx", {})
    if error["type"] == "too_long" and limits.get("field_type") == "Value":
        # pydantic counts "items after validation" in a text that has a validator of its own
        return f"At most {limits['max_length']} characters."
    text = str(error["msg"]).removeprefix("Value error, ")
    return text if text.endswith(".") else f"{text}."


Kinds = tuple[type[Exception], ...]

# the first that matches counts: the narrow kinds of a family stand before the wide ones
_KNOWN: tuple[tuple[Kinds, Callable[[Exception], BureauError]], ...] = (
    ((ValidationError,), _from_validation),
    ((HttpError,), _from_ninja),
    ((Http404,), lambda _: NotFound()),
    ((PermissionDenied,), lambda _: NotAllowed()),
    ((RequestDataTooBig,), lambda _: TooLarge("The body is too large.")),
    ((TooManyFieldsSent,), lambda _: InvalidInput("The form has too many fields.")),
    ((TooManyFilesSent,), lambda _: InvalidInput("The form has too many files.")),
    ((MultiPartParserError,), lambda _: InvalidInput("The form data cannot be read.")),
    ((SuspiciousOperation,), lambda _: InvalidInput()),
    ((UnreadablePostError,), lambda _: InvalidInput("The body ended too early.")),
    ((RawPostDataException,), lambda _: InvalidInput("Send the body as JSON.")),
    # out of a column's range, NUL in a path, text that is not what its column holds
    ((DataError,), lambda _: InvalidInput("A value is out of range or cannot be stored.")),
    # the pool's time-out is an OperationalError of the driver's
    (
        (OperationalError, InterfaceError, psycopg.OperationalError, psycopg.InterfaceError),
        lambda _: Unavailable("The database does not answer. Try again shortly."),
    ),
    (
        (redis.exceptions.ConnectionError, redis.exceptions.TimeoutError),
        lambda _: Unavailable("The cache does not answer. Try again shortly."),
    ),
    (
        (kombu.exceptions.OperationalError,),
        lambda _: Unavailable("The message broker does not answer. Try again shortly."),
    ),
)

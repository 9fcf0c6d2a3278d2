"""Anonymous sessions: issued and signed by the server, carried by a cookie, by `X-Session-ID`, or by
`session_id` in the query or the body.

What a caller sends is believed only with our signature on it, so that nobody can claim another's
session by its number.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from django.conf import settings
from django.core import signing
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from bureau.kernel.errors import BadCredentials
from bureau.kernel.ops.forms import TYPES as FORM_TYPES
from bureau.kernel.ops.forms import posted
from bureau.kernel.ops.parsing import json_of

COOKIE, HEADER, FIELD = "bureau_reader", "X-Session-ID", "session_id"
LIFETIME = 30 * 24 * 3600
_SALT = "bureau.knowledge.session"


def new_session() -> uuid.UUID:
    """A session that nobody has yet."""
    return uuid.uuid4()


def carried(session: uuid.UUID) -> str:
    """The session as it travels: signed."""
    return signing.dumps(session.hex, salt=_SALT)


def session_of(headers: Mapping[str, str], cookies: Mapping[str, str]) -> uuid.UUID | None:
    """The session that a request carries; None if it carries none, or an old cookie.

    Raises:
        BadCredentials: the header holds something that we did not sign, or that is over.
    """
    presented = headers.get(HEADER, "")
    if presented:
        session = read(presented)
        if session is None:
            raise BadCredentials("The session is unknown or over. Ask without one to get another.")
        return session
    # a browser keeps sending what it has; it is simply given a new one
    return read(cookies.get(COOKIE, ""))


def session_in(request: HttpRequest) -> uuid.UUID | None:
    """The session of a request, wherever the contract lets a client put it.

    Raises:
        BadCredentials: as `session_of`, or several places name several sessions.
    """
    places = (request.headers.get(HEADER, ""), request.GET.get(FIELD, ""), _in_body(request))
    # for the list, which refuses parameters that nobody reads
    request.read_parameters = frozenset({FIELD})  # type: ignore[attr-defined]
    presented = {text for text in places if text}
    found = {session_of({HEADER: text}, {}) for text in presented}
    if len(found) > 1:
        raise BadCredentials("The request names several sessions. Send one.")
    return found.pop() if found else session_of({}, request.COOKIES)


def _in_body(request: HttpRequest) -> str:
    """`session_id` of the body; a body that cannot be read is refused by the route, not here."""
    if request.method not in ("POST", "PUT", "PATCH", "DELETE"):
        return ""
    try:
        if request.content_type in FORM_TYPES:
            return posted(request).get(FIELD, "")
        fields = json_of(request.body)
    except (ValueError, RecursionError):
        return ""
    named = fields.get(FIELD) if isinstance(fields, dict) else None
    return named if isinstance(named, str) else ""


def read(text: str) -> uuid.UUID | None:
    """The session of a signed text, None if it is not ours or too old."""
    try:
        return uuid.UUID(hex=signing.loads(text, salt=_SALT, max_age=LIFETIME))
    except (signing.BadSignature, ValueError, TypeError, AttributeError):
        return None


def hand_out(response: HttpResponseBase, session: uuid.UUID) -> None:
    """Give the session to the caller, for browsers and for programs."""
    text = carried(session)
    response[HEADER] = text
    response.set_cookie(
        COOKIE,
        text,
        max_age=LIFETIME,
        httponly=True,
        samesite=settings.SESSION_COOKIE_SAMESITE,
        secure=settings.SESSION_COOKIE_SECURE,
    )

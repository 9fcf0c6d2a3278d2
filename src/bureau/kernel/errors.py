"""The house's one taxonomy of errors: class = code + HTTP status + text, fields if any.

A verb raises one of these; the API objects dress it in the shape their contract asks for
(`bureau.api`). `temporary` tells background work whether a retry may help.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar


class BureauError(Exception):
    """Base of every failure that a caller is meant to see.

    Args:
        message: one sentence for the caller: what is wrong and what to do.
        fields: field name -> list of sentences, for input errors.
        body: exact response body where a wire contract names one.
        headers: extra response headers, such as Retry-After.
    """

    code: ClassVar[str] = "ERROR"
    status: ClassVar[int] = 500
    temporary: ClassVar[bool] = False
    default_message: ClassVar[str] = "Something went wrong."

    def __init__(
        self,
        message: str = "",
        *,
        fields: Mapping[str, Any] | None = None,
        body: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.message = message or str(self.default_message)
        self.fields = dict(fields or {})
        self.body = dict(body) if body is not None else None
        self.headers = dict(headers or {})
        super().__init__(self.message)


class InvalidInput(BureauError):
    """The request is understood and refused: a value is wrong or missing."""

    code = "VALIDATION_ERROR"
    status = 400
    default_message = "The request is not valid."


class NotSignedIn(BureauError):
    """No credentials came with the request (403: the contracts' clients expect no challenge)."""

    code = "NOT_AUTHENTICATED"
    status = 403
    default_message = "Authentication credentials were not provided."


class BadCredentials(BureauError):
    """Credentials came and are wrong, expired or revoked."""

    code = "BAD_CREDENTIALS"
    status = 401
    default_message = "Invalid credentials"


class NotAllowed(BureauError):
    """The caller is known and this action is not open to them, whatever the object."""

    code = "PERMISSION_DENIED"
    status = 403
    default_message = "You do not have permission to perform this action."


class NotFound(BureauError):
    """Absent, or not visible to the caller: the two look the same on purpose."""

    code = "NOT_FOUND"
    status = 404
    default_message = "Not found."

    @classmethod
    def matching(cls, noun: str) -> NotFound:
        """The contracts' wording, for example `No Job matches the given query.`"""
        return cls(f"No {noun} matches the given query.")


class Conflict(BureauError):
    """The request contradicts what is already stored."""

    code = "CONFLICT"
    status = 409
    default_message = "The request conflicts with the current state."


class TooLarge(BureauError):
    """A body or file is over its limit."""

    code = "TOO_LARGE"
    status = 413
    default_message = "The upload is too large."


class QuotaReached(BureauError):
    """Files would take more room than their account or case may have."""

    code = "QUOTA_REACHED"
    status = 413
    default_message = "Your files take all the room that they may have."


class NoSpace(BureauError):
    """The disk has no room for files; what is left is kept for the database."""

    code = "NO_SPACE"
    status = 507
    temporary = True
    default_message = (
        "There is no room for files at the moment. Nothing was kept; try again later, or tell an "
        "administrator that the disk is full."
    )


class TooManyRequests(BureauError):
    """A limit on attempts or volume was reached."""

    code = "TOO_MANY_REQUESTS"
    status = 429
    temporary = True
    default_message = "Too many attempts. Try again later."


class Unavailable(BureauError):
    """Something this request needs is down for now."""

    code = "UNAVAILABLE"
    status = 503
    temporary = True
    default_message = "The service is not available at the moment. Try again shortly."

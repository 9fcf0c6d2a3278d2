"""Proof that a change asked for with a cookie comes from our own pages."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware

from bureau.kernel.accounts.errors import CsrfFailed


class _Reason(str):
    """Why the check failed; stands in for the response Django would send."""


class _CsrfCheck(CsrfViewMiddleware):
    """Django's own check, asked for its verdict instead of its error page."""

    def _reject(self, request: HttpRequest, reason: str) -> _Reason:
        return _Reason(reason)

    def origin_is_ours(self, request: HttpRequest) -> bool:
        return self._origin_verified(request)  # type: ignore[attr-defined,no-any-return]  # private


def refuse_forged_change(request: HttpRequest) -> None:
    """Check the CSRF token and origin of an unsafe method; safe methods pass.

    Raises:
        CsrfFailed: with Django's reason, in the wording of the contract.
    """
    check = _check()
    check.process_request(request)
    reason = check.process_view(request, _no_view, (), {})
    if reason is not None:
        raise _failed(str(reason))


def refuse_foreign_origin(request: HttpRequest) -> None:
    """Refuse a request that a browser says was sent by another site's page.

    For routes that take no token: it keeps a foreign page from signing a visitor in as somebody
    else. Programs send no Origin header and pass.

    Raises:
        CsrfFailed: the origin is neither ours nor in CSRF_TRUSTED_ORIGINS.
    """
    origin = request.headers.get("Origin")
    if origin is not None and not _check().origin_is_ours(request):
        raise _failed("Origin checking failed - it does not match any trusted origins.")


def _check() -> _CsrfCheck:
    return _CsrfCheck(_no_view)


def _no_view(request: HttpRequest) -> HttpResponse:
    raise AssertionError("the check never calls a view")


def _failed(reason: str) -> CsrfFailed:
    text = f"CSRF Failed: {reason}"
    return CsrfFailed(text, body={"detail": text})

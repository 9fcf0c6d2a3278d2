"""Pages about one's own account that are open before, or without, a whole sign-in.

They only show forms: the API's routes check links and passwords, so an opened page tells nothing about
a link, and programs that look at links in e-mails spend none.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from bureau.kernel.accounts.sessions import browser_session

_CHOOSE = "console/account/choose.html"


@require_safe
@never_cache
def forgotten(request: HttpRequest) -> HttpResponse:
    """Ask for a link to a new password."""
    return render(request, "console/account/forgotten.html")


@require_safe
@never_cache
def reset(request: HttpRequest, token: str) -> HttpResponse:
    """Choose a new password with the link of an e-mail."""
    shown = {"title": gettext("Choose a new password"), "route": "/api/auth/password/reset/"}
    return render(request, _CHOOSE, {**shown, "token": token})


@require_safe
@never_cache
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Choose the first password with the link of an invitation."""
    shown = {"title": gettext("Welcome to Bureau"), "route": "/api/auth/invitation/accept/"}
    return render(request, _CHOOSE, {**shown, "token": token})


@require_safe
@never_cache
def confirm_email(request: HttpRequest, token: str) -> HttpResponse:
    """Confirm an e-mail address."""
    return render(request, "console/account/confirm.html", {"token": token})


@require_safe
@never_cache
def change_password(request: HttpRequest) -> HttpResponse:
    """Replace one's own password, a temporary one above all."""
    login = browser_session(request)
    if login is None or login.is_pending:
        return redirect("console:login")
    temporary = login.user.password_is_temporary
    return render(request, "console/account/change.html", {"temporary": temporary})

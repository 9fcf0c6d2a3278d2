"""The door and the start page."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from bureau.console.desks import desks_of
from bureau.console.permissions import local_address, signed_in_page
from bureau.kernel.accounts.auth import staff_lacks_second_factor
from bureau.kernel.accounts.external import REFUSALS
from bureau.kernel.accounts.models import User
from bureau.kernel.accounts.sessions import browser_session
from bureau.kernel.jobs.queue_state import house_notice


@require_safe
@never_cache
def login(request: HttpRequest) -> HttpResponse:
    """The door; who is inside already goes on."""
    goal = local_address(request.GET.get("next"), resolve_url("console:home"))
    if request.user.is_authenticated:
        return redirect(goal)
    session = browser_session(request)
    pending = session is not None and session.is_pending
    if session is not None and not pending and session.user.password_is_temporary:
        return redirect("console:change_password")
    lacks_factor = session is not None and staff_lacks_second_factor(session.user, session)
    shown = {"next": goal, "lacks_factor": lacks_factor and not pending, "pending": pending}
    provider = settings.ENV.oidc_label if settings.ENV.oidc_issuer else ""
    refused = REFUSALS.get(request.GET.get("refused", ""), "")
    return render(
        request, "console/login.html", {**shown, "provider": provider, "refused": refused}
    )


@signed_in_page
def home(request: HttpRequest, person: User) -> HttpResponse:
    """The desks at which somebody may sit, and who looks at them."""
    cards = [(desk, desk.facts(person)) for desk in desks_of(person)]
    context = {"cards": cards, "work_notice": house_notice()}
    return render(request, "console/home.html", context)

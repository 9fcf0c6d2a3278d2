"""The door and the start page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from bureau.console.desks import desks_of
from bureau.console.permissions import local_address, signed_in_page
from bureau.kernel.accounts.auth import staff_lacks_second_factor
from bureau.kernel.accounts.models import User
from bureau.kernel.accounts.sessions import browser_session


@require_safe
@never_cache
def login(request: HttpRequest) -> HttpResponse:
    """The door; who is inside already goes on."""
    goal = local_address(request.GET.get("next"), resolve_url("console:home"))
    if request.user.is_authenticated:
        return redirect(goal)
    session = browser_session(request)
    lacks_factor = session is not None and staff_lacks_second_factor(session.user, session)
    return render(request, "console/login.html", {"next": goal, "lacks_factor": lacks_factor})


@signed_in_page
def home(request: HttpRequest, person: User) -> HttpResponse:
    """The desks at which somebody may sit, and who looks at them."""
    cards = [(desk, desk.facts(person)) for desk in desks_of(person)]
    return render(request, "console/home.html", {"cards": cards})

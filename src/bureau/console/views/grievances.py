"""Filing and following a complaint, for everybody; the officers' list and cases."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from bureau.console.complaint_words import WORDS
from bureau.console.doors import at_desk
from bureau.desks.grievances.access import grievance_for
from bureau.desks.grievances.callers import Caller
from bureau.desks.grievances.models.cases import ClassificationStatus
from bureau.desks.grievances.statuses import Status
from bureau.kernel.accounts.models import User


@require_safe
@never_cache
def complain(request: HttpRequest) -> HttpResponse:
    """A form for anybody, and the receipt it ends with."""
    return _in_chosen_language(request, "complain")


@require_safe
@never_cache
def follow(request: HttpRequest) -> HttpResponse:
    """Where a complaint stands, for whoever has its receipt."""
    return _in_chosen_language(request, "follow")


def _in_chosen_language(request: HttpRequest, page: str) -> HttpResponse:
    language = "ne" if request.GET.get("lang") == "ne" else "en"
    context = {"language": language, "words": WORDS[language], "here": page}
    return render(request, f"console/grievances/{page}.html", context)


@at_desk("grievances")
def cases(request: HttpRequest, person: User) -> HttpResponse:
    """The cases of the officer's offices."""
    context = {"statuses": Status.choices, "words": dict(Status.choices)}
    return render(request, "console/grievances/cases.html", context)


@at_desk("grievances")
def case(request: HttpRequest, person: User, grievance_id: str) -> HttpResponse:
    """One case; its script reads it by the API, which writes down who opened it."""
    found = grievance_for(Caller(user=person), grievance_id)
    context = {
        "case": found,
        "statuses": dict(Status.choices),
        "classifications": dict(ClassificationStatus.choices),
    }
    return render(request, "console/grievances/case.html", context)

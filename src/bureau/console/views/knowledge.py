"""Documents, and questions whose answers cite them; the scripts ask the API."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from bureau.console.permissions import desk_page
from bureau.desks.knowledge.wording import NAMES
from bureau.kernel.accounts.models import User
from bureau.kernel.jobs.queue_state import work_notice


@desk_page("knowledge")
def questions(request: HttpRequest, person: User) -> HttpResponse:
    """My conversations, and a box to ask in."""
    return render(request, "console/knowledge/questions.html", {"languages": NAMES})


@desk_page("knowledge")
def documents(request: HttpRequest, person: User) -> HttpResponse:
    """The documents I may read, and a form to add one."""
    context = {
        "languages": NAMES,
        "may_share": person.is_admin,
        "work_notice": work_notice("rag"),
    }
    return render(request, "console/knowledge/documents.html", context)

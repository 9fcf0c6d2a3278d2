"""Filing and following a complaint, for everybody; the officers' tickets."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from bureau.console.complaint_words import WORDS
from bureau.console.permissions import desk_page
from bureau.desks.grievances.helpdesk.access import colleagues_at, ticket_for
from bureau.desks.grievances.helpdesk.models import NoteKind, Resolution, Ticket
from bureau.desks.grievances.models import Office
from bureau.desks.grievances.models.cases import ClassificationStatus
from bureau.desks.grievances.statuses import Status
from bureau.kernel.accounts.models import User
from bureau.kernel.notify.models import Channel, State


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


@desk_page("grievances")
def tickets(request: HttpRequest, person: User) -> HttpResponse:
    """The tickets of the officer's offices."""
    context = {"states": state_words(), "sees_all": person.is_admin}
    return render(request, "console/grievances/tickets.html", context)


@desk_page("grievances")
def ticket(request: HttpRequest, person: User, ticket_id: str) -> HttpResponse:
    """One ticket; its script reads it by the API, which writes down who opened it."""
    found = ticket_for(person, ticket_id)
    context = {
        "ticket": found,
        "colleagues": colleagues_at(found),
        "offices": other_offices(found),
        "states": state_words(),
        "resolutions": Resolution.choices,
        "kinds": dict(NoteKind.choices),
        "thread_words": thread_words(),
        "delivery_words": delivery_words(),
        "classifications": dict(ClassificationStatus.choices),
    }
    return render(request, "console/grievances/ticket.html", context)


def other_offices(ticket: Ticket) -> list[tuple[str, str]]:
    """Code and name of the offices that a ticket can be given to."""
    active = Office.objects.filter(is_active=True).exclude(tickets=ticket)
    return list(active.order_by("code").values_list("code", "name"))


def thread_words() -> dict[str, str]:
    """What a line of the conversation is about, or whose it is -> word."""
    return {
        "office": _("Office"),
        "complainant": _("Complainant"),
        "message": _("Message"),
        "satisfied": _("Satisfied with the answer"),
        **{code: str(word) for code, word in Status.choices},
    }


def delivery_words() -> dict[str, dict[str, str]]:
    """How a message went, where it stands and what it said -> word."""
    return {
        "channels": {code: str(word) for code, word in Channel.choices},
        "states": {code: str(word) for code, word in State.choices},
        "about": {
            "grievance_recap": _("Receipt"),
            "grievance_status_update": _("Status"),
            "grievance_answered": _("Answer"),
            "grievance_message": _("Message"),
            "grievance_hearing": _("Hearing"),
        },
    }


def state_words() -> dict[str, str]:
    """State of a ticket -> word, in the order tickets go through them."""
    return {
        "OPEN": _("Open"),
        "IN_PROGRESS": _("In progress"),
        "ESCALATED": _("Escalated"),
        "GRC_HEARING_SCHEDULED": _("Hearing set"),
        "RESOLVED": _("Resolved"),
        "CLOSED": _("Closed"),
    }

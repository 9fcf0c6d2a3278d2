"""Rooms in which a clinician and a patient understand each other; the scripts ask the API."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from bureau.console.permissions import desk_page
from bureau.desks.interpreting.access import room_for, sees_patient_context, side_of
from bureau.desks.interpreting.languages import LANGUAGES
from bureau.kernel.accounts.models import User
from bureau.kernel.jobs.queue_state import work_notice


@desk_page("interpreting")
def rooms(request: HttpRequest, person: User) -> HttpResponse:
    """My rooms, and a form to open one."""
    context = {
        "languages": LANGUAGES,
        # whom the form lets one invite: patients know doctors, doctors know everybody
        "knows_patients": sees_patient_context(person),
    }
    return render(request, "console/interpreting/rooms.html", context)


@desk_page("interpreting")
def room(request: HttpRequest, person: User, room_id: int) -> HttpResponse:
    """One room; its script reads the messages and listens to the room's socket."""
    found = room_for(person, room_id)
    context = {
        "room": found,
        "side": side_of(person, found).value,
        # rooms may name a language by either code
        "languages": {code: one.name for one in LANGUAGES for code in (one.code, one.iso3)},
        "work_notice": work_notice("translation", "audio"),
    }
    return render(request, "console/interpreting/room.html", context)

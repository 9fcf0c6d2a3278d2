"""Searching studies and bringing them in; the pages' scripts ask the imaging API."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from bureau.console.permissions import desk_page
from bureau.desks.imaging.access import may_import
from bureau.desks.imaging.columns import COLUMNS, FACETS
from bureau.kernel.accounts.models import User
from bureau.kernel.errors import NotFound
from bureau.kernel.jobs.queue_state import work_notice


def column_words() -> dict[str, str]:
    """Column -> what people call it, in the order of the contract."""
    words = {
        "exam_id": _("Examination number"),
        "medical_record_no": _("Medical record"),
        "application_order_no": _("Order number"),
        "patient_name": _("Patient"),
        "patient_gender": _("Gender"),
        "patient_birth_date": _("Born"),
        "patient_age": _("Age"),
        "exam_status": _("Status"),
        "exam_source": _("Source"),
        "exam_item": _("Item"),
        "exam_description": _("Description"),
        "exam_room": _("Room"),
        "exam_equipment": _("Machine"),
        "equipment_type": _("Type"),
        "order_datetime": _("Ordered"),
        "check_in_datetime": _("Checked in"),
        "report_certification_datetime": _("Report certified"),
        "certified_physician": _("Certified by"),
        "data_load_time": _("Loaded here"),
    }
    return {name: words.get(name, name) for name in COLUMNS}


@desk_page("imaging")
def studies(request: HttpRequest, person: User) -> HttpResponse:
    """A search box, facets and a list of studies."""
    words = column_words()
    facets = {name: {"title": words[name], "options": options} for name, options in FACETS.items()}
    context = {"columns": words, "facets": facets, "may_import": may_import(person)}
    return render(request, "console/imaging/studies.html", context)


@desk_page("imaging")
def imports(request: HttpRequest, person: User) -> HttpResponse:
    """A file to look at and import, and what became of earlier ones."""
    if not may_import(person):
        raise NotFound
    context = {"columns": column_words(), "work_notice": work_notice("ingestion_io")}
    return render(request, "console/imaging/imports.html", context)

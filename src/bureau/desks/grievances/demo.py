"""The desk's part of the demonstration: offices, seats and a few cases to look at."""

from __future__ import annotations

from typing import Any

from bureau.desks.grievances.classification.catalogue import DATA
from bureau.desks.grievances.intake.drafts import start_draft
from bureau.desks.grievances.intake.filing import Filed, submit_grievance
from bureau.desks.grievances.models import Grievance, Office
from bureau.desks.grievances.routing.offices import load_offices, seat

# the number that the contract's examples use
EXAMPLE = "GRV001"
CASES = (
    {
        "grievance_description": "Dust from the road works covers our houses all day and the "
        "children cough. Nobody sprinkles water.",
        "complainant_full_name": "Ram Bahadur Thapa",
        "complainant_phone": "9841234567",
        "municipality": "Birtamod",
        "ward": "4",
        "language_code": "en",
    },
    {
        "grievance_description": "सडक खनेदेखि धारामा पानी छैन। खोलाबाट बोक्नुपर्छ।",
        "complainant_full_name": "सीता राई",
        "complainant_phone": "9852012345",
        "municipality": "Mechinagar",
        "ward": "6",
        "language_code": "ne",
    },
    {
        "grievance_description": "The drain in front of the school is blocked and the yard is "
        "flooded whenever it rains.",
        "district": "MO",
        "municipality": "Biratnagar",
        "anonymous": "true",
        "language_code": "en",
    },
)


def seed() -> dict[str, Any]:
    """Make it once; returns what somebody needs to try the desk."""
    load_offices(DATA / "offices.csv")
    for officer, office in (("officer", "JH-PIU"), ("officer", "JH-MEC"), ("officer2", "MO-PIU")):
        seat(officer, office, handles_sensitive=True)
    filed = [_file(values, EXAMPLE if not place else None) for place, values in enumerate(CASES)]
    return {
        "offices": list(Office.objects.order_by("code").values_list("code", flat=True)),
        "cases": [
            {"grievance_id": one.case.grievance_id, "receipt": one.receipt_code} for one in filed
        ],
    }


def _file(values: dict[str, str], name: str | None) -> Filed:
    draft: Grievance = start_draft(
        language=values["language_code"], district=values.get("district", ""), grievance_id=name
    )
    return submit_grievance(draft, values, actor="complainant", anonymous="anonymous" in values)

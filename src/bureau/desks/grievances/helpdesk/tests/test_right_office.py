"""A case reaches the office of its place, however the place is spelled, and can be moved."""

from __future__ import annotations

from typing import Any

import pytest

from bureau.desks.grievances.helpdesk.models import Ticket
from bureau.desks.grievances.helpdesk.tests.conftest import Act, case_of, file_another, seat
from bureau.desks.grievances.models import Office, OfficeArea
from bureau.desks.grievances.tests.conftest import Visitor
from bureau.kernel.events.models import Event

pytestmark = pytest.mark.django_db
WHY = "The road belongs to the other district."


@pytest.mark.parametrize(
    ("province", "district"),
    [
        ("Koshi", "Jhapa"),
        ("KOSHI", "JHAPA"),
        ("कोशी", "झापा"),
        ("Koshi Province", "Jhapa District"),
        ("कोशी प्रदेश", "झापा जिल्ला"),
        ("Province No. 1", "Jhappa"),
        ("1", "jh"),
        ("", "Jhapa"),
        ("ko", ""),
    ],
)
def test_a_place_by_name_or_code_reaches_its_office(
    nobody: Visitor, jhapa: Office, province: str, district: str
) -> None:
    names = nobody.post("/generate-ids", {"province": province, "district": district}).json()
    assert (names["province"], names["district"]) == ("KO", "JH")
    assert file_another(nobody, province=province, district=district).office == jhapa


@pytest.mark.parametrize(
    ("given", "near"),
    [
        ({"district": "XX"}, "Did you mean"),
        ({"district": "Jumpa"}, "Jumla"),
        ({"province": "ZZ"}, "Did you mean"),
        ({"province": "Bagmati", "district": "Jhapa"}, "Jhapa lies in the province Koshi"),
        ({"district": "झाप्पुर"}, "झापा"),
    ],
)
@pytest.mark.parametrize("path", ["/generate-ids", "/submit-grievance"])
def test_what_fits_no_place_is_refused_with_the_nearest(
    nobody: Visitor, jhapa: Office, given: dict[str, str], near: str, path: str
) -> None:
    refused = nobody.post(path, {"grievance_description": "Dust everywhere.", **given})
    assert refused.status_code == 400
    assert near in refused.json()["error"]["message"]


@pytest.mark.parametrize(
    "spelled",
    [
        "Mechinagar",
        "mechinagar ",
        "Mechi Nagar",
        "Mechinagar Municipality",
        "MECHINAGAR-MUNICIPALITY",
        "Mechinagr",
        "मेचीनगर",
        "मेचिनगर",
        "मेचीनगर नगरपालिका",
        "मेची नगर न.पा.",
    ],
)
@pytest.mark.parametrize("area", ["Mechinagar", "मेचीनगर"])
def test_a_municipality_in_any_spelling_reaches_its_own_office(
    nobody: Visitor, jhapa: Office, spelled: str, area: str
) -> None:
    own = Office.objects.create(code="JH-MEC", name="Mechinagar office")
    OfficeArea.objects.create(office=own, province="KO", district="JH", municipality=area)
    assert file_another(nobody, municipality=spelled).office == own
    assert file_another(nobody, municipality="Birtamod").office == jhapa
    assert file_another(nobody, municipality="Nowhere").office == jhapa


def test_a_case_without_office_waits_where_administrators_look(
    nobody: Visitor, officer: Visitor, admin: Visitor, jhapa: Office
) -> None:
    lost = file_another(nobody, province="Bagmati", district="Kathmandu")
    assert lost.office is None
    assert Event.objects.filter(type="ticket.without_office").count() == 1
    [found] = admin.get("/tickets?office=none").json()["data"]
    assert found["ticket_id"] == str(lost.uid)
    assert officer.get("/tickets?office=none").json()["data"] == []
    moved = admin.post(
        f"/tickets/{lost.uid}/actions", {"action": "TRANSFER", "office": "JH-01", "note": WHY}
    )
    assert moved.json()["data"]["office"] == "JH-01"
    assert officer.get(f"/tickets/{lost.uid}").status_code == 200
    assert admin.get("/tickets?office=none").json()["data"] == []


def test_an_officer_moves_a_case_to_another_office_for_a_reason(
    act: Act, ticket: Ticket, officer: Visitor, other_officer: Visitor, morang: Office
) -> None:
    act(officer, "ACKNOWLEDGE")
    assert act(officer, "TRANSFER", office="MO-01").status_code == 400
    assert act(officer, "TRANSFER", office="NONE-1", note=WHY).status_code == 400
    assert act(officer, "TRANSFER", office="JH-01", note=WHY).status_code == 400
    assert act(other_officer, "TRANSFER", office="MO-01", note=WHY).status_code == 404
    moved = act(officer, "TRANSFER", office="mo-01", note=WHY).json()["data"]
    assert (moved["office"], moved["assignee"]) == ("MO-01", None)
    assert officer.get(f"/tickets/{ticket.uid}").status_code == 404
    name = case_of(ticket).grievance_id
    assert officer.get(f"/api/grievance/{name}").status_code == 404
    seen = other_officer.get(f"/tickets/{ticket.uid}").json()["data"]
    assert [note["text"] for note in seen["notes"]] == [WHY]
    assert other_officer.get(f"/api/grievance/{name}").status_code == 200
    assert act(other_officer, "RESOLVE", category="ACCEPTED_OTHER", reply=WHY).status_code == 200
    act(other_officer, "CLOSE")
    assert act(other_officer, "TRANSFER", office="JH-01", note=WHY).status_code == 409


def test_a_sensitive_case_goes_to_an_office_with_somebody_named_for_it_only(
    nobody: Visitor, jhapa: Office, morang: Office, admin: Visitor
) -> None:
    seat("kalpana", jhapa, sensitive=True)
    case: Any = file_another(nobody, grievance_description="He raped my sister at the camp.")
    assert case.track == "sensitive"
    path, body = f"/tickets/{case.uid}/actions", {"action": "TRANSFER", "office": "MO-01"}
    assert admin.post(path, {**body, "note": WHY}).status_code == 400
    case.refresh_from_db()
    assert case.office == jhapa
    seat("dipa", morang, sensitive=True)
    assert admin.post(path, {**body, "note": WHY}).status_code == 200

"""A token says what it is for: that of a draft ends with the filing."""

from __future__ import annotations

from typing import Any

import pytest

from bureau.desks.grievances.callers import Scope, write_token
from bureau.desks.grievances.models import Grievance, Office
from bureau.desks.grievances.tests.conftest import COMPLAINT, Visitor

pytestmark = pytest.mark.django_db
NAMELESS = {key: value for key, value in COMPLAINT.items() if "email" not in key}


@pytest.fixture
def begun(nobody: Visitor, jhapa: Office) -> dict[str, Any]:
    """A draft that was begun at a kiosk and filed without a mail address."""
    draft: dict[str, Any] = nobody.post(
        "/generate-ids", {"province": "KO", "district": "JH"}
    ).json()
    kiosk = nobody.with_token(draft["token"])
    filed = kiosk.post("/submit-grievance", {**NAMELESS, "grievance_id": draft["grievance_id"]})
    assert filed.status_code == 200
    return draft


@pytest.mark.security("a draft's token opens and changes the case after filing")
def test_a_drafts_token_opens_nothing_after_filing(nobody: Visitor, begun: dict[str, Any]) -> None:
    kiosk, case = nobody.with_token(begun["token"]), begun["grievance_id"]
    person = f"/api/complainant/{begun['complainant_id']}"
    assert kiosk.call("PATCH", person, {"complainant_email": "a@example.net"}).status_code == 404
    assert kiosk.get(f"/api/grievance/{case}").status_code == 404
    assert kiosk.get(f"/grievance-status/{case}").status_code == 404
    assert kiosk.get("/api/grievances").json()["count"] == 0
    assert kiosk.post("/socket-token", {"grievance_id": case}).status_code == 404
    assert kiosk.post("/otp/send", {"grievance_id": case}).status_code == 404
    letter = kiosk.post("/upload", grievance_id=case, file="x")
    assert letter.status_code in {400, 404}
    assert Grievance.objects.get().complainant.email == ""


@pytest.mark.security("a bot or a receipt fills in a blank mail address of a filed complaint")
def test_after_filing_only_a_proved_address_fills_in_who_complained(
    nobody: Visitor, bot: Visitor, begun: dict[str, Any]
) -> None:
    case = Grievance.objects.get()
    path = f"/api/complainant/{begun['complainant_id']}"
    said = {"complainant_email": "thief@example.net"}
    receipt = nobody.with_token(write_token(Scope.CASE, [case.pk]))
    for visitor in (bot, receipt):
        assert visitor.call("PATCH", path, said).status_code == 403
        assert visitor.call("PATCH", path, {"complainant_village": "Tole"}).status_code == 200
    owner = nobody.with_token(write_token(Scope.PERSON, [case.complainant_id]))
    mine = {"complainant_email": "ram@example.com"}
    assert owner.call("PATCH", path, mine).json()["updated_fields"] == ["complainant_email"]


def test_a_draft_is_filled_in_by_its_token_and_by_bots(
    nobody: Visitor, bot: Visitor, jhapa: Office
) -> None:
    draft = nobody.post("/generate-ids", {"province": "KO", "district": "JH"}).json()
    path = f"/api/complainant/{draft['complainant_id']}"
    kiosk = nobody.with_token(draft["token"])
    name, phone = {"complainant_full_name": "Ram"}, {"complainant_phone": "9841234567"}
    assert kiosk.call("PATCH", path, name).status_code == 200
    assert bot.call("PATCH", path, phone).json()["updated_fields"] == ["complainant_phone"]

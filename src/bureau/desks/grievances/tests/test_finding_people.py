"""Who complained is found by a verb with a reason, a record and a limit, and by no filter."""

from __future__ import annotations

from typing import Any

import pytest
from tests.fixtures import SetEnvironment

from bureau.desks.grievances.callers import Scope, write_token
from bureau.desks.grievances.models import Grievance
from bureau.desks.grievances.tests.conftest import COMPLAINT, Visitor, account
from bureau.kernel.accounts.models import Role
from bureau.kernel.events.models import Event

pytestmark = pytest.mark.django_db
REASON = "Two complaints seem to be of one household."
SPELLINGS = [
    {"phone": "+977-984-1234567"},
    {"phone": "९८४१२३४५६७"},
    {"email": "RAM@Example.com"},
    {"name": "ram bahadur  THAPA"},
]


@pytest.mark.security("officers, bots and receipts filter the list of complaints by who complained")
@pytest.mark.parametrize("given", SPELLINGS, ids=lambda one: next(iter(one)))
def test_no_filter_tells_who_complained(
    officer: Visitor, bot: Visitor, nobody: Visitor, filed: dict[str, Any], given: dict[str, str]
) -> None:
    ((name, value),) = given.items()
    holder = nobody.with_token(write_token(Scope.CASE, [Grievance.objects.get().pk]))
    for visitor in (officer, bot, holder):
        right = visitor.call("GET", f"/api/grievances?{name}={value.replace('+', '%2B')}")
        wrong = visitor.get(f"/api/grievances?{name}=9800000000")
        assert (right.status_code, right.json()) == (wrong.status_code, wrong.json())
        assert right.status_code == 403


def test_whoever_proved_an_address_may_still_ask_by_it(
    nobody: Visitor, filed: dict[str, Any]
) -> None:
    person = Grievance.objects.get().complainant
    owner = nobody.with_token(write_token(Scope.PERSON, [person.pk]))
    assert owner.get("/api/grievances?phone=9841234567").json()["count"] == 1
    assert owner.get("/api/grievances?phone=9840000000").json()["count"] == 0


@pytest.mark.parametrize("given", SPELLINGS, ids=lambda one: next(iter(one)))
def test_an_officer_finds_a_person_for_a_reason_and_auditors_see_it(
    officer: Visitor, other_officer: Visitor, filed: dict[str, Any], given: dict[str, str]
) -> None:
    found = officer.post("/api/grievances/find", {"reason": REASON, **given}).json()
    assert [case["grievance_id"] for case in found["data"]] == [filed["grievance_id"]]
    assert COMPLAINT["complainant_full_name"] not in str(found)
    elsewhere = other_officer.post("/api/grievances/find", {"reason": REASON, **given})
    assert elsewhere.json()["count"] == 0

    kind = next(iter(given))
    events = Event.objects.filter(type="vault.person_searched").order_by("id")
    assert [event.payload["found"] for event in events] == [[filed["grievance_id"]], []]
    assert next(iter(given.values())) not in str([event.payload for event in events])
    seen = account("vera", Role.AUDITOR).get("/reveals").json()["data"]
    assert {(one["subject"], one["reason"]) for one in seen} == {
        (f"complainant:search:{kind}", REASON)
    }


def test_a_search_opens_no_identity(officer: Visitor, filed: dict[str, Any]) -> None:
    officer.post("/api/grievances/find", {"reason": REASON, "phone": "9841234567"})
    ticket = officer.get("/tickets").json()["data"][0]["ticket_id"]
    assert officer.get(f"/tickets/{ticket}/identity").status_code == 403


@pytest.mark.security("an officer tries a list of names to see which of them complained")
def test_finding_people_needs_a_reason_and_is_limited(
    officer: Visitor, filed: dict[str, Any], environment: SetEnvironment
) -> None:
    environment(grievances_finds_per_hour=5)

    def ask(**body: str) -> int:
        status: int = officer.post("/api/grievances/find", body).status_code
        return status

    assert ask(phone="9841234567", reason="why not") == 400
    assert ask(reason=REASON) == 400
    assert ask(reason=REASON, phone="9841234567", name="Ram") == 400
    tried = [ask(reason=REASON, name=f"Neighbour {number}") for number in range(6)]
    assert tried == [200] * 5 + [429]


def test_bots_and_complainants_find_nobody(
    bot: Visitor, nobody: Visitor, filed: dict[str, Any]
) -> None:
    body = {"reason": REASON, "phone": "9841234567"}
    holder = nobody.with_token(write_token(Scope.CASE, [Grievance.objects.get().pk]))
    for visitor in (bot, holder, nobody):
        assert visitor.post("/api/grievances/find", body).status_code == 403

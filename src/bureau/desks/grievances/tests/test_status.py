"""Where a case stands: the table of states, who decided, and two officers at once."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from hypothesis import given
from hypothesis import strategies as st
from tests.waiting import PATIENCE

from bureau.desks.grievances.cases.attachment_processing import Looked, keep_result
from bureau.desks.grievances.models import Attachment, Change, Grievance, Office
from bureau.desks.grievances.statuses import FINAL, TRANSITIONS, WORDS, Status, following
from bureau.desks.grievances.tests import pictures
from bureau.desks.grievances.tests.conftest import COMPLAINT, Visitor
from bureau.kernel.events.models import Event
from bureau.kernel.notify.models import Message


def move(who: Visitor, filed: dict[str, Any], code: str, **more: Any) -> Any:
    path = f"/api/grievance/{filed['grievance_id']}/status"
    return who.post(path, {"status_code": code, **more})


@pytest.mark.django_db
def test_an_officer_moves_a_case_and_history_event_and_message_go_with_it(
    officer: Visitor, filed: dict[str, Any]
) -> None:
    answer = move(officer, filed, "under_evaluation", notes="Looking.", created_by="somebody else")
    assert answer.json()["data"]["status_code"] == "UNDER_EVALUATION"
    change = Change.objects.order_by("-id").first()
    assert change is not None
    assert (change.status_code, change.version, change.notes) == ("UNDER_EVALUATION", 2, "Looking.")
    assert change.created_by.startswith("user:")
    event = Event.objects.get(type="grievance.status_changed")
    assert event.payload["previous_status"] == "SUBMITTED"
    assert "Looking" not in f"{event.payload}{event.message}"
    told = Message.objects.filter(template="grievance_status_update")
    assert {one.channel for one in told} == {"sms", "email"}


@pytest.mark.django_db
def test_a_decision_about_a_state_that_is_over_is_refused(
    officer: Visitor, filed: dict[str, Any]
) -> None:
    assert move(officer, filed, "UNDER_EVALUATION", version=1).status_code == 200
    late = move(officer, filed, "DENIED", version=1)
    assert (late.status_code, late.json()["error"]["code"]) == (409, "STATUS_CONFLICT")
    assert Grievance.objects.get().status == "UNDER_EVALUATION"


@pytest.mark.django_db
def test_what_the_table_does_not_allow_changes_nothing(
    officer: Visitor, filed: dict[str, Any]
) -> None:
    assert move(officer, filed, "CLOSED").status_code == 409
    assert move(officer, filed, "SUBMITTED").status_code == 409
    assert move(officer, filed, "HAPPY").json()["error"]["fields"]
    assert move(officer, filed, "").json()["error"]["message"] == "status_code is required"
    empty = officer.post(f"/api/grievance/{filed['grievance_id']}/status")
    assert empty.json()["error"]["message"] == "No JSON data provided"
    assert Change.objects.count() == 1


@pytest.mark.django_db
def test_a_complainant_may_dispute_an_answer_and_nothing_else(
    nobody: Visitor, officer: Visitor, filed: dict[str, Any]
) -> None:
    mine = nobody.with_token(filed["token"])
    assert move(mine, filed, "RESOLVED").status_code == 409
    assert move(officer, filed, "RESOLVED").status_code == 200
    assert move(mine, filed, "CLOSED").status_code == 409
    assert move(mine, filed, "DISPUTED").status_code == 200
    history = mine.get(f"/api/grievance/{filed['grievance_id']}").json()["data"]["status_history"]
    assert [one["created_by"] for one in history] == ["complainant", "office", "complainant"]


@pytest.mark.django_db
def test_a_bot_and_another_office_decide_nothing(
    bot: Visitor, other_officer: Visitor, nobody: Visitor, filed: dict[str, Any]
) -> None:
    answers = [move(who, filed, "RESOLVED").status_code for who in (bot, other_officer, nobody)]
    assert answers == [403, 404, 403]


def test_every_state_is_worded_in_both_languages_and_reachable() -> None:
    assert set(WORDS) == set(Status) == set(TRANSITIONS)
    reached, todo = {Status.SUBMITTED.value}, [Status.SUBMITTED.value]
    while todo:
        new = set(following(todo.pop(), by_complainant=False)) - reached
        reached |= new
        todo += new
    assert reached == set(Status.values)
    assert {Status.CLOSED} == FINAL


@given(st.lists(st.sampled_from(Status.values), max_size=12), st.lists(st.booleans(), max_size=12))
def test_no_order_of_wishes_leads_out_of_the_end_or_back_to_the_start(
    wishes: list[str], by: list[bool]
) -> None:
    at = "SUBMITTED"
    for wish, complains in zip(wishes, by, strict=False):
        if wish in following(at, by_complainant=complains):
            assert at not in FINAL
            assert wish != "SUBMITTED"
            # what a complainant may do an office may do as well
            assert wish in following(at, by_complainant=False)
            at = wish


@pytest.mark.django_db(transaction=True)
def test_a_photo_may_be_done_while_an_officer_decides(
    officer: Visitor, nobody: Visitor, jhapa: Office
) -> None:
    photo = SimpleUploadedFile("a.jpg", pictures.jpeg())
    filed = nobody.post("/submit-grievance", file=photo, **COMPLAINT).json()
    attachment = Attachment.objects.get()
    with ThreadPoolExecutor(1) as beside:
        with transaction.atomic():
            keep_result(attachment, Looked(pictures.jpeg(), "image/jpeg"))
            # it has the case's row by now and waits for the case's stream, which is ours until commit
            deciding = beside.submit(moved_beside, officer, filed)
            wait_until_somebody_waits()
        assert deciding.result().status_code == 200
    assert Grievance.objects.get().status == "RESOLVED"


def moved_beside(officer: Visitor, filed: dict[str, Any]) -> Any:
    try:
        return move(officer, filed, "RESOLVED")
    finally:
        connection.close()


def wait_until_somebody_waits() -> None:
    """Until another connection waits for a lock."""
    waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype IN ('advisory', 'transactionid')"
    deadline = time.monotonic() + PATIENCE
    with connection.cursor() as cursor:
        while time.monotonic() < deadline:
            cursor.execute(waiting)
            if cursor.fetchone() != (0,):
                return
            time.sleep(0.05)
    pytest.fail("nobody waited")

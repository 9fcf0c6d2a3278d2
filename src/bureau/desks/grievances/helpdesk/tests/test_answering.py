"""What an office writes is read by the person, and what the person writes by the office."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from bureau.desks.grievances.helpdesk.models import Ticket
from bureau.desks.grievances.helpdesk.tests.conftest import Act, case_of
from bureau.desks.grievances.tests.conftest import Visitor
from bureau.kernel.events.models import Event
from bureau.kernel.notify.models import Message

pytestmark = pytest.mark.django_db
ANSWER = "The contractor sprinkles water three times a day now."
INTERNAL = "Hari of the works department promised this by telephone."
Written = Callable[[], list[tuple[str, str, str]]]


@pytest.fixture
def mine(nobody: Visitor, filed: dict[str, Any]) -> Visitor:
    """Whoever filed the complaint, with the token of its receipt."""
    return nobody.with_token(filed["token"])


@pytest.fixture
def public(mine: Visitor, filed: dict[str, Any]) -> Callable[[], dict[str, Any]]:
    """The status page's data, as the person reads it."""
    return lambda: mine.get(f"/grievance-status/{filed['grievance_id']}").json()["grievance"]


def say(who: Visitor, ticket: Ticket, text: str, verb: str = "messages") -> Any:
    name = case_of(ticket).grievance_id
    return who.post(f"/api/grievance/{name}/{verb}", {"text": text})


def thread(officer: Visitor, ticket: Ticket) -> list[tuple[str, str, str]]:
    data = officer.get(f"/tickets/{ticket.uid}").json()["data"]
    return [(one["kind"], one["by"] or "", one["text"]) for one in data["thread"] if one["text"]]


@pytest.mark.parametrize("category", ["ACCEPTED_OTHER", "DEMAND_REJECTED"])
def test_the_answer_is_read_by_the_person_and_the_note_is_not(
    act: Act, ticket: Ticket, officer: Visitor, mine: Visitor, public: Any, category: str
) -> None:
    done = act(officer, "RESOLVE", category=category, reply=ANSWER, note=INTERNAL)
    assert (done.status_code, done.json()["message"]) == (200, "")
    name = case_of(ticket).grievance_id
    detail = mine.get(f"/api/grievance/{name}").json()
    assert detail["data"]["status_history"][-1]["notes"] == ANSWER
    [message] = public()["messages"]
    assert (message["by"], message["text"]) == ("office", ANSWER)
    assert INTERNAL not in json.dumps([detail, public()])
    assert thread(officer, ticket) == [("reply", "office", ANSWER), ("note", "office", INTERNAL)]


def test_a_client_that_knows_no_reply_sends_its_note_as_the_answer_and_is_told(
    act: Act, ticket: Ticket, officer: Visitor, public: Any
) -> None:
    done = act(officer, "RESOLVE", category="ACCEPTED_OTHER", note=ANSWER).json()
    assert "sent to the complainant" in done["message"]
    assert [one["text"] for one in public()["messages"]] == [ANSWER]


def test_an_answer_without_words_for_the_person_is_refused(
    act: Act, ticket: Ticket, officer: Visitor
) -> None:
    refused = act(officer, "RESOLVE", category="ACCEPTED_OTHER", reply="", note=INTERNAL)
    assert refused.status_code == 400
    assert list(refused.json()["error"]["fields"]) == ["reply"]
    assert act(officer, "REPLY", reply=" ").status_code == 400
    assert act(officer, "ESCALATE", reply=ANSWER, note=INTERNAL).status_code == 400
    assert case_of(ticket).status == "SUBMITTED"


def test_a_hearing_and_a_closing_say_something_too(
    act: Act, ticket: Ticket, officer: Visitor, public: Any
) -> None:
    act(officer, "ACKNOWLEDGE")
    act(officer, "GRC_CONVENE", hearing_on="2040-01-02")
    assert (
        act(officer, "GRC_DECIDE", reply="The committee asks for a new drain.").status_code == 200
    )
    act(officer, "RESOLVE", category="ACCEPTED_OTHER", reply=ANSWER)
    assert act(officer, "CLOSE", reply="Thank you for telling us.").status_code == 200
    texts = [one["text"] for one in public()["messages"]]
    assert texts[-3:] == [
        "The committee asks for a new drain.",
        ANSWER,
        "Thank you for telling us.",
    ]


def test_people_and_office_write_to_each_other_while_the_case_is_open(
    act: Act, ticket: Ticket, officer: Visitor, mine: Visitor, public: Any, bot: Visitor
) -> None:
    assert act(officer, "REPLY", reply="Which house is it?").status_code == 200
    assert say(mine, ticket, "The blue one beside the school.").status_code == 200
    both = [("office", "Which house is it?"), ("complainant", "The blue one beside the school.")]
    assert [(one["by"], one["text"]) for one in public()["messages"]] == both
    assert [(by, text) for _, by, text in thread(officer, ticket)] == both
    assert say(officer, ticket, "Me too.").status_code == 403
    assert say(bot, ticket, "Me too.").status_code == 403
    assert say(mine, ticket, "  ").status_code == 400
    assert "blue" not in str(list(Event.objects.values_list("payload", "message")))
    act(officer, "RESOLVE", category="ACCEPTED_OTHER", reply=ANSWER)
    act(officer, "CLOSE")
    assert say(mine, ticket, "One more thing.").status_code == 409
    assert not public()["may_write"]


def test_whoever_proved_an_address_writes_as_with_the_receipt(
    ticket: Ticket, nobody: Visitor, officer: Visitor, other_officer: Visitor
) -> None:
    from bureau.desks.grievances.callers import Scope, write_token

    person = write_token(Scope.PERSON, [case_of(ticket).complainant_id])
    assert (
        say(nobody.with_token(person), ticket, "I moved to my sister's house.").status_code == 200
    )
    assert [text for *_, text in thread(officer, ticket)] == ["I moved to my sister's house."]
    assert say(other_officer, ticket, "Hello").status_code == 404


def test_an_objection_reaches_the_ticket_with_its_words(
    act: Act, ticket: Ticket, officer: Visitor, mine: Visitor
) -> None:
    act(officer, "RESOLVE", category="ACCEPTED_OTHER", reply=ANSWER)
    name = case_of(ticket).grievance_id
    objection = {"status_code": "DISPUTED", "notes": "Nobody came. There is still dust."}
    assert mine.post(f"/api/grievance/{name}/status", objection).status_code == 200
    found = officer.get(f"/tickets/{ticket.uid}").json()["data"]
    assert (found["state"], found["resolution"]) == ("OPEN", None)
    assert thread(officer, ticket)[-1] == ("reply", "complainant", objection["notes"])


def test_a_person_says_that_the_answer_is_good_once_there_is_one(
    act: Act, ticket: Ticket, officer: Visitor, mine: Visitor, public: Any
) -> None:
    assert say(mine, ticket, "", "satisfaction").status_code == 409
    act(officer, "RESOLVE", category="ACCEPTED_OTHER", reply=ANSWER)
    assert not public()["satisfied"]
    assert say(mine, ticket, "It is clean now.", "satisfaction").status_code == 200
    assert public()["satisfied"]
    assert officer.get(f"/tickets/{ticket.uid}").json()["data"]["satisfied"]
    act(officer, "CLOSE")
    assert public()["satisfied"]


def test_the_person_is_told_that_there_is_an_answer_and_not_what_it_says(
    act: Act, ticket: Ticket, officer: Visitor
) -> None:
    act(officer, "REPLY", reply="Which house is it?")
    act(officer, "RESOLVE", category="ACCEPTED_OTHER", reply=ANSWER)
    written = Message.objects.filter(template__in=["grievance_message", "grievance_answered"])
    assert (
        sorted(written.values_list("template", flat=True))
        == ["grievance_answered"] * 2 + ["grievance_message"] * 2
    )
    for message in written:
        if message.content:
            assert "house is it" not in message.content
            assert "sprinkles" not in message.content


def test_officers_see_what_arrived_and_send_it_again_without_seeing_the_address(
    act: Act, ticket: Ticket, officer: Visitor, other_officer: Visitor
) -> None:
    act(officer, "RESOLVE", category="ACCEPTED_OTHER", reply=ANSWER)
    told = officer.get(f"/tickets/{ticket.uid}").json()["data"]["deliveries"]
    assert {(one["channel"], one["about"]) for one in told} == {
        (channel, about)
        for channel in ("sms", "email")
        for about in ("grievance_recap", "grievance_answered")
    }
    assert "9841234567" not in json.dumps(told)
    assert "ram@example.com" not in json.dumps(told)
    mail = next(one for one in told if one["channel"] == "email")
    path = f"/tickets/{ticket.uid}/messages/{mail['message_id']}/send-again"
    Message.objects.filter(pk=mail["message_id"]).update(state="queued")
    assert officer.post(path).status_code == 409
    Message.objects.filter(pk=mail["message_id"]).update(state="failed", error_code="550")
    again = officer.post(path)
    assert again.status_code == 200
    assert len(again.json()["data"]) == len(told) + 1
    assert other_officer.post(path).status_code == 404
    absent = path.replace(mail["message_id"], str(ticket.uid))
    assert officer.post(absent).status_code == 404

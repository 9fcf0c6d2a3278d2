"""Receipts and one-time codes: what opens a case, and what guessing gets."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from bureau.desks.grievances.intake.limits import CODE_BY_ALL
from bureau.desks.grievances.intake.receipt_codes import content_hash, normalised
from bureau.desks.grievances.models import Grievance, Guess, OneTimeCode, Receipt
from bureau.desks.grievances.tests.conftest import COMPLAINT, Visitor
from bureau.kernel.notify.models import Message

pytestmark = pytest.mark.django_db


def code_of(message: Message) -> str:
    found = re.search(r"\d{6}", message.content)
    assert found
    return found[0]


def newest_code() -> str:
    rows = Message.objects.filter(template="otp_message").order_by("created_at")
    return code_of(list(rows)[-1])


def test_a_receipt_opens_its_case_and_proves_the_filing(
    nobody: Visitor, filed: dict[str, Any]
) -> None:
    said = {"grievance_id": filed["grievance_id"], "receipt": filed["receipt"].lower()}
    data = nobody.post("/receipt", said).json()["data"]
    assert data["in_log"] is True
    assert data["content_hash"] == filed["content_hash"]
    mine = nobody.with_token(data["token"])
    status = mine.get(f"/grievance-status/{filed['grievance_id']}").json()
    assert status["current_status"]["status_code"] == "SUBMITTED"
    assert "received your complaint" in status["grievance"]["in_words"]


def test_anybody_can_compute_the_hash_of_what_was_sent(filed: dict[str, Any]) -> None:
    case = Grievance.objects.get(grievance_id=filed["grievance_id"])
    expected = content_hash(
        {
            "grievance_id": case.grievance_id,
            "grievance_description": COMPLAINT["grievance_description"],
            "province": "KO",
            "district": "JH",
            "municipality": "Birtamod",
            "ward": 4,
            "language_code": "en",
        },
        [],
    )
    assert filed["content_hash"] == expected


def test_a_receipt_that_the_log_does_not_know_says_so(
    nobody: Visitor, filed: dict[str, Any]
) -> None:
    receipt = Receipt.objects.get()
    receipt.content_hash = "0" * 64
    receipt.save()
    said = {"grievance_id": filed["grievance_id"], "receipt": filed["receipt"]}
    assert nobody.post("/receipt", said).json()["data"]["in_log"] is False


@pytest.mark.security("locking the owner of a case out with wrong receipts for its number")
def test_wrong_receipts_shut_out_who_guesses_and_never_the_owner(
    nobody: Visitor, filed: dict[str, Any]
) -> None:
    stranger = Visitor(address="198.51.100.9")
    names = (filed["grievance_id"], "B-GR-20260101-KOJH-000000000000")
    answers = [
        stranger.post("/receipt", {"grievance_id": name, "receipt": "00000-00000-00000-00000"})
        for name in names * 16
    ]
    told = [(answer.status_code, answer.json()) for answer in answers]
    assert [status for status, _ in told] == [404] * 30 + [429] * 2
    # a case that exists is answered like one that does not
    assert all(told[number] == told[number + 1] for number in range(0, 32, 2))
    right = {"grievance_id": filed["grievance_id"], "receipt": filed["receipt"]}
    assert stranger.post("/receipt", right).json()["error"]["code"] == "LOCKED"
    assert nobody.post("/receipt", right).status_code == 200
    Guess.objects.update(at=timezone.now() - timedelta(minutes=61))
    assert stranger.post("/receipt", right).status_code == 200


def test_a_code_opens_the_cases_of_the_number_in_any_spelling(
    nobody: Visitor, filed: dict[str, Any]
) -> None:
    answer = nobody.post("/otp/send", {"phone": "+977 984-1234567"})
    assert answer.status_code == 200
    code = newest_code()
    assert code not in answer.content.decode()
    verified = nobody.post("/otp/verify", {"phone": "९८४१२३४५६७", "code": code}).json()
    mine = nobody.with_token(verified["data"]["token"])
    assert mine.get("/api/grievances").json()["count"] == 1
    assert mine.get(f"/grievance/{filed['grievance_id']}").status_code == 200
    again = nobody.post("/otp/verify", {"phone": "9841234567", "code": code})
    assert (again.status_code, again.json()["error"]["code"]) == (400, "WRONG_CODE")


def test_an_unknown_number_is_answered_like_a_known_one(
    nobody: Visitor, filed: dict[str, Any]
) -> None:
    known = nobody.post("/otp/send", {"phone": "9841234567"})
    unknown = nobody.post("/otp/send", {"phone": "9800000001"})
    assert (known.status_code, known.json()) == (unknown.status_code, unknown.json())
    assert Message.objects.filter(template="otp_message").count() == 1


@pytest.mark.security("locking somebody's phone out with wrong one-time codes")
def test_five_wrong_codes_shut_out_who_guesses_and_not_the_phone(
    nobody: Visitor, filed: dict[str, Any]
) -> None:
    stranger = Visitor(address="198.51.100.9")
    nobody.post("/otp/send", {"phone": "9841234567"})
    code = newest_code()
    wrong = "000000" if code != "000000" else "111111"
    tried = [stranger.post("/otp/verify", {"phone": "9841234567", "code": wrong}) for _ in range(6)]
    assert [one.status_code for one in tried] == [400] * 5 + [429]
    locked = stranger.post("/otp/verify", {"phone": "9841234567", "code": code})
    assert (locked.status_code, locked.json()["error"]["code"]) == (429, "LOCKED")
    assert nobody.post("/otp/verify", {"phone": "9841234567", "code": code}).status_code == 200


@pytest.mark.security("guessing a one-time code from many addresses")
def test_many_addresses_together_stay_far_from_a_guess(
    nobody: Visitor, filed: dict[str, Any]
) -> None:
    nobody.post("/otp/send", {"phone": "9841234567"})
    code = newest_code()
    wrong = "000000" if code != "000000" else "111111"
    for number in range(CODE_BY_ALL.most):
        one = Visitor(address=f"198.51.100.{number // 4}")
        assert one.post("/otp/verify", {"phone": "9841234567", "code": wrong}).status_code == 400
    assert nobody.post("/otp/verify", {"phone": "9841234567", "code": code}).status_code == 429


def test_a_code_is_over_after_ten_minutes_and_only_the_newest_is_good(
    nobody: Visitor, filed: dict[str, Any]
) -> None:
    nobody.post("/otp/send", {"phone": "9841234567"})
    first = newest_code()
    nobody.post("/otp/send", {"phone": "9841234567"})
    second = newest_code()
    said = {"phone": "9841234567"}
    if first != second:
        assert nobody.post("/otp/verify", {**said, "code": first}).status_code == 400
    OneTimeCode.objects.update(expires_at=timezone.now())
    assert nobody.post("/otp/verify", {**said, "code": second}).status_code == 400


@pytest.mark.security("sending paid messages to a phone without end, from many addresses")
def test_messages_to_a_number_are_limited_an_hour_for_each_and_a_day_for_all(
    nobody: Visitor, filed: dict[str, Any]
) -> None:
    def send(address: str) -> int:
        return int(Visitor(address=address).post("/otp/send", {"phone": "9841234567"}).status_code)

    assert [send("198.51.100.1") for _ in range(5)] == [200] * 4 + [429]
    # a stranger who used up theirs does not shut the owner out
    assert send(nobody.address) == 200
    assert [send(f"198.51.100.{number}") for number in range(2, 10)] == [200] * 7 + [429]
    Guess.objects.update(at=timezone.now() - timedelta(hours=2))
    assert send("198.51.100.1") == 429
    Guess.objects.update(at=timezone.now() - timedelta(hours=25))
    assert send("198.51.100.1") == 200


def test_the_database_holds_neither_code_nor_number(nobody: Visitor, filed: dict[str, Any]) -> None:
    nobody.post("/otp/send", {"phone": "9841234567"})
    row = OneTimeCode.objects.get()
    assert "9841234567" not in row.subject
    assert newest_code() not in f"{row.subject} {row.code_digest}"


def test_a_token_is_good_for_what_it_stands_for_only(
    nobody: Visitor, filed: dict[str, Any]
) -> None:
    other = nobody.post("/submit-grievance", {**COMPLAINT, "complainant_phone": ""}).json()
    mine = nobody.with_token(filed["token"])
    assert mine.get(f"/grievance/{filed['grievance_id']}").status_code == 200
    for path in ("/grievance/", "/api/grievance/", "/grievance-status/", "/files/"):
        denied, absent = mine.get(path + other["grievance_id"]), mine.get(path + "GRV404")
        assert (denied.status_code, denied.json()) == (absent.status_code, absent.json())
    forged = nobody.with_token(filed["token"][:-2] + "xx")
    assert forged.get(f"/grievance/{filed['grievance_id']}").status_code == 401


@pytest.mark.parametrize(
    "text", ["", "abc", "UUUUU-UUUUU-UUUUU-UUUUU", "0" * 19, "0" * 21, "०" * 20]
)
def test_what_is_no_receipt_code_is_none(text: str) -> None:
    assert normalised(text) == ""


def test_lookalikes_in_a_code_are_read_as_what_they_mean() -> None:
    assert normalised("o0il1-23456-789ab-cdefg") == "00111" + "23456789ABCDEFG"

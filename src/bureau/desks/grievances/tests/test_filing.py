"""Filing a complaint by HTTP."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from bureau.desks.grievances.intake.limits import FILING_BY_ADDRESS
from bureau.desks.grievances.models import Change, Grievance, Guess, Office, Receipt
from bureau.desks.grievances.tests.conftest import COMPLAINT, Visitor, account
from bureau.desks.grievances.tests.pictures import jpeg
from bureau.kernel.accounts.models import Role
from bureau.kernel.events.models import Event

pytestmark = pytest.mark.django_db


def test_anybody_can_file_and_the_office_of_the_place_gets_the_case(
    filed: dict[str, Any], officer: Visitor, other_officer: Visitor, jhapa: Office
) -> None:
    case = Grievance.objects.get(grievance_id=filed["grievance_id"])
    assert (case.status, case.office, case.is_draft) == ("SUBMITTED", jhapa, False)
    assert case.description == COMPLAINT["grievance_description"]
    assert case.complainant.phone == "+9779841234567"
    assert officer.get(f"/api/grievance/{case.grievance_id}").status_code == 200
    assert other_officer.get(f"/api/grievance/{case.grievance_id}").status_code == 404


def test_the_first_line_of_the_history_is_the_filing(filed: dict[str, Any]) -> None:
    change = Change.objects.get()
    assert (change.change_type, change.status_code, change.version) == (
        "status_change",
        "SUBMITTED",
        1,
    )
    assert change.created_by == "complainant"


def test_a_draft_is_filled_in_with_its_token_and_filed_once(nobody: Visitor, jhapa: Office) -> None:
    draft = nobody.post("/generate-ids", {"province": "KO", "district": "JH"}).json()
    mine = nobody.with_token(draft["token"])
    names = {name: draft[name] for name in ("grievance_id", "complainant_id")}
    assert nobody.post("/submit-grievance", {**COMPLAINT, **names}).status_code == 404
    first = mine.post("/submit-grievance", {**COMPLAINT, **names})
    assert first.status_code == 200
    assert first.json()["complainant_id"] == draft["complainant_id"]
    again = mine.post("/submit-grievance", {**COMPLAINT, **names})
    assert (again.status_code, again.json()["error"]["code"]) == (409, "ALREADY_FILED")
    assert Receipt.objects.count() == 1


def test_a_complaint_without_words_or_speech_leaves_nothing_behind(nobody: Visitor) -> None:
    answer = nobody.post("/submit-grievance", {**COMPLAINT, "grievance_description": " "})
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "VALIDATION_ERROR")
    assert "grievance_description" in answer.json()["error"]["fields"]
    assert not Grievance.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("complainant_phone", "call me"),
        ("complainant_email", "not an address"),
        ("ward", "400"),
        ("province", "../.."),
        ("grievance_claimed_amount", "NaN"),
        ("grievance_description", "x" * 20_001),
    ],
)
def test_what_cannot_be_used_is_named(nobody: Visitor, field: str, value: str) -> None:
    answer = nobody.post("/submit-grievance", {**COMPLAINT, field: value})
    assert answer.status_code == 400
    assert field in answer.json()["error"]["fields"]


def test_an_anonymous_complaint_keeps_nothing_that_names_the_person(nobody: Visitor) -> None:
    answer = nobody.post("/submit-grievance", {**COMPLAINT, "anonymous": True}).json()
    case = Grievance.objects.get(grievance_id=answer["grievance_id"])
    person = case.complainant
    assert case.is_anonymous and person.is_anonymous
    assert [person.full_name, person.phone, person.email, person.address] == [""] * 4
    assert (person.phone_index, person.full_name_index) == (None, None)


def test_a_sensitive_complaint_is_shown_to_named_officers_only(
    nobody: Visitor, officer: Visitor, admin: Visitor
) -> None:
    said = "The supervisor beat me and threatened to kill me at night."
    answer = nobody.post("/submit-grievance", {**COMPLAINT, "grievance_description": said}).json()
    assert answer["sensitive"] is True
    address = f"/api/grievance/{answer['grievance_id']}"
    assert (officer.get(address).status_code, admin.get(address).status_code) == (404, 200)
    from bureau.desks.grievances.models import OfficeMember

    OfficeMember.objects.update(handles_sensitive=True)
    assert officer.get(address).json()["data"]["grievance"]["sensitive_level"] == "critical"


def test_the_place_decides_by_its_most_exact_area(nobody: Visitor, jhapa: Office) -> None:
    from bureau.desks.grievances.tests.conftest import office

    town = office("JH-B", province="KO", district="JH", municipality="Birtamod")
    ward = office("JH-B4", province="KO", district="JH", municipality="Birtamod", ward=4)
    found = []
    for number in ("4", "5"):
        answer = nobody.post("/submit-grievance", {**COMPLAINT, "ward": number}).json()
        found.append(Grievance.objects.get(grievance_id=answer["grievance_id"]).office)
    elsewhere = {**COMPLAINT, "municipality": "Damak"}
    answer = nobody.post("/submit-grievance", elsewhere).json()
    found.append(Grievance.objects.get(grievance_id=answer["grievance_id"]).office)
    assert found == [ward, town, jhapa]


def test_photos_and_documents_come_with_the_form(nobody: Visitor, jhapa: Office) -> None:
    photo = SimpleUploadedFile("Ram_Thapa.jpg", jpeg())
    program = SimpleUploadedFile("run.exe", b"MZ\x00\x00")
    answer = nobody.post("/submit-grievance", photo=photo, other=program, **COMPLAINT).json()
    assert len(answer["files"]) == 1
    assert answer["wrong_extensions_list"] == [{"file_name": "run.exe", "extension": "exe"}]
    case = Grievance.objects.get(grievance_id=answer["grievance_id"])
    kept = case.attachments.get()
    assert (kept.name, kept.file_type) == ("Ram_Thapa.jpg", "image")
    assert kept.stored is not None
    assert kept.stored.name == "file.jpeg"


def test_the_event_of_the_filing_holds_no_word_of_it(filed: dict[str, Any]) -> None:
    event = Event.objects.get(type="grievance.submitted")
    assert event.payload["content_hash"] == filed["content_hash"]
    text = f"{event.payload}{event.message}{event.subject}"
    assert not any(str(value) in text for name, value in COMPLAINT.items() if len(value) > 2)


def test_filing_is_limited_by_address_and_not_for_bots(nobody: Visitor, bot: Visitor) -> None:
    from bureau.desks.grievances.intake.limits import against

    charge = against(FILING_BY_ADDRESS, nobody.address)
    Guess.objects.bulk_create(
        Guess(kind=charge.limit.kind, subject=charge.subject) for _ in range(FILING_BY_ADDRESS.most)
    )
    assert nobody.post("/generate-ids").status_code == 429
    assert bot.post("/generate-ids").status_code == 200


def test_other_accounts_see_no_case(filed: dict[str, Any], db: None) -> None:
    for role in (Role.DOCTOR, Role.PATIENT, Role.ANALYST):
        visitor = account(f"a-{role}", role)
        assert visitor.get(f"/grievance/{filed['grievance_id']}").status_code == 404


def test_the_form_is_looked_through_before_it_is_filed(nobody: Visitor) -> None:
    found = nobody.post("/sensitive-check", {"text": "ठेकेदारले मलाई कुटपिट गरे"}).json()["data"]
    assert (found["level"], found["categories"]) == ("high", ["violence"])
    assert "file_anonymously" in found["choices"]
    calm = nobody.post("/sensitive-check", {"text": "धूलो धेरै छ"}).json()["data"]
    assert (calm["sensitive"], calm["choices"]) == (False, [])
    assert not Grievance.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_filing_is_one_transaction_of_few_statements(
    nobody: Visitor, jhapa: Office, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(22) as asked:
        assert nobody.post("/submit-grievance", COMPLAINT).status_code == 200
    words = [one["sql"] for one in asked.captured_queries]
    assert (words.count("BEGIN"), words.count("COMMIT")) == (1, 1)

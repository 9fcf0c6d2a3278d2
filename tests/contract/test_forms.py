"""A form says what JSON says, on every route whose body is an object."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from bureau.desks.interpreting.tests.clinic import Person, opened, person
from bureau.kernel.accounts.models import Role, User

pytestmark = pytest.mark.django_db
PASSWORD = "a-long-pass-phrase-77"
URLENCODED = "application/x-www-form-urlencoded"


def encoded(fields: dict[str, Any], kind: str) -> dict[str, Any]:
    if kind == URLENCODED:
        return {"data": urlencode(fields, doseq=True), "content_type": kind}
    return {"data": encode_multipart(BOUNDARY, fields), "content_type": MULTIPART_CONTENT}


every_kind = pytest.mark.parametrize("kind", [URLENCODED, "multipart/form-data"])


@pytest.fixture
def doctor() -> Person:
    return person("doctor", Role.DOCTOR)


@every_kind
def test_one_signs_in_and_changes_a_profile_by_form(kind: str) -> None:
    User.objects.create_user("ana", "ana@example.org", PASSWORD, role=Role.DOCTOR)
    fields = {"username": "ana", "password": PASSWORD}
    answer = Client().generic("POST", "/api/auth/login/", **encoded(fields, kind))
    assert answer.status_code == 200, answer.content
    ana = Client(headers={"Authorization": f"Bearer {answer.json()['access']}"})
    for method, name in (("PATCH", "Ana"), ("PUT", "Anna")):
        fields = {"first_name": name, "email": "ana@example.org", "preferred_language": "en"}
        answer = ana.generic(method, "/api/auth/profile/", **encoded(fields, kind))
        assert (answer.status_code, answer.json().get("first_name")) == (200, name)
    fields = {"old_password": PASSWORD, "new_password": "another-pass-phrase-78"}
    answer = ana.generic("POST", "/api/auth/change-password/", **encoded(fields, kind))
    assert answer.status_code == 200, answer.content


@every_kind
def test_a_room_is_made_by_form_with_lists_numbers_and_flags(doctor: Person, kind: str) -> None:
    patient = person("patient", Role.PATIENT)
    fields = {"name": "Ward 3", "is_active": "true", "rag_collection": ""}
    for name in ("participants", "participants[]"):
        asked = {**fields, name: [str(patient.user.pk)]}
        answer = doctor.client.generic("POST", "/api/chat-rooms/", **encoded(asked, kind))
        assert answer.status_code == 201, answer.content
        room = answer.json()["id"]
        assert room in [one["id"] for one in patient.get("/api/chat-rooms/").json()["results"]]
    asked = {**fields, "participants": f"[{patient.user.pk}]"}
    assert (
        doctor.client.generic("POST", "/api/chat-rooms/", **encoded(asked, kind)).status_code == 201
    )


@every_kind
def test_what_a_form_says_wrongly_is_named_by_field(doctor: Person, kind: str) -> None:
    asked = {"name": "Ward 3", "participants": ["nobody"], "is_active": "perhaps"}
    answer = doctor.client.generic("POST", "/api/chat-rooms/", **encoded(asked, kind))
    assert answer.status_code == 400
    told = answer.json().get("errors", answer.json())
    assert {"participants.0", "is_active"} <= set(told)
    nul = encoded({"name": "a\x00b"}, kind)
    assert doctor.client.generic("POST", "/api/chat-rooms/", **nul).status_code == 400


@every_kind
def test_a_text_that_looks_like_json_stays_a_text(doctor: Person, kind: str) -> None:
    room = opened(doctor)
    answer = doctor.client.patch(f"/api/chat-rooms/{room}/", **encoded({"name": "[1]"}, kind))
    assert (answer.status_code, answer.json()["name"]) == (200, "[1]")


@every_kind
@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/api/collections/", {"name": "Dosing", "description": "How much."}),
        ("/api/chat/conversations/", {"title": "Pumps"}),
        ("/api/chat/search/", {"query": "pump"}),
        ("/api/chat/", {"message": "How is the pump oiled?", "language": "auto"}),
        ("/api/v1/auth/login", {"username": "head", "password": "wrong"}),
        ("/api/v1/analysis/tasks", {"exam_id": "1", "analysis_type": "quality_check"}),
        ("/api/ai/describe/", {"image_task_id": "1"}),
        ("/api/auth/token/refresh/", {"refresh": "none"}),
    ],
)
def test_routes_of_every_desk_read_forms(path: str, fields: dict[str, str], kind: str) -> None:
    admin = person("head", Role.ADMIN)
    by_json = admin.post(path, fields)
    by_form = admin.client.generic("POST", path, **encoded(fields, kind))
    if by_json.status_code == 201 and "name" in fields:
        assert by_form.json() == {"name": ["collection with this name already exists."]}
    else:
        assert by_form.status_code == by_json.status_code, by_form.content
    assert "cannot be read" not in by_form.content.decode()
    assert "This field is required" not in by_form.content.decode()


def test_a_form_with_a_cookie_still_needs_the_token_of_our_pages() -> None:
    User.objects.create_user("ana", "ana@example.org", PASSWORD)
    browser = Client(enforce_csrf_checks=True)
    browser.post("/api/auth/login/", {"username": "ana", "password": PASSWORD})
    kinds = [encoded({"first_name": "Eve"}, kind) for kind in (URLENCODED, "multipart/form-data")]
    assert [browser.patch("/api/auth/profile/", **one).status_code for one in kinds] == [403, 403]
    token = browser.get("/api/auth/csrf/").json()["csrfToken"]
    for one in kinds:
        answer = browser.patch("/api/auth/profile/", **one, headers={"X-CSRFToken": token})
        assert answer.status_code == 200, answer.content
        answer = browser.generic(
            "POST",
            "/api/chat/search/",
            **encoded({"query": "a"}, one["content_type"].split(";")[0]),
            headers={"X-CSRFToken": token},
        )
        assert answer.status_code == 200, answer.content

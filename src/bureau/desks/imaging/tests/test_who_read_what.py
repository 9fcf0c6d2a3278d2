"""Every search, read and export is told to auditors, and tells nobody a patient's name."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from bureau.desks.imaging.tests.records import fill
from bureau.kernel.accounts.models import Role, User
from bureau.kernel.accounts.sessions import open_session, tokens_of
from bureau.kernel.events.models import Event

pytestmark = pytest.mark.django_db
SEARCH = "/api/v1/studies/search"


def client_of(username: str, role: Role) -> Client:
    user = User.objects.create(username=username, email=f"{username}@example.org", role=role)
    token = tokens_of(open_session(user)).access
    return Client(headers={"Authorization": f"Bearer {token}"})


def test_an_auditor_sees_who_searched_read_and_exported_what() -> None:
    fill(50)
    doctor, auditor = client_of("dora", Role.DOCTOR), client_of("aud", Role.AUDITOR)
    found = doctor.get(SEARCH, {"q": "陳", "exam_status": "終審報告"}).json()
    exam_id = found["data"][0]["exam_id"]
    doctor.get(f"/api/v1/studies/{exam_id}")
    doctor.get("/api/v1/studies/export", {"exam_ids": [exam_id], "pseudonymised": "true"})
    told = auditor.get("/api/v1/audit/readings").json()
    export, read, search = told["data"]
    assert [row["username"] for row in told["data"]] == ["dora"] * 3
    assert [search["type"], search["total"], search["shown"]] == [
        "studies.searched",
        found["total"],
        len(found["data"]),
    ]
    assert search["filter"]["exam_status"] == ["終審報告"]
    assert (read["type"], export["type"]) == ("study.read", "studies.exported")
    assert (export["shown"], export["pseudonymised"], export["form"]) == (1, True, "csv")
    text = json.dumps([event.payload for event in Event.objects.all()], ensure_ascii=False)
    assert "陳" not in text
    assert exam_id not in text
    assert _types(auditor, q=" 陳") == ["studies.searched"]
    assert _types(auditor, exam_id=exam_id) == ["study.read"]
    assert _types(auditor, username="dora", page_size=2) == ["studies.exported", "study.read"]
    assert _types(auditor, q="somebody else") == []
    assert auditor.get("/api/v1/audit/readings", {"username": "no"}).status_code == 400


def _types(auditor: Client, **query: object) -> list[str]:
    return [row["type"] for row in auditor.get("/api/v1/audit/readings", query).json()["data"]]


def test_a_refused_request_reads_nothing_and_is_not_told() -> None:
    fill(20)
    analyst, auditor = client_of("ana", Role.ANALYST), client_of("aud", Role.AUDITOR)
    assert analyst.get(SEARCH).status_code == 403
    assert auditor.get(SEARCH).status_code == 403
    assert analyst.get("/api/v1/studies/export").status_code == 403
    assert not Event.objects.exists()
    assert analyst.get("/api/v1/studies/export", {"pseudonymised": "true"}).status_code == 200
    assert Client().get(SEARCH).json() == {"detail": "Not authenticated"}

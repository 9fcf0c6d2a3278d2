"""What leaves the house without names cannot be asked for by name, number or second."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from bureau.desks.imaging.models import Study
from bureau.desks.imaging.services.groups import SMALLEST_GROUP
from bureau.desks.imaging.tests.records import fill
from bureau.kernel.accounts.models import Role, User
from bureau.kernel.accounts.sessions import open_session, tokens_of

pytestmark = pytest.mark.django_db
EXPORT = "/api/v1/studies/export"


def client_of(name: str, role: Role) -> Client:
    user = User.objects.create(username=name, email=f"{name}@example.org", role=role)
    return Client(headers={"Authorization": f"Bearer {tokens_of(open_session(user)).access}"})


@pytest.fixture
def analyst() -> Client:
    fill(40)
    return client_of("ana", Role.ANALYST)


def export(client: Client, **query: Any) -> Any:
    return client.get(EXPORT, {"pseudonymised": "true", **query})


def rows_of(answer: Any) -> list[dict[str, str]]:
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


@pytest.mark.security("an analyst looks one patient up in the export without names")
def test_nothing_that_the_file_hides_is_a_filter_or_an_order(analyst: Client) -> None:
    study = Study.objects.filter(medical_record_no__isnull=False).first()
    assert study is not None
    for query in (
        {"q": study.patient_name},
        {"q": study.patient_name, "typo": "true"},
        {"q": study.medical_record_no, "fields": "all"},
        {"exam_ids": study.exam_id},
        {"exam_ids[]": study.exam_id},
        {"application_order_no": study.application_order_no or "1"},
        {"exam_description[]": study.exam_description or "1"},
        {"sort": "patient_name_asc"},
        {"start_date": "2025-01-01T09:30:00"},
        {"end_date": "2025-01-01T09:30:00"},
    ):
        assert export(analyst, **query).status_code == 403, query
    doctor = client_of("dora", Role.DOCTOR)
    assert export(doctor, q=study.patient_name).status_code == 200


@pytest.mark.security("an analyst narrows the export without names down to one patient")
def test_groups_that_are_too_small_are_refused_like_empty_ones(analyst: Client) -> None:
    Study.objects.filter(pk__in=Study.objects.values("pk")[:3]).update(exam_room="Cellar")
    few, none = export(analyst, exam_room="Cellar"), export(analyst, exam_room="Attic")
    assert (few.status_code, few.json()) == (none.status_code, none.json())
    assert few.status_code == 403
    Study.objects.update(exam_room="Cellar")
    assert len(rows_of(export(analyst, exam_room="Cellar"))) == 40
    # many studies of one person are one person
    Study.objects.update(medical_record_no="00000001")
    assert export(analyst, exam_room="Cellar").status_code == 403
    assert SMALLEST_GROUP > 1


def test_a_file_without_names_has_days_for_times(analyst: Client) -> None:
    Study.objects.update(order_datetime=datetime(2025, 3, 4, 5, 6, 7))
    rows = rows_of(export(analyst, start_date="2025-03-04", end_date="2025-03-04"))
    assert {row["order_datetime"] for row in rows} == {"2025-03-04"}
    for name in ("check_in_datetime", "report_certification_datetime"):
        assert all(len(row[name]) in {0, 10} for row in rows)


def test_the_order_within_a_day_tells_nothing(analyst: Client) -> None:
    Study.objects.update(order_datetime=datetime(2025, 3, 4))
    first, second = rows_of(export(analyst)), rows_of(export(analyst))
    assert [row["exam_id"] for row in first] != [row["exam_id"] for row in second]
    assert {row["exam_id"] for row in first} == {row["exam_id"] for row in second}

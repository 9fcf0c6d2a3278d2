"""Texts, cells, days and the version follow the studies, whoever changes them and however."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from bureau.desks.imaging.models import State, Study, Text
from bureau.desks.imaging.search.finding import find, meant
from bureau.desks.imaging.search.matching import hits_of
from bureau.desks.imaging.search.query import Filter, StudyQuery
from bureau.desks.imaging.services.rollups import differences
from bureau.desks.imaging.tests.records import fill

pytestmark = pytest.mark.django_db


def version() -> int:
    return State.objects.get().version


def test_they_follow_inserts_updates_and_deletes() -> None:
    fill(300)
    assert differences() == []
    chance = random.Random(3)
    for number in range(30):
        some = Study.objects.filter(exam_id__endswith=str(chance.randrange(10)))
        before = version()
        match number % 4:
            case 0:
                some.update(exam_item=f"Item {number}", exam_description=None)
            case 1:
                some.update(patient_name=f"Name {number % 8}", order_datetime=datetime(2020, 1, 1))
            case 2:
                some.update(exam_status="other", exam_description="long " * 1_000)
            case 3:
                Study.objects.filter(pk__in=list(some.values_list("pk", flat=True)[:5])).delete()
        assert version() > before
        assert differences() == []


def test_a_name_that_no_study_holds_is_kept_nowhere() -> None:
    fill(20)
    name = Study.objects.values_list("patient_name", flat=True)[0]
    Study.objects.filter(patient_name=name).delete()
    assert not Text.objects.filter(text=name).exists()


def test_what_is_rolled_back_leaves_no_trace() -> None:
    fill(10)
    before = version()
    with transaction.atomic():
        Study.objects.all().delete()
        transaction.set_rollback(True)
    assert (version(), differences()) == (before, [])


FILTERS = [
    Filter(),
    *(
        Filter(q=q)
        for q in (
            "王",
            "陳",
            "CT",
            "電腦",
            "胸部",
            "ng",
            "maria",
            "an",
            "x",
            "100%",
            "顯影",
            "無顯影劑 ",
        )
    ),
    Filter(q="ct", exact={"exam_source": ("急診",)}),
    Filter(q="陳", exact={"exam_status": ("終審報告", "已刪單")}),
    Filter(q="a", everywhere=True),
    Filter(q="001", everywhere=True),
    Filter(q="maria santoz", typo=True),
    Filter(q="陳", since=datetime(2020, 1, 1), until=datetime(2023, 1, 1)),
    Filter(age_min=40, age_max=60, exact={"patient_gender": ("F",)}),
    Filter(exact={"exam_item": ("CT Chest",), "equipment_type": ("CT", "MR")}),
    Filter(exact={"exam_room": ("CT1室",), "exam_description": ("胸部電腦斷層",)}),
]


@pytest.mark.parametrize("limits", [(1, 1), (5_000, 3_000)], ids=["many", "few"])
def test_every_way_to_a_page_and_a_total_finds_the_same(monkeypatch: Any, limits: Any) -> None:
    """Naming texts or not, collecting or walking, kept counts or counting: one truth."""
    fill(400)
    collected, named = limits
    monkeypatch.setattr("bureau.desks.imaging.search.finding.COLLECTED", collected)
    monkeypatch.setattr("bureau.desks.imaging.search.matching.NAMED", named)
    for asked in FILTERS:
        truth = _truth(asked)
        for sort, order in (
            ("order_datetime_desc", "order_datetime DESC, exam_id DESC"),
            ("order_datetime_asc", "order_datetime, exam_id"),
            ("patient_name_asc", "patient_name, exam_id"),
        ):
            expected = _ordered(truth, order)
            for offset in (0, 7, 390):
                found = find(StudyQuery(asked, sort=sort, offset=offset, page_size=13, facets=True))
                assert found.total == len(truth), asked
                shown = [row["exam_id"] for row in found.rows]
                assert shown == expected[offset : offset + 13], asked
        _assert_facets(asked, found.facets or {})


def _truth(asked: Filter) -> list[str]:
    """By asking every study the plain question of the contract."""
    if not asked.q or asked.typo or asked.everywhere:
        where = meant(asked, hits_of(asked))
        sql, values = where.sql, list(where.values)
    else:
        plain = meant(Filter(**{**vars(asked), "q": ""}), None)
        term = asked.q.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        held = " OR ".join(
            f"{name} ILIKE %s" for name in ("patient_name", "exam_description", "exam_item")
        )
        sql, values = f"{plain.sql} AND ({held})", [*plain.values, *[f"%{term}%"] * 3]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT exam_id FROM medical_examinations_fact WHERE {sql}", values)
        return [row[0] for row in cursor.fetchall()]


def _ordered(ids: list[str], order: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT exam_id FROM medical_examinations_fact WHERE exam_id = ANY(%s) ORDER BY {order}",
            [ids],
        )
        return [row[0] for row in cursor.fetchall()]


def _assert_facets(asked: Filter, facets: dict[str, Any]) -> None:
    for name, option in {
        "exam_status": "exam_statuses",
        "equipment_type": "equipment_types",
    }.items():
        others = {key: value for key, value in asked.exact.items() if key != name}
        ids = _truth(Filter(**{**vars(asked), "exact": others}))
        counts: dict[str, int] = {}
        for value in Study.objects.filter(pk__in=ids).values_list(name, flat=True):
            counts[value] = counts.get(value, 0) + 1
        assert {one["value"]: one["count"] for one in facets[option]} == counts, asked


def test_a_day_with_many_studies_begins_where_it_begins() -> None:
    start = datetime(2024, 1, 1)
    for number in range(60):
        Study.objects.create(
            exam_id=f"{number:03d}",
            patient_name="A",
            exam_status="s",
            exam_source="o",
            exam_item="i",
            equipment_type="t",
            order_datetime=start + timedelta(hours=number * number % 97),
        )
    whole = [row["exam_id"] for row in find(StudyQuery(Filter(), page_size=60)).rows]
    for offset in range(0, 60, 7):
        part = find(StudyQuery(Filter(), page_size=7, offset=offset)).rows
        assert [row["exam_id"] for row in part] == whole[offset : offset + 7]

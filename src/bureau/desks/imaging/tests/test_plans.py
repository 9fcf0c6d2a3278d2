"""The statements of a search use the indexes they were written for; a plan test, not a stopwatch."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bureau.desks.imaging.models import Study
from bureau.desks.imaging.search.conditions import one_of
from bureau.desks.imaging.search.finding import find, meant
from bureau.desks.imaging.search.folding import fold
from bureau.desks.imaging.search.matching import IDENTIFIED, hits_of, lookup
from bureau.desks.imaging.search.options import options
from bureau.desks.imaging.search.query import Filter, StudyQuery
from bureau.desks.imaging.tests.records import fill

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _studies(as_superuser: Any) -> None:
    fill(3_000)
    with connection.cursor() as cursor:
        # a few thousand rows are scanned in no time: what counts is which index can answer
        cursor.execute("SET LOCAL enable_seqscan = off")


def plan(sql: str, values: Any) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {sql}", values)
        return "\n".join(row[0] for row in cursor.fetchall())


@pytest.mark.parametrize("term", ["王", "王偉", "林淑美", "ng", "x", "胸部電腦", "%", "o'"])
def test_short_terms_and_chinese_are_looked_up_by_their_pairs(term: str) -> None:
    where = lookup(fold(term))
    shown = plan(f"SELECT text FROM imaging_text WHERE {where.sql}", where.values)
    assert "Bitmap Index Scan on text_by_gram" in shown


@pytest.mark.parametrize("term", ["smith", "MARIA S", "100% chest"])
def test_latin_words_are_looked_up_by_trigrams(term: str) -> None:
    where = lookup(fold(term))
    shown = plan(f"SELECT text FROM imaging_text WHERE {where.sql}", where.values)
    assert "Bitmap Index Scan on text_by_trigram" in shown


def test_studies_follow_by_the_index_of_each_column() -> None:
    for column, index in {
        "patient_name": "study_by_name",
        "exam_item": "study_by_item",
        "exam_description": "study_by_description",
        "exam_status": "study_by_status",
    }.items():
        for texts in (["a"], ["a", "b"]):
            where = one_of(column, texts)
            shown = plan(f"SELECT * FROM medical_examinations_fact WHERE {where.sql}", where.values)
            assert index in shown, shown
    shown = plan(f"SELECT 1 FROM medical_examinations_fact WHERE {IDENTIFIED}", ["%12345%"])
    assert "study_by_identifier" in shown


def test_walking_follows_the_order_and_sorts_nothing() -> None:
    for order, index in {
        "order_datetime DESC, exam_id DESC": "study_by_order",
        "order_datetime, exam_id": "study_by_order",
        "patient_name, exam_id": "study_by_name",
    }.items():
        shown = plan(f"SELECT exam_id FROM medical_examinations_fact ORDER BY {order} LIMIT 20", [])
        assert index in shown
        assert "Sort" not in shown
    asked = Filter(exact={"exam_status": ("終審報告",)})
    where = meant(asked, hits_of(asked), walking=True)
    shown = plan(
        f"SELECT exam_id FROM medical_examinations_fact WHERE {where.sql} "
        "ORDER BY order_datetime DESC, exam_id DESC LIMIT 20",
        where.values,
    )
    assert "Sort" not in shown


def test_a_search_is_two_statements_however_often_it_is_made() -> None:
    """Which texts hold the term, and the page: the rest is a sum or remembered."""
    terms = ("王", "smith", "胸部", "CT")
    for term in terms:
        options(find(StudyQuery(Filter(q=term))).state)
    for term in terms:
        with CaptureQueriesContext(connection) as asked:
            found = find(StudyQuery(Filter(q=term)))
            options(found.state)
        assert (len(asked), found.total > 0) == (2, True), term


def test_a_change_of_studies_is_seen_at_once_in_totals_and_options() -> None:
    asked = StudyQuery(Filter(q="胸部"))
    before = find(asked)
    options(before.state)
    Study.objects.filter(exam_id=before.rows[0]["exam_id"]).update(exam_status="新")
    Study.objects.filter(exam_id=before.rows[1]["exam_id"]).delete()
    after = find(asked)
    assert after.total == before.total - 1
    assert "新" in options(after.state)["exam_statuses"]
    assert "新" not in options(before.state)["exam_statuses"]

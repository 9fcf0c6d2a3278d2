"""A name is found however it is spelled, without the switch for slips, and the answer says why."""

from __future__ import annotations

import pytest

from bureau.desks.imaging.search.finding import find
from bureau.desks.imaging.search.query import Filter, StudyQuery
from bureau.desks.imaging.search.reasons import reasons
from bureau.desks.imaging.tests.records import fill, study

pytestmark = pytest.mark.django_db

SAME = [
    ("張三", "张三"),
    ("张三", "張三"),
    ("Ana Müller", "muller"),
    ("Ana Muller", "Müller"),
    ("Łukasz Żak", "lukasz zak"),
    ("François O’Brien", "Francois O'Brien"),
    ("Straße", "STRASSE"),
    ("Åström Eva", "astrom"),
    ("सीता थापा", "सिता"),
    ("शुशीला", "सुसिला"),
    ("ＷＡＮＧ Wei", "wang"),
]


@pytest.mark.parametrize(("stored", "typed"), SAME)
def test_another_spelling_finds_the_name_and_says_so(stored: str, typed: str) -> None:
    fill(30)
    study("spelled", patient_name=stored)
    found = find(StudyQuery(Filter(q=typed)))
    rows = {row["exam_id"]: row for row in found.rows}
    assert "spelled" in rows, typed
    assert found.hits is not None
    (why,) = reasons(rows["spelled"], found.hits, everywhere=False)
    exact = typed.lower() in stored.lower() or stored.startswith("ＷＡＮＧ")
    assert why == {"field": "patient_name", "how": "contains" if exact else "spelled"}


def test_numbers_and_other_names_are_not_taken_for_it() -> None:
    study("other", patient_name="Milena", medical_record_no="MÜ-1")
    assert find(StudyQuery(Filter(q="muller"))).total == 0
    assert find(StudyQuery(Filter(q="mu-1", everywhere=True))).total == 0
    assert find(StudyQuery(Filter(q="mü-1", everywhere=True))).total == 1

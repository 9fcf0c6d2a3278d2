"""Numbers of cases: the documented layout, older ones, and clashes."""

from __future__ import annotations

from datetime import date
from itertools import count
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bureau.desks.grievances import ids, numbering
from bureau.desks.grievances.intake.drafts import start_draft
from bureau.desks.grievances.models import Grievance
from bureau.desks.grievances.tests.conftest import Visitor

DAY = date(2026, 1, 5)


@given(
    st.sampled_from(["GR", "CM", "REC", "TR", "TL"]),
    st.sampled_from(["bot", "accessible", "web", "unknown"]),
    st.dates(),
)
def test_a_new_number_has_the_documented_layout_and_is_its_own_spelling(
    kind: Any, source: str, day: date
) -> None:
    name = ids.new_id(kind, source=source, province="KO", district="JH", day=day)
    if day.year >= 1000:
        assert ids.is_documented(name)
    assert ids.canonical(f" {name.lower()} ") == name


def test_older_layouts_name_the_same_case() -> None:
    assert ids.canonical("gr-20241201-ko-jh-abc1-a") == "A-GR-20241201-KOJH-ABC1"
    assert ids.canonical("GR-20241201-KO-JH-ABC1") == "GR-20241201-KOJH-ABC1"
    assert ids.canonical("GRV001") == "GRV001"
    assert ids.canonical("B-GR-20250926-KOJH-9718") == "B-GR-20250926-KOJH-9718"


@pytest.mark.parametrize(
    "text", ["", "../etc/passwd", "a" * 61, "GR 1", "GR\x00V1", "%2e%2e", "ＧＲＶ001"]
)
def test_what_names_nothing_is_refused(text: str) -> None:
    assert ids.canonical(text) is None


@given(st.text(max_size=80))
def test_a_spelling_stays_as_it_is_once_found(text: str) -> None:
    found = ids.canonical(text)
    assert found is None or ids.canonical(found) == found


def test_numbers_are_random_enough() -> None:
    made = {
        ids.new_id("GR", source="bot", province="KO", district="JH", day=DAY) for _ in range(2000)
    }
    assert len(made) == 2000
    assert ids.RANDOM_BYTES * 8 >= 48


@pytest.mark.django_db
def test_a_clash_is_answered_with_another_number(monkeypatch: pytest.MonkeyPatch) -> None:
    number = count()
    names = ["GR-20260105-KOJH-0001", "GR-20260105-KOJH-0001", "GR-20260105-KOJH-0002"]

    def next_name(kind: str, **_: Any) -> str:
        return f"CM-{next(number)}" if kind == "CM" else names.pop(0)

    monkeypatch.setattr(numbering, "new_id", next_name)
    assert start_draft().grievance_id.endswith("0001")
    assert start_draft().grievance_id.endswith("0002")
    assert Grievance.objects.count() == 2


@pytest.mark.django_db
def test_six_characters_find_a_case_for_bots_where_they_are_unambiguous(
    bot: Visitor, nobody: Visitor, filed: dict[str, Any]
) -> None:
    short = filed["grievance_id"][-6:].lower()
    assert bot.get(f"/grievance/{short}").status_code == 200
    assert nobody.with_token(filed["token"]).get(f"/grievance/{short}").status_code == 404
    start_draft(grievance_id=f"GRX-{short.upper()}")
    assert bot.get(f"/grievance/{short}").status_code == 404

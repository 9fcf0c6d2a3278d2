"""How long studies are kept, what the demonstration brings, and what a comparison tells."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.management import call_command

from bureau.desks.imaging import demo
from bureau.desks.imaging.comparing import differences as told
from bureau.desks.imaging.models import Report, Study, Text
from bureau.desks.imaging.services.rollups import differences, rebuild

pytestmark = pytest.mark.django_db


def keep(number: int, days: int) -> None:
    ordered = datetime.now(UTC).replace(tzinfo=None) - timedelta(days=days)
    Study.objects.create(
        exam_id=str(number),
        patient_name=f"Name {number}",
        exam_status="s",
        exam_source="o",
        exam_item="i",
        equipment_type="t",
        order_datetime=ordered,
    )
    Report.objects.create(
        report_id=f"R{number}", exam_id=str(number), created_at=ordered, content_hash="0"
    )


def test_studies_past_their_time_go_with_all_that_hangs_on_them(settings: Any, capsys: Any) -> None:
    keep(1, 5)
    keep(2, 15)
    call_command("expire_studies")
    assert Study.objects.count() == 2
    settings.ENV = settings.ENV.model_copy(update={"bureau_imaging_retention_days": 10})
    call_command("expire_studies", "--dry-run")
    assert "1 studies would be removed." in capsys.readouterr().out
    call_command("expire_studies")
    assert [one.exam_id for one in Study.objects.all()] == ["1"]
    assert [one.report_id for one in Report.objects.all()] == ["R1"]
    assert not Text.objects.filter(text="Name 2").exists()


def test_the_demonstration_brings_studies_with_names_of_two_scripts() -> None:
    assert demo.seed() == {"studies": demo.COUNT}
    assert Study.objects.filter(patient_name__contains="陳").exists()
    assert Study.objects.filter(patient_name__contains="Maria").exists()
    assert differences() == []
    Text.objects.filter(field="exam_room").delete()
    assert differences() == ["imaging_text"]
    rebuild()
    assert differences() == []


def test_what_a_comparison_tells() -> None:
    left = {"a": 1, "b": [{"c": None}], "t": 1}
    assert list(told(left, {"a": 1, "b": [{"c": None}], "t": 2}, {"t"})) == []
    assert sorted(told(left, {"b": [{"c": ""}], "a": True, "t": 1}, ())) == [
        "$.a: 1 != True",
        "$.b[0].c: None != ''",
        "$: keys ['a', 'b', 't'] != ['b', 'a', 't']",
    ]
    assert list(told([1], [1, 2], ())) == ["$: 1 items != 2"]

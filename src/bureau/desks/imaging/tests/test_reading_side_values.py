"""Side values of studies: what is clear is read, the original text stays, and the study is found."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bureau.desks.imaging.importing.headers import REPORTS
from bureau.desks.imaging.importing.sandboxed import open_source
from bureau.desks.imaging.importing.side_values import age_in_years, local_time, sex_letter
from bureau.desks.imaging.models import ImportBatch, Report, Study, Target
from bureau.desks.imaging.services.reports import run_report_import
from bureau.desks.imaging.tests import sources
from bureau.desks.imaging.tests.test_importing import bring, counts, written

AGES = {
    "018M": 1, "6月": 0, "6个月": 0, "6M": 0, "3天": 0, "10D": 0, "2W": 0, "1岁6月": 1, "2岁3个月": 2, "<1": 0,
    "新生儿": 0, "45 岁": 45, "４５": 45, "45.5": 45, "60W": 1, "30M": 2, "2岁 3月 5天": 2, "045Y": 45, "45 years": 45,
}  # fmt: skip
NO_AGES = ["不详", "-1", "151", "999", "abc", "5-10", "3月2岁", "岁", "", "45 or 46"]
TIMES = {
    "20240501": "2024-05-01 00:00:00",
    "20240501093000": "2024-05-01 09:30:00",
    "202405010930": "2024-05-01 09:30:00",
    "20240501093000.123+0800": "2024-05-01 09:30:00.123000",
    "2024-05-01T09:30:00+08:00": "2024-05-01 09:30:00",
    "2024-05-01 09:30:00Z": "2024-05-01 09:30:00",
    "2024-05-01 09:30:00+00": "2024-05-01 09:30:00",
    "2024年5月1日": "2024-05-01 00:00:00",
    "2024年5月1日 上午 09:30": "2024-05-01 09:30:00",
    "2024年5月1日下午3时5分": "2024-05-01 15:05:00",
    "2024/5/1 上午 09:30:00": "2024-05-01 09:30:00",
    "2024/5/1 下午 12:10": "2024-05-01 12:10:00",
    "2024-05-01 12:10 AM": "2024-05-01 00:10:00",
    "2024.5.1": "2024-05-01 00:00:00",
    "２０２４／５／１　０９：３０": "2024-05-01 09:30:00",
    "45413.395833": "2024-05-01 09:30:00",
    "45413": "2024-05-01 00:00:00",
}
NO_TIMES = [
    "01/05/2024",
    "113/05/01",
    "2024-02-30",
    "2024-13-01",
    "1234567",
    "99999",
    "tomorrow",
    "20240501250000",
]


@pytest.mark.parametrize(("text", "years"), AGES.items())
def test_an_age_is_read_in_whole_years(text: str, years: int) -> None:
    assert age_in_years(text) == str(years)


@pytest.mark.parametrize("text", NO_AGES)
def test_what_is_no_age_is_none(text: str) -> None:
    assert age_in_years(text) is None


@pytest.mark.parametrize(("text", "moment"), TIMES.items())
def test_a_time_is_read(text: str, moment: str) -> None:
    assert local_time(text) == moment


@pytest.mark.parametrize("text", NO_TIMES)
def test_what_is_no_clear_time_is_none(text: str) -> None:
    assert local_time(text) is None


def test_a_time_with_a_zone_is_converted_where_the_sites_zone_is_known() -> None:
    taipei = ZoneInfo("Asia/Taipei")
    assert local_time("2024-05-01 01:30:00+00", taipei) == "2024-05-01 09:30:00"
    assert local_time("2024-05-01 09:30", taipei) == "2024-05-01 09:30:00"


def test_sexes() -> None:
    said = {
        "O": "U",
        "其他": "U",
        "1": "M",
        "2": "F",
        "0": "U",
        "9": "U",
        "不详": "U",
        "未說明": "U",
        "２": "F",
    }
    assert {text: sex_letter(text) for text in said} == said
    assert sex_letter("X") is None


@pytest.mark.django_db
def test_studies_are_found_whatever_their_side_values_say(tmp_path: Path) -> None:
    rows = [
        sources.row(1, patient_age="018M", patient_gender="1"),
        sources.row(2, patient_age="不详", patient_gender="X", check_in_datetime="2024-02-30"),
        sources.row(3, order_datetime="2024年5月1日 上午 09:30"),
        sources.row(4, order_datetime="01/05/2024"),
        sources.row(5, patient_age="45", patient_gender="女"),
    ]
    batch = bring(sources.duck(tmp_path / "a.duckdb", rows))
    assert counts(batch) == (4, 0, 0, 0, 1)
    one, two, three, five = Study.objects.order_by("exam_id")
    assert (one.patient_age, one.patient_gender) == (1, "M")
    assert one.as_written == {"patient_age": "018M", "patient_gender": "1"}
    assert (two.patient_age, two.patient_gender, two.check_in_datetime) == (None, None, None)
    assert two.as_written == {
        "patient_age": "不详",
        "patient_gender": "X",
        "check_in_datetime": "2024-02-30",
    }
    assert three.order_datetime == datetime(2024, 5, 1, 9, 30)
    assert five.as_written is None
    notes = " ".join(ImportBatch.objects.get().notes)
    assert "patient_age: 1 values were read from another form" in notes
    assert "check_in_datetime: 1 values could not be read and are left empty" in notes
    assert "20240501093000" in batch.problems.get().reason
    assert counts(bring(sources.duck(tmp_path / "b.duckdb", rows))) == (0, 0, 4, 0, 1)


@pytest.mark.django_db
@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_serial_numbers_of_excel_are_times(tmp_path: Path, form: str) -> None:
    table: list[list[Any]] = sources.tabular([sources.row(1)], sources.system_headers())
    place = list(sources.system_headers().values()).index("order_datetime")
    table[1][place] = 45413.395833
    content = sources.workbook(table) if form == "xlsx" else sources.csv_bytes(table)
    bring(written(tmp_path / f"a.{form}", content))
    assert Study.objects.get().order_datetime == datetime(2024, 5, 1, 9, 30)


@pytest.mark.django_db
def test_a_number_cell_that_lost_digits_is_warned_about(tmp_path: Path) -> None:
    table: list[list[Any]] = sources.tabular([sources.row(1)], sources.system_headers())
    table[1][list(sources.system_headers().values()).index("exam_id")] = 20240501000000540
    batch = bring(written(tmp_path / "a.xlsx", sources.workbook(table)))
    assert any("15 digits" in note for note in batch.notes)


@pytest.mark.django_db
def test_the_usual_words_for_the_state_of_a_report(tmp_path: Path) -> None:
    words = {
        "已审核": "completed", "已报告": "completed", "未审核": "draft", "已发布": "completed",
        "已打印": "completed", "审核": "completed", "已歸檔": "archived", "Final": "completed",
    }  # fmt: skip
    header = ["报告编号", "检查号", "姓名", "影像所见", "报告状态"]
    rows = [[f"R{n}", f"E{n}", "王", "plain", word] for n, word in enumerate([*words, "奇怪"])]
    path = written(tmp_path / "a.csv", sources.csv_bytes([header, *rows]))
    batch = ImportBatch.objects.create(target=Target.REPORT, source_name="a.csv")
    run_report_import(batch, open_source(path, REPORTS))
    kept = Report.objects.order_by("report_id").values_list("status", flat=True)
    assert list(kept) == list(words.values())
    assert "已审核" in batch.problems.get().reason

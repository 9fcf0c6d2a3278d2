"""Names of every script are drawn, and what cannot be drawn is said."""

from __future__ import annotations

import pytest

from bureau.desks.insights.datasets import Dataset
from bureau.desks.insights.rendering.charts import render
from bureau.desks.insights.rendering.fonts import missing_letters
from bureau.desks.insights.tests.tables import TODAY

CHEROKEE = "ᏣᎳᎩ"


@pytest.mark.parametrize(
    "name",
    [
        *("浙江大学", "清華大學", "株式会社東芝", "ﾄﾖﾀ自動車", "삼성전자", "มหาวิทยาลัยมหิดล"),
        *("भारतीय प्रौद्योगिकी संस्थान", "தமிழ்நாடு", "తెలంగాణ", "សាកលវិទ្យាល័យ"),
        *("جامعة القاهرة", "אוניברסיטה", "Университет", "Πανεπιστήμιο", "Đại học Bách khoa"),
    ],
)
def test_a_script_of_the_field_is_held_by_a_font(name: str) -> None:
    assert missing_letters([name]) == []


def test_letters_that_no_font_holds_are_named_in_the_chart() -> None:
    table = Dataset("applicants", ((CHEROKEE, 3), ("삼성전자", 2)))
    params = {"language": "en", "top_n": 2}
    result = render("top_patent_applicants", "1.0", table, params, "both", today=TODAY)
    [warning] = result.chart_data["warnings"]
    assert "cannot be drawn in the PNG" in warning
    assert "Ꭹ (U+13A9)" in warning
    assert CHEROKEE in (result.svg or "")
    alone = render("top_patent_applicants", "1.0", table, params, "svg", today=TODAY)
    assert alone.chart_data["warnings"] == []

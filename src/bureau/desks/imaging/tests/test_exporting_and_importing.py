"""What is exported and imported again is unchanged, whatever its texts begin with."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bureau.desks.imaging.models import Study
from bureau.desks.imaging.services.exports import _FORMS, EXPORT_COLUMNS, _cell
from bureau.desks.imaging.tests.test_importing import bring, counts
from bureau.kernel.files.tables.formulas import escaped, unescaped

pytestmark = pytest.mark.django_db(transaction=True)
_BEGINNINGS = st.sampled_from(
    ["", "=", "+", "-", "@", "'", "''", "'=", "' -", "＝", "＋", "－", "＠", '"', "_x000D_"]
)
_REST = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Zs"]), max_size=12)
_LINES = st.sampled_from(["", "\n", "\r\n", " x\ny"])
TEXTS = st.builds(lambda a, b, c: f"{a}{b}{c}z", _BEGINNINGS, _REST, _LINES)
_ONE_LINE = st.builds(
    "{}{}z".format,
    _BEGINNINGS,
    st.text(st.characters(categories=["L", "N"], codec="utf-8"), max_size=9),
)
STUDIES = st.lists(
    st.fixed_dictionaries(
        {
            "patient_name": _ONE_LINE,
            "exam_item": TEXTS,
            "exam_description": st.none() | TEXTS,
            "patient_age": st.none() | st.integers(0, 150),
            "patient_gender": st.sampled_from([None, "M", "F", "U"]),
            "order_datetime": st.datetimes(datetime(1970, 1, 1), datetime(2090, 1, 1)),
            "check_in_datetime": st.none()
            | st.datetimes(datetime(1970, 1, 1), datetime(2090, 1, 1)),
        }
    ),
    min_size=1,
    max_size=6,
)


@given(st.text())
def test_taking_the_apostrophe_off_is_the_inverse_of_putting_it_on(text: str) -> None:
    assert unescaped(escaped(text)) == text


@pytest.mark.parametrize("form", _FORMS)
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(studies=STUDIES)
def test_an_export_imported_again_changes_nothing(
    form: str, studies: list[dict[str, object]], tmp_path: Path
) -> None:
    Study.objects.all().delete()
    for number, fields in enumerate(studies):
        bare = {k: v.strip() if isinstance(v, str) else v for k, v in fields.items()}
        Study.objects.create(
            exam_id=f"-{number}", exam_status="=1", exam_source="＠h", equipment_type="", **bare
        )
    rows = ([_cell(value) for value in row] for row in Study.objects.values_list(*EXPORT_COLUMNS))
    write, _, ending = _FORMS[form]
    path = tmp_path / f"again.{ending}"
    path.write_bytes(write(rows).read())
    assert counts(bring(path)) == (0, 0, len(studies), 0, 0)


def test_cells_that_a_spreadsheet_would_run_have_an_apostrophe_in_csv_alone() -> None:
    rows = [["=1+1", "plain", None]]
    assert b"'=1+1,plain" in _FORMS["csv"][0](rows).read()

"""Files become studies: every row is accounted for, again and again, and back."""

from __future__ import annotations

import random
import shutil
from contextlib import closing
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from bureau.desks.imaging.importing.duckdb_files import DuckSource
from bureau.desks.imaging.importing.headers import STUDIES
from bureau.desks.imaging.importing.sandboxed import open_source
from bureau.desks.imaging.importing.side_values import TIME_FORMS
from bureau.desks.imaging.models import BatchState, Before, ImportBatch, Staged, Study
from bureau.desks.imaging.services import imports
from bureau.desks.imaging.services.rollups import differences
from bureau.desks.imaging.tests import sources
from bureau.kernel.errors import BureauError, Conflict, InvalidInput
from bureau.kernel.files.sheets import SheetTooLarge

pytestmark = pytest.mark.django_db


def bring(path: Path, **options: Any) -> ImportBatch:
    chosen = imports.Options(**options)
    source = open_source(path, STUDIES, chosen.mapping)
    batch = imports.run_study_import(imports.local_import(path, chosen), source)
    counts = imports.summary(batch)
    assert counts.pop("rows_read") == sum(counts.values())
    assert not Staged.objects.exists()
    assert differences() == []
    return batch


def counts(batch: ImportBatch) -> tuple[int, ...]:
    return (batch.inserted, batch.updated, batch.unchanged, batch.skipped, batch.rejected)


def reasons(batch: ImportBatch) -> list[tuple[int, str, str]]:
    return list(batch.problems.order_by("row_no", "id").values_list("row_no", "field", "reason"))


def table_hash() -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT md5(string_agg(s::text, '|' ORDER BY exam_id)) FROM medical_examinations_fact s"
        )
        return str(cursor.fetchone()[0])


def written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


# --- sources --------------------------------------------------------------------------------


def test_a_duckdb_file_is_read_by_name_not_by_position(tmp_path: Path) -> None:
    rows = sources.sample(50)
    batch = bring(sources.duck(tmp_path / "a.duckdb", rows), batch_size=7)
    assert counts(batch) == (50, 0, 0, 0, 0)
    for one in rows:
        kept = Study.objects.get(pk=one["exam_id"])
        assert kept.exam_room == one["exam_room"]
        assert kept.medical_record_no == one["medical_record_no"]
        assert kept.patient_age == int(one["patient_age"])
        assert kept.order_datetime == datetime.fromisoformat(one["order_datetime"])
        assert kept.exam_description == one["exam_description"]


def test_the_systems_own_export(tmp_path: Path) -> None:
    rows = sources.export(40)
    batch = bring(written(tmp_path / "20251029130203.xlsx", sources.workbook(rows)))
    assert counts(batch) == (40, 0, 0, 0, 0)
    first = dict(zip(rows[0], rows[1], strict=True))
    kept = Study.objects.get(pk=first["檢查流水號"])
    # leading zeros survive
    assert kept.medical_record_no == first["病歷號"]
    assert kept.medical_record_no.startswith("0")
    assert kept.equipment_type == first["儀器"]
    assert kept.exam_equipment == first["檢查儀器"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp950", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_in_the_encodings_of_chinese_systems(
    tmp_path: Path, encoding: str, delimiter: str
) -> None:
    # gb18030 holds Traditional characters too; Big5 has no Simplified ones
    content = sources.csv_bytes(sources.export(20), encoding, delimiter)
    batch = bring(written(tmp_path / "export.csv", content))
    assert counts(batch) == (20, 0, 0, 0, 0)
    names = {one["patient_name"] for one in sources.sample(20)}
    assert set(Study.objects.values_list("patient_name", flat=True)) == names


@pytest.mark.parametrize("encoding", ["cp950", "gb18030"])
def test_english_headers_and_chinese_names_are_told_apart(tmp_path: Path, encoding: str) -> None:
    rows = sources.sample(60)
    english = sources.tabular(rows, {name: name for name in sources.DUCK_ORDER})
    content = sources.csv_bytes([[_plain(cell) for cell in one] for one in english], encoding)
    bring(written(tmp_path / "export.csv", content))
    kept = set(Study.objects.values_list("exam_status", flat=True))
    assert kept == {one["exam_status"] for one in rows}


def _plain(cell: Any) -> Any:
    return None if cell is None else "".join(c for c in cell if c not in "Øøéüíö")


@pytest.mark.parametrize("headers", [sources.SIMPLIFIED, sources.TRADITIONAL])
def test_the_documented_headers(tmp_path: Path, headers: dict[str, str]) -> None:
    rows = [
        sources.row(1, patient_age="45歲", patient_gender="女", check_in_datetime="2024/5/6 9:10")
    ]
    batch = bring(written(tmp_path / "a.csv", sources.csv_bytes(sources.tabular(rows, headers))))
    assert counts(batch) == (1, 0, 0, 0, 0)
    kept = Study.objects.get()
    assert (kept.patient_age, kept.patient_gender) == (45, "F")
    assert kept.check_in_datetime == datetime(2024, 5, 6, 9, 10)
    assert kept.equipment_type == ""


def test_headers_in_any_width_and_case_and_extra_columns(tmp_path: Path) -> None:
    headers = {"ＥＸＡＭ＿ＩＤ": "exam_id", "Patient Name ": "patient_name", "　狀態": "exam_status",
               "Exam-Source": "exam_source", "檢查項目": "exam_item", "開單日期／時間": "order_datetime"}  # fmt: skip
    table = sources.tabular([sources.row(1)], headers)
    content = sources.csv_bytes([[*table[0], "備註"], [*table[1], "x"]])
    batch = bring(written(tmp_path / "a.csv", content))
    assert counts(batch) == (1, 0, 0, 0, 0)
    assert batch.notes == ["Column '備註' is not imported."]


def test_titles_above_and_a_second_row_of_headers(tmp_path: Path) -> None:
    headers = sources.system_headers()
    rows = sources.tabular([sources.row(1), sources.row(2)], headers)
    english = list(headers.values())
    content = sources.workbook([["放射科報表"], rows[0], english, *rows[1:]], before=1)
    batch = bring(written(tmp_path / "a.xlsx", content))
    assert counts(batch) == (2, 0, 0, 0, 0)
    assert batch.notes == ["Row 4 repeats the headers and is left out."]


def test_cells_of_excel_that_are_numbers_and_times(tmp_path: Path) -> None:
    one = sources.row(1, exam_description=" =1+1 ")
    typed = {
        **one,
        "exam_id": 12345678901,
        "patient_age": 45.0,
        "order_datetime": datetime(2024, 1, 2, 3, 4, 5),
    }
    rows = sources.tabular([typed], sources.system_headers())
    bring(written(tmp_path / "a.xlsx", sources.workbook(rows)))
    kept = Study.objects.get(pk="12345678901")
    assert (kept.patient_age, kept.order_datetime) == (45, datetime(2024, 1, 2, 3, 4, 5))


def test_a_person_may_say_what_a_column_means(tmp_path: Path) -> None:
    headers = {**sources.system_headers()}
    headers["Nummer"] = headers.pop("檢查流水號") and "exam_id"
    path = written(
        tmp_path / "a.csv", sources.csv_bytes(sources.tabular([sources.row(1)], headers))
    )
    with pytest.raises(InvalidInput, match="Required columns are missing: exam_id"):
        bring(path)
    assert counts(bring(path, mapping={"Nummer": "exam_id", "年齡": ""})) == (1, 0, 0, 0, 0)
    for wrong in ({"No": "exam_id"}, {"Nummer": "number"}, {"Nummer": "patient_name"}):
        with pytest.raises(InvalidInput):
            bring(path, mapping=wrong)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old .xls format"),
        (b"PK\x03\x04broken", "expected a DuckDB file"),
        (b"%PDF-1.7", "expected a DuckDB file"),
        (b"\0" * 8 + b"DUCK" + b"\0" * 100, "DuckDB"),
        (b"a,b\n1,2\n", "No row of headers"),
        ("檢查流水號,姓名,狀態,檢查流水號\n1,2,3,4\n".encode(), "both mean exam_id"),
        ("檢查流水號,姓名,狀態\n1,2,3\n".encode(), "Required columns are missing: exam_source"),
    ],
)
def test_what_is_no_source_is_refused_with_a_reason(
    tmp_path: Path, content: bytes, reason: str
) -> None:
    with pytest.raises(BureauError, match=reason):
        bring(written(tmp_path / "a.xlsx", content))
    assert not Study.objects.exists()


def test_a_duckdb_file_without_the_table(tmp_path: Path) -> None:
    import duckdb

    with duckdb.connect(str(tmp_path / "a.duckdb")) as database:
        database.execute("CREATE TABLE other (a int); CREATE TABLE examinations (b int)")
    with pytest.raises(
        InvalidInput, match=r"no table medical_examinations_fact\. .* examinations, other\."
    ):
        bring(tmp_path / "a.duckdb")


def test_a_duckdb_table_in_another_schema_and_a_copy_in_a_second(tmp_path: Path) -> None:
    import duckdb

    path = sources.duck(tmp_path / "ris.duckdb", [sources.row(1)])
    table = "medical_examinations_fact"
    with duckdb.connect(str(path)) as database:
        # a schema of the database's own name
        database.execute(
            f"CREATE SCHEMA ris.ris; CREATE TABLE ris.ris.{table} AS FROM ris.main.{table}"
        )
    batch = bring(path)
    assert counts(batch) == (1, 0, 0, 0, 0)
    assert any(f"left alone: ris.{table}" in note for note in batch.notes)
    with duckdb.connect(str(path)) as database:
        database.execute(f"DROP TABLE ris.main.{table}")
    assert counts(bring(path)) == (0, 0, 1, 0, 0)
    with duckdb.connect(str(path)) as database:
        database.execute(f"CREATE SCHEMA old; CREATE TABLE old.{table} AS FROM ris.ris.{table}")
    with pytest.raises(InvalidInput, match="several schemas: old, ris"):
        bring(path)
    with duckdb.connect(str(path)) as database:
        database.execute(f"DROP TABLE old.{table}; ALTER TABLE ris.ris.{table} RENAME TO studies")
    with pytest.raises(InvalidInput, match=r"Tables found: ris\.studies"):
        bring(path)


def test_duckdb_times_with_a_zone(tmp_path: Path) -> None:
    import duckdb

    path = sources.duck(tmp_path / "a.duckdb", [sources.row(1)])
    with duckdb.connect(str(path)) as database:
        database.execute(
            "ALTER TABLE medical_examinations_fact ALTER order_datetime TYPE TIMESTAMPTZ "
            "USING make_timestamptz(1714555800000000)"
        )
    batch = bring(path)
    assert counts(batch) == (1, 0, 0, 0, 0)
    assert Study.objects.get().order_datetime == datetime(2024, 5, 1, 9, 30)
    assert any("IMAGING_TIME_ZONE" in note for note in batch.notes)


@pytest.mark.security("a view in a DuckDB file where a table is expected")
def test_a_view_is_not_read(tmp_path: Path) -> None:
    import duckdb

    path = sources.duck(tmp_path / "a.duckdb", [sources.row(1)])
    with duckdb.connect(str(path)) as database:
        database.execute("ALTER TABLE medical_examinations_fact RENAME TO studies")
        database.execute("CREATE VIEW medical_examinations_fact AS SELECT * FROM studies")
    with pytest.raises(InvalidInput, match="is a view in the DuckDB file"):
        bring(path)
    with duckdb.connect(str(path)) as database:
        database.execute("DROP VIEW medical_examinations_fact")
        database.execute("ALTER TABLE studies RENAME TO medical_examinations_fact")
    assert counts(bring(path)) == (1, 0, 0, 0, 0)


@pytest.mark.security("a DuckDB file that reaches for other files, extensions and settings")
def test_nothing_but_the_file_is_in_duckdbs_reach(tmp_path: Path) -> None:
    import duckdb

    source = DuckSource(sources.duck(tmp_path / "a.duckdb", [sources.row(1)]), STUDIES)
    other = written(tmp_path / "other.csv", b"a,b\n1,2\n")
    for statement in (
        f"SELECT * FROM read_csv('{other}')",
        f"COPY (SELECT 1) TO '{tmp_path / 'new.csv'}'",
        f"ATTACH '{tmp_path / 'b.duckdb'}'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET enable_external_access = true",
        "SET memory_limit = '9GB'",
    ):
        with pytest.raises(duckdb.Error, match=r"disabled|locked|read-only|cannot|not found"):
            source._database.execute(statement)
    assert not (tmp_path / "new.csv").exists()
    source.close()


def test_changes_beside_a_duckdb_file_are_not_left_out_in_silence(tmp_path: Path) -> None:
    import duckdb

    path = tmp_path / "a.duckdb"
    sources.duck(path, [sources.row(1)])
    with duckdb.connect(str(path)) as database:
        database.execute("SET wal_autocheckpoint = '1GB'")
        database.execute("DELETE FROM medical_examinations_fact")
        shutil.copy(path, tmp_path / "b.duckdb")
        shutil.copy(f"{path}.wal", tmp_path / "b.duckdb.wal")
    with pytest.raises(InvalidInput, match=r"b\.duckdb\.wal .* CHECKPOINT"):
        bring(tmp_path / "b.duckdb")


@pytest.mark.security("a small workbook whose sheet reaches over more cells than are read")
def test_a_sheet_that_reaches_too_far_is_refused(tmp_path: Path, settings: Any) -> None:
    settings.MAX_SHEET_CELLS = 2_000
    rows = sources.export(20)
    assert counts(bring(written(tmp_path / "a.xlsx", sources.workbook(rows)))) == (20, 0, 0, 0, 0)
    rows[-1] = [*rows[-1], *[None] * 200, "far away"]
    with pytest.raises(SheetTooLarge, match="2,000 is the limit"):
        bring(written(tmp_path / "b.xlsx", sources.workbook(rows)))


def test_an_answer_that_nobody_heard_to_its_end_is_not_taken_for_the_next(tmp_path: Path) -> None:
    path = sources.duck(tmp_path / "a.duckdb", sources.sample(30))
    with closing(open_source(path, STUDIES)) as source:
        assert [chunk.last_row for chunk in islice(source.chunks(1, 0, 10), 1)] == [10]
        assert [chunk.last_row for chunk in source.chunks(2, 20, 10)] == [30]
        assert len(source.head(3)) == 3


# --- rows -----------------------------------------------------------------------------------


def test_every_wrong_row_is_reported_with_its_reasons(tmp_path: Path) -> None:
    rows = [
        sources.row(1),
        sources.row(2, patient_name=None, exam_status="  "),
        sources.row(3, order_datetime="2024-13-01 00:00:00"),
        sources.row(4, order_datetime="tomorrow", patient_age="-1"),
        sources.row(5, patient_age="151", patient_gender="X"),
        sources.row(6, check_in_datetime="2024-02-30"),
        sources.row(7, exam_status="x" * 21),
        sources.row(8, patient_name="王\0明"),
        sources.row(1, patient_name="again"),
        sources.row(9, order_datetime="2024/1/2T03:04", patient_age="045", patient_gender="男"),
        sources.row(1, order_datetime="never"),
    ]
    batch = bring(sources.duck(tmp_path / "a.duckdb", rows))
    assert counts(batch) == (4, 0, 0, 0, 7)
    taken = f". Taken are {TIME_FORMS}"
    assert reasons(batch) == [
        (2, "patient_name", "Missing required fields: [patient_name, exam_status]"),
        (3, "order_datetime", "Invalid datetime format: 2024-13-01 00:00:00" + taken),
        (4, "order_datetime", "Invalid datetime format: tomorrow" + taken),
        (7, "exam_status", "Too long: exam_status has 21 characters, 20 is the most"),
        (8, "patient_name", "Text that cannot be decoded or stored"),
        (9, "exam_id", "Duplicate exam_id 00000000001: first in row 1"),
        (11, "order_datetime", "Invalid datetime format: never" + taken),
    ]
    assert Study.objects.get(pk="00000000001").patient_name == "王小1"
    assert Study.objects.get(pk="00000000009").order_datetime == datetime(2024, 1, 2, 3, 4)


def test_an_undecodable_row_of_a_csv_file_is_refused_alone(tmp_path: Path) -> None:
    content = sources.csv_bytes(
        sources.tabular([sources.row(1), sources.row(2)], sources.system_headers())
    )
    # far behind the sample that tells the encoding
    filler = sources.csv_bytes(
        sources.tabular((sources.row(n) for n in range(3, 900)), sources.system_headers())[1:]
    )
    broken = sources.csv_bytes(sources.tabular([sources.row(901)], sources.system_headers())[1:])
    broken = broken.replace("王小901".encode(), b"\xe7\x8e")
    batch = bring(written(tmp_path / "a.csv", content + filler + broken))
    assert counts(batch) == (899, 0, 0, 0, 1)
    assert reasons(batch) == [(901, "patient_name", "Text that cannot be decoded or stored")]


def test_one_percent_of_bad_rows_is_found_to_the_last(tmp_path: Path) -> None:
    rows = sources.sample(2_000)
    chance = random.Random(1)
    bad = set(chance.sample(range(2_000), 20))
    for place in bad:
        rows[place]["order_datetime"] = "bad"
    batch = bring(sources.duck(tmp_path / "a.duckdb", rows), batch_size=300)
    assert counts(batch) == (1_980, 0, 0, 0, 20)
    assert {row_no for row_no, _, _ in reasons(batch)} == {place + 1 for place in bad}


# --- again ----------------------------------------------------------------------------------


def test_a_second_import_changes_nothing_and_a_third_only_what_differs(tmp_path: Path) -> None:
    rows = sources.sample(200)
    bring(sources.duck(tmp_path / "a.duckdb", rows))
    before = table_hash()
    again = bring(sources.duck(tmp_path / "b.duckdb", rows), batch_size=33)
    assert counts(again) == (0, 0, 200, 0, 0)
    assert table_hash() == before
    for one in rows[:10]:
        one["exam_status"] = "changed"
    rows[20]["certified_physician"] = None if rows[20]["certified_physician"] else "new"
    third = bring(sources.duck(tmp_path / "c.duckdb", [*rows, sources.row(5)]))
    assert counts(third) == (1, 11, 189, 0, 0)
    assert Study.objects.filter(exam_status="changed").count() == 10


def test_what_happens_to_a_study_that_differs_is_chosen(tmp_path: Path) -> None:
    bring(sources.duck(tmp_path / "a.duckdb", [sources.row(1), sources.row(2)]))
    changed = [sources.row(1, exam_item="MRI"), sources.row(2), sources.row(3)]
    before = table_hash()
    path = sources.duck(tmp_path / "b.duckdb", changed)
    dry = bring(path, dry_run=True)
    assert (counts(dry), dry.dry_run, table_hash()) == ((1, 1, 1, 0, 0), True, before)
    skipping = bring(path, on_conflict="skip")
    assert counts(skipping) == (1, 0, 1, 1, 0)
    refusing = bring(path, on_conflict="reject")
    assert counts(refusing) == (0, 0, 2, 0, 1)
    assert reasons(refusing) == [(1, "exam_id", "A different study has this exam_id already")]
    assert Study.objects.get(pk="00000000001").exam_item != "MRI"
    assert counts(bring(path)) == (0, 1, 2, 0, 0)


def test_an_import_can_be_taken_back(tmp_path: Path) -> None:
    rows = sources.sample(120)
    bring(sources.duck(tmp_path / "a.duckdb", rows[:100]))
    before = table_hash()
    for one in rows[:7]:
        one["patient_name"] = "Changed"
    batch = bring(sources.duck(tmp_path / "b.duckdb", rows), batch_size=11)
    assert counts(batch) == (20, 7, 93, 0, 0)
    later = bring(sources.duck(tmp_path / "c.duckdb", [{**rows[3], "patient_name": "Later"}]))
    with pytest.raises(Conflict, match="Undo later imports first"):
        imports.undo_import(None, batch)
    imports.undo_import(None, later)
    imports.undo_import(None, batch)
    assert table_hash() == before
    assert differences() == []
    assert not Before.objects.filter(batch=batch).exists()
    batch.refresh_from_db()
    assert batch.state == BatchState.UNDONE
    with pytest.raises(Conflict, match="not one that can be undone"):
        imports.undo_import(None, batch)


def test_a_stopped_import_goes_on_behind_the_last_row_that_was_read(tmp_path: Path) -> None:
    path = sources.duck(tmp_path / "a.duckdb", sources.sample(100))

    class Stops(imports.Nobody):
        heard: list[str] = []

        def progress(self, percent: int, message: str) -> None:
            self.heard.append(message)
            if len(self.heard) == 3:
                raise KeyboardInterrupt

    source, chosen = open_source(path, STUDIES), imports.Options(batch_size=20)
    batch = imports.local_import(path, chosen)
    with pytest.raises(KeyboardInterrupt):
        imports.run_study_import(batch, source, Stops())
    assert (Study.objects.count(), Staged.objects.count()) == (0, 60)
    again = imports.local_import(path, chosen)
    assert again == batch
    Stops.heard.append("")
    imports.run_study_import(again, source, Stops())
    assert Stops.heard[4] == "Read up to row 80"
    assert Study.objects.count() == again.inserted == 100
    # a finished one is not taken up again
    assert imports.local_import(path, chosen) != batch


# --- commands -------------------------------------------------------------------------------


def test_the_command(tmp_path: Path, capsys: Any) -> None:
    path = sources.duck(
        tmp_path / "a.duckdb", [sources.row(1), sources.row(2, order_datetime="old")]
    )
    call_command("import_studies", str(path), "--dry-run", "--batch-size", "1")
    assert "Dry run: 2 rows read: 1 inserted" in capsys.readouterr().out
    call_command("import_studies", path, verbosity=2)
    shown = capsys.readouterr()
    assert "1 inserted, 0 updated, 0 unchanged, 0 skipped, 1 rejected" in shown.out
    assert "Row 2: Invalid datetime format: old" in shown.out
    assert "Read up to row 2" in shown.err
    number = ImportBatch.objects.latest("pk").pk
    call_command("import_studies", undo=number)
    assert not Study.objects.exists()
    for wrong in (["nothing.duckdb"], [], ["--undo", "999"], [str(path), "--batch-size", "0"]):
        with pytest.raises(CommandError):
            call_command("import_studies", *wrong)

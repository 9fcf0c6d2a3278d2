"""CSV files in the code pages of Windows: names are right, or the file is refused; never other names."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bureau.desks.imaging.importing.headers import STUDIES
from bureau.desks.imaging.importing.sandboxed import open_source, preview_upload
from bureau.desks.imaging.models import ImportBatch, Study
from bureau.desks.imaging.services import imports
from bureau.desks.imaging.tests import sources
from bureau.kernel.errors import InvalidInput
from bureau.kernel.files.tables.encodings import UnclearEncoding

pytestmark = pytest.mark.django_db
ENGLISH = {name: name for name in sources.DUCK_ORDER}
NAMES = {
    "cp1252": ["Léger François", "Åström Eva", "Muñoz José"],
    "cp1251": ["Иванов Иван", "Петров Пётр"],
    "cp1250": ["Żak Łukasz", "Dvořák Jiří", "Wójcik Małgorzata"],
    "cp1253": ["Παπαδόπουλος Γιώργος"],
    "cp1254": ["Şahin İsmail", "Yıldız Çiğdem"],
    "cp932": ["山田太郎", "佐藤花子"],
    "cp949": ["김철수", "이영희"],
    "gb18030": ["王小丽"],
    "cp950": ["陳怡君"],
    "cp874": ["สมชาย ใจดี"],
}


def content(names: list[str], encoding: str, headers: dict[str, str] = ENGLISH) -> bytes:
    plain = {"exam_status": "done", "exam_source": "ward", "exam_item": "CT"}
    rows = [sources.row(n, patient_name=name, **plain) for n, name in enumerate(names, 1)]
    return sources.csv_bytes(sources.tabular(rows, headers), encoding)


def bring(path: Path, encoding: str = "", **options: Any) -> ImportBatch:
    chosen = imports.Options(encoding=encoding, **options)
    source = open_source(path, STUDIES, encoding=encoding)
    return imports.run_study_import(imports.local_import(path, chosen), source)


def names() -> set[str]:
    return set(Study.objects.values_list("patient_name", flat=True))


@pytest.mark.parametrize("encoding", NAMES)
def test_a_short_list_is_read_right_or_refused(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(content(NAMES[encoding], encoding))
    try:
        bring(path)
    except UnclearEncoding as refusal:
        assert encoding in refusal.message
        assert not names()
    else:
        assert names() == set(NAMES[encoding])


@pytest.mark.parametrize("encoding", NAMES)
def test_a_person_may_say_the_encoding(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(content(NAMES[encoding], encoding))
    bring(path, encoding)
    assert names() == set(NAMES[encoding])
    with pytest.raises(InvalidInput, match="not known here"):
        bring(path, "klingon")


def test_an_unclear_file_is_shown_with_the_likely_encodings(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(content(["Muñoz Ana"], "cp1252"))
    with pytest.raises(UnclearEncoding, match=r"cp1252.*cp1250|cp1250.*cp1252"):
        open_source(path, STUDIES)
    with path.open("rb") as file:
        seen = preview_upload(file, STUDIES, None)
        assert not seen["encoding_is_clear"]
        assert "cp1250" in {seen["encoding"], *seen["other_encodings"]}
        file.seek(0)
        asked = preview_upload(file, STUDIES, None, "cp1252")
    assert asked["encoding_is_clear"]
    assert "Muñoz Ana" in asked["preview_rows"][0]


def test_a_guess_inserts_but_never_changes_a_name(tmp_path: Path) -> None:
    people = [
        "王小丽",
        "李建国",
        "张志强",
        "刘秀英",
        "陈晓东",
        "杨丽华",
        "赵婷婷",
        "黄伟",
        "周芳",
        "吴军",
    ]
    path = tmp_path / "list.csv"
    path.write_bytes(content(people, "gb18030"))
    assert bring(path).inserted == 10
    assert any("letters alone" in note for note in ImportBatch.objects.get().notes)
    path.write_bytes(content([*people[:-1], "吴平", "郑强"], "gb18030"))
    again = bring(path)
    assert (again.inserted, again.updated, again.unchanged, again.rejected) == (1, 0, 9, 1)
    assert "吴军" in names()
    assert "say the encoding" in again.problems.get().reason
    assert bring(path, "gb18030").updated == 1
    assert "吴平" in names()


def test_known_headers_make_a_file_of_one_row_certain(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(content(["王小丽"], "gb18030", sources.SIMPLIFIED))
    bring(path)
    assert names() == {"王小丽"}


def test_names_far_behind_the_first_rows_decide_too(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    people = ["Ann Lee"] * 900 + [
        "王小丽",
        "李建国",
        "张志强",
        "刘秀英",
        "陈晓东",
        "杨丽华",
        "赵婷婷",
    ]
    path.write_bytes(content(people, "gb18030"))
    bring(path)
    assert "王小丽" in names()

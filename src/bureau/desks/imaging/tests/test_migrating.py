"""The original's script: its lines and exit codes, with counts that are true."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bureau.desks.imaging.models import Study
from bureau.desks.imaging.tests import sources
from bureau.runtime.variables import only_own, own_names

SCRIPT = Path(__file__).resolve().parents[5] / "scripts" / "migrate_from_duckdb.py"


def migrate(path: Path, monkeypatch: Any, capsys: Any) -> tuple[int, list[str]]:
    """Run the script's `main` in this process, on this test's database."""
    monkeypatch.setenv("DUCKDB_PATH", str(path))
    names: dict[str, Any] = {"__name__": "migrate_from_duckdb"}
    exec(compile(SCRIPT.read_text("utf-8"), str(SCRIPT), "exec"), names)
    code = names["main"]()
    return code, capsys.readouterr().out.splitlines()


@pytest.mark.django_db
def test_it_imports_verifies_and_may_be_run_again(
    tmp_path: Path, monkeypatch: Any, capsys: Any
) -> None:
    path = sources.duck(tmp_path / "a.duckdb", sources.sample(1_250))
    code, lines = migrate(path, monkeypatch, capsys)
    assert code == 0
    assert lines[0] == "✓ DuckDB contains 1,250 examination records"
    assert lines[1] == "✓ Import complete: 1,250 imported, 0 failed"
    assert lines[-2:] == ["✓ SUCCESS: Record counts match!", "✓ No duplicates found"]
    code, lines = migrate(path, monkeypatch, capsys)
    # what is there already was not imported
    assert (code, lines[1]) == (0, "✓ Import complete: 0 imported, 0 failed")
    assert Study.objects.count() == 1_250


@pytest.mark.django_db
def test_it_fails_where_fewer_studies_arrive(tmp_path: Path, monkeypatch: Any, capsys: Any) -> None:
    rows = [sources.row(1), sources.row(1), sources.row(2, order_datetime="?")]
    code, lines = migrate(sources.duck(tmp_path / "a.duckdb", rows), monkeypatch, capsys)
    assert code == 1
    assert "✓ Import complete: 1 imported, 2 failed" in lines
    assert "⚠️  Record count mismatch: 3 in DuckDB, 1 here" in lines
    assert "  Row 2: Duplicate exam_id 00000000001: first in row 1" in lines
    assert "⚠️  1 duplicates found" in lines


@pytest.mark.django_db
def test_studies_of_other_sources_do_not_count(
    tmp_path: Path, monkeypatch: Any, capsys: Any
) -> None:
    migrate(sources.duck(tmp_path / "a.duckdb", sources.sample(30)), monkeypatch, capsys)
    others = [sources.row(number) for number in range(900_001, 900_011)]
    code, lines = migrate(sources.duck(tmp_path / "b.duckdb", others), monkeypatch, capsys)
    assert (code, lines[1]) == (0, "✓ Import complete: 10 imported, 0 failed")
    assert "✓ SUCCESS: Record counts match!" in lines


def test_settings_are_those_of_what_runs_in_the_data_directory(tmp_path: Path) -> None:
    (tmp_path / "broken.duckdb").write_bytes(b"nothing")
    (tmp_path / "run").mkdir()
    settings = only_own(os.environ)
    bare = {name: value for name, value in os.environ.items() if name not in own_names()}
    asked = {"DUCKDB_PATH": str(tmp_path / "broken.duckdb"), "BUREAU_DATA": str(tmp_path)}

    def said() -> tuple[int, str]:
        ended = subprocess.run(
            [sys.executable, str(SCRIPT)],
            check=False,
            env={**bare, **asked},
            capture_output=True,
            text=True,
        )
        return ended.returncode, ended.stdout

    code, text = said()
    assert code == 1
    assert text.startswith("✗ Nothing is running in")
    (tmp_path / "run" / "environment.json").write_text(json.dumps(settings))
    code, text = said()
    assert code == 1
    assert text.startswith("✗ ")
    assert "Nothing is running" not in text


@pytest.mark.django_db
def test_an_empty_source_is_a_success(tmp_path: Path, monkeypatch: Any, capsys: Any) -> None:
    code, lines = migrate(sources.duck(tmp_path / "a.duckdb", []), monkeypatch, capsys)
    assert (code, lines[0]) == (0, "✓ DuckDB contains 0 examination records")


def test_a_missing_or_broken_file_ends_with_one(tmp_path: Path) -> None:
    (tmp_path / "broken.duckdb").write_bytes(b"nothing")
    for name in ("missing.duckdb", "broken.duckdb"):
        ended = subprocess.run(
            [sys.executable, str(SCRIPT)],
            check=False,
            env={**_environment(), "DUCKDB_PATH": str(tmp_path / name)},
            capture_output=True,
            text=True,
        )
        assert ended.returncode == 1
        assert ended.stdout.startswith("✗ ")


def _environment() -> dict[str, str]:
    return dict(os.environ)

"""The original's script: its lines and exit codes, with counts that are true."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bureau.desks.imaging.models import Study
from bureau.desks.imaging.tests import sources

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
    import os

    return dict(os.environ)

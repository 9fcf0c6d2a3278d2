"""A test that needs what a machine lacks is left out and named, and fails the run in CI."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from tests import needs

ROOT = Path(__file__).resolve().parents[2]
SUITE = """
import pytest
from tests.needs import require

@pytest.mark.needs("curl")
def test_by_mark(): ...

@pytest.fixture
def sound(): require("espeak-ng")

def test_by_fixture(sound): ...

def test_of_nothing(): ...
"""


def run_in(folder: Path, path: str, *options: str) -> subprocess.CompletedProcess[str]:
    """Run the suite with the programs of `path` only."""
    (folder / "test_it.py").write_text(SUITE)
    plain = ["-p", "tests.needs", "-p", "no:django", "-ra", "--no-fold-skipped", "-c", "/dev/null"]
    command = [sys.executable, "-m", "pytest", "-q", *plain, *options, "--rootdir", str(folder)]
    return subprocess.run(
        [*command, str(folder)],
        cwd=ROOT,
        env={"PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )


def programs(folder: Path, *names: str) -> str:
    """A PATH with these programs, which only have to be there."""
    for name in names:
        (folder / name).write_text("#!/bin/sh\n")
        (folder / name).chmod(0o755)
    return str(folder)


@pytest.mark.parametrize("processes", [(), ("-n", "2")], ids=["one process", "two processes"])
def test_what_is_missing_is_said_first_and_named_at_the_end(
    tmp_path: Path, processes: Sequence[str]
) -> None:
    done = run_in(tmp_path, "/nowhere", *processes)
    assert done.returncode == 0, done.stdout
    first, *_, closing = done.stdout.strip().splitlines()
    assert first.startswith("This machine lacks ")
    assert "curl" in first and "apt-get install bash chromium curl espeak-ng" in first
    assert done.stdout.count("This machine lacks") == 1
    for test, name in (("test_by_mark", "curl"), ("test_by_fixture", "espeak-ng")):
        assert f"test_it.py::{test} - Skipped: needs {name}: apt-get install {name}" in done.stdout
    assert closing.startswith("1 passed, 2 skipped")


def test_with_the_programs_all_of_them_run(tmp_path: Path) -> None:
    done = run_in(tmp_path, programs(tmp_path, "curl", "espeak-ng"))
    assert done.returncode == 0, done.stdout
    assert done.stdout.strip().splitlines()[-1].startswith("3 passed")


def test_in_ci_what_is_missing_fails_the_run(tmp_path: Path) -> None:
    done = run_in(tmp_path, "/nowhere", "-p", "tests.no_skips")
    assert done.returncode == 1, done.stdout
    assert "2 test(s) could not run" in done.stdout


def test_a_language_of_tesseract_is_a_need_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    needs.tesseract_languages.cache_clear()
    monkeypatch.setenv("PATH", programs(tmp_path, "tesseract"))
    (tmp_path / "tesseract").write_text("#!/bin/sh\necho eng\necho nep\n")
    known = {name for name in needs.NEEDS if "tesseract" in name and needs.NEEDS[name].is_met()}
    needs.tesseract_languages.cache_clear()
    assert known == {"tesseract", "tesseract-nep"}


def test_every_need_is_in_the_handbook() -> None:
    page = (ROOT / "docs" / "testing.md").read_text(encoding="utf-8")
    assert [name for name in needs.NEEDS if f"`{name}`" not in page] == []

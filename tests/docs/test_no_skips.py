"""In CI a test that could not run fails the run."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def run_with_plugin(folder: Path, test: str) -> subprocess.CompletedProcess[str]:
    (folder / "test_it.py").write_text(f"import pytest\n\n{test}\n")
    plain = ["-p", "tests.no_skips", "-p", "no:django", "-c", "/dev/null", "--rootdir", str(folder)]
    command = [sys.executable, "-m", "pytest", "-q", *plain, str(folder)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("test", "fails"),
    [
        ("def test_a(): pass", False),
        ("def test_a(): pytest.skip('no server')", True),
        ("@pytest.mark.xfail\ndef test_a(): assert False", True),
        ("pytest.skip('not here', allow_module_level=True)", True),
    ],
    ids=["passed", "skipped", "expected to fail", "module skipped"],
)
def test_what_could_not_run_fails_the_run(tmp_path: Path, test: str, fails: bool) -> None:
    done = run_with_plugin(tmp_path, test)
    assert (done.returncode != 0) == fails, done.stdout
    assert ("could not run" in done.stdout) == fails

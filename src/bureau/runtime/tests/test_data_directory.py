"""The data directory: ours or refused, and its secrets are never made twice."""

import base64
import os
from pathlib import Path

import pytest

from bureau.runtime.datadir import DataDirectory, explain_os_error, require_free_space
from bureau.runtime.errors import OperatorError
from bureau.runtime.secrets import GENERATORS, Secrets, ensure_secrets


@pytest.fixture
def data(tmp_path: Path) -> DataDirectory:
    return DataDirectory(tmp_path / "data")


def set_up(data: DataDirectory, environ: dict[str, str] | None = None) -> Secrets:
    data.check()
    with data.claim():
        return ensure_secrets(data, environ or {})


def test_a_new_directory_gets_private_secrets_once(data: DataDirectory) -> None:
    first = {name: set_up(data).read(name) for name in GENERATORS}
    second = {name: set_up(data).read(name) for name in GENERATORS}
    assert first == second
    assert len(set(first.values())) == len(GENERATORS)
    modes = {path.name: path.stat().st_mode & 0o777 for path in data.secrets.iterdir()}
    assert modes == dict.fromkeys(GENERATORS, 0o600)
    assert data.secrets.stat().st_mode & 0o777 == 0o700


def test_the_key_ring_has_one_key_of_32_bytes(data: DataDirectory) -> None:
    version, _, key = set_up(data).read("field_keys").partition(":")
    assert (version, len(base64.b64decode(key, validate=True))) == ("v1", 32)


@pytest.mark.parametrize("name", sorted(GENERATORS))
def test_a_lost_secret_is_named_and_not_replaced(data: DataDirectory, name: str) -> None:
    secrets = set_up(data)
    secrets.path(name).unlink()
    with pytest.raises(OperatorError, match=rf"{name} is missing"):
        set_up(data)
    assert not secrets.path(name).exists()
    assert set_up(data, {GENERATORS[name][1]: "provided"})


def test_an_empty_secret_counts_as_lost(data: DataDirectory) -> None:
    set_up(data).path("secret_key").write_text("")
    with pytest.raises(OperatorError, match="secret_key is missing"):
        set_up(data)


def test_a_set_up_that_was_killed_is_finished(data: DataDirectory) -> None:
    with data.claim():
        pass
    (data.root / ".bureau.json.77").touch()
    assert set_up(data).read("secret_key")


@pytest.mark.parametrize("name", ["thesis.txt", "locksmith.txt", ".git"])
def test_a_foreign_directory_is_refused_untouched(data: DataDirectory, name: str) -> None:
    data.root.mkdir(mode=0o755)
    (data.root / name).write_text("mine")
    with pytest.raises(OperatorError, match="not a Bureau data directory"):
        data.check()
    assert [path.name for path in data.root.iterdir()] == [name]


def test_an_empty_volume_is_accepted(data: DataDirectory) -> None:
    (data.root / "lost+found").mkdir(parents=True)
    assert set_up(data)


def test_a_file_is_not_a_directory(data: DataDirectory) -> None:
    data.root.write_text("")
    with pytest.raises(OperatorError, match="is not a directory"):
        data.check()


@pytest.mark.parametrize(
    ("marker", "sentence"),
    [
        ('{"bureau": 99, "initialised": true}', "another release"),
        ("{", "damaged"),
        ("[]", "damaged"),
    ],
)
def test_a_marker_that_we_do_not_understand_is_refused(
    data: DataDirectory, marker: str, sentence: str
) -> None:
    data.root.mkdir()
    data.marker.write_text(marker)
    with pytest.raises(OperatorError, match=sentence):
        data.check()


def test_a_second_claim_is_refused_until_the_first_ends(data: DataDirectory) -> None:
    with data.claim(), pytest.raises(OperatorError, match="already running"):
        data.claim()
    data.claim().close()


def test_a_full_disk_is_refused_before_anything_is_written(data: DataDirectory) -> None:
    require_free_space(data.root, {"BUREAU_MIN_FREE_MB": "0"})
    with pytest.raises(OperatorError, match=r"MB free and at least 9{9} MB are needed"):
        require_free_space(data.root, {"BUREAU_MIN_FREE_MB": "999999999"})
    with pytest.raises(OperatorError, match="must be a whole number"):
        require_free_space(data.root, {"BUREAU_MIN_FREE_MB": "some"})
    assert not data.root.exists()


def test_a_failed_system_call_becomes_a_sentence() -> None:
    full = OSError(28, os.strerror(28), "/data/file")
    assert str(explain_os_error(full)).startswith("The disk is full (while using /data/file)")
    denied = PermissionError(13, os.strerror(13), "/data")
    assert str(explain_os_error(denied)) == "Permission denied (while using /data)."

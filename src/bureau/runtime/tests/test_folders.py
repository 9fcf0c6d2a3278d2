"""Folders of a server: short sockets, private files, locks, logs."""

import os
import tempfile
from pathlib import Path

import pytest

from bureau.runtime.errors import OperatorError
from bureau.runtime.folders import (
    SOCKET_PATH_LIMIT,
    make_private,
    open_log,
    socket_folder,
    take_lock,
    write_private,
)


def test_a_socket_folder_is_short_and_always_the_same(tmp_path: Path) -> None:
    deep = tmp_path / ("long" * 40)
    folder = socket_folder(deep, "name")
    assert folder == socket_folder(deep, "name") != socket_folder(tmp_path, "name")
    assert len(os.fsencode(folder / "name")) <= SOCKET_PATH_LIMIT
    assert not folder.exists()


def test_a_long_temporary_folder_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / ("long" * 20)))
    assert socket_folder(tmp_path, "name").parent == Path("/tmp")
    with pytest.raises(OperatorError, match="set TMPDIR to a short path"):
        socket_folder(tmp_path, "name" * 30)


def test_a_socket_folder_that_others_can_enter_is_closed(tmp_path: Path) -> None:
    folder = tmp_path / "sockets"
    folder.mkdir(mode=0o777)
    make_private(folder, None)
    assert folder.stat().st_mode & 0o777 == 0o700


def test_a_link_in_the_place_of_a_socket_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path)
    with pytest.raises(OperatorError, match="belongs to someone else"):
        make_private(tmp_path / "link", None)


@pytest.mark.needs("root")
def test_a_socket_folder_of_another_user_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "sockets"
    folder.mkdir()
    os.chown(folder, 12345, 12345)
    with pytest.raises(OperatorError, match="belongs to someone else"):
        make_private(folder, None)


def test_a_private_file_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    write_private(path, "first")
    write_private(path, "second")
    assert path.read_text() == "second"
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_a_lock_has_one_holder(tmp_path: Path) -> None:
    with take_lock(tmp_path / "lock", "taken"), pytest.raises(OperatorError, match="taken"):
        take_lock(tmp_path / "lock", "taken")
    take_lock(tmp_path / "lock", "taken").close()


def test_a_long_log_is_put_aside_once(tmp_path: Path) -> None:
    path = tmp_path / "server.log"
    path.write_text("old lines")
    os.close(open_log(path, limit=3))
    os.close(open_log(path, limit=3))
    assert path.read_text() == ""
    assert (tmp_path / "server.log.1").read_text() == "old lines"

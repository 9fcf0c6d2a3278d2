"""Uploads end before the disk does, and nobody takes all of it."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from django.core.files.storage import FileSystemStorage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.fixtures import SetEnvironment

from bureau.kernel.accounts.models import Role, User
from bureau.kernel.accounts.tests.cast import add_person
from bureau.kernel.errors import NoSpace, QuotaReached, TooManyRequests
from bureau.kernel.files import space
from bureau.kernel.files.models import StoredFile
from bureau.kernel.files.services import keep_upload, store_bytes
from bureau.kernel.files.space import MEGABYTE, WORDS, charge_address, require_room_for_body

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_files")]


class Usage(NamedTuple):
    total: int
    used: int
    free: int


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch, environment: SetEnvironment) -> dict[str, int]:
    """A disk with so many megabytes free, and a reserve of a hundred."""
    free = {"mb": 1_000}
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(0, 0, free["mb"] * MEGABYTE))
    environment(bureau_disk_reserve_mb=100)
    return free


def upload(owner: User | None, size: int = 1_000) -> StoredFile:
    file = SimpleUploadedFile("a.txt", bytes(size))
    return keep_upload(file, "test", owner, name="a.txt", media_type="text/plain")


@pytest.mark.security("uploads until the disk is full: a reserve is left for the database")
def test_uploads_leave_the_reserve_alone_and_what_the_house_makes_half_of_it(
    disk: dict[str, int],
) -> None:
    assert upload(None).size == 1_000
    disk["mb"] = 100
    with pytest.raises(NoSpace):
        upload(None)
    assert store_bytes(b"chart", "test", None, "c.png", "image/png").size == 5
    disk["mb"] = 50
    with pytest.raises(NoSpace):
        store_bytes(b"chart", "test", None, "c.png", "image/png")
    assert StoredFile.objects.count() == 2


def test_words_pass_while_files_do_not(disk: dict[str, int]) -> None:
    disk["mb"] = 10
    require_room_for_body(WORDS)
    with pytest.raises(NoSpace):
        require_room_for_body(WORDS + 1)


def test_a_disk_that_fills_while_it_is_written_is_said_and_leaves_nothing(
    disk: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[Path] = []

    def save_half(storage: FileSystemStorage, name: str, content: Any, **_: Any) -> str:
        path = Path(storage.path(name))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"half")
        written.append(path)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(FileSystemStorage, "save", save_half)
    with pytest.raises(NoSpace):
        upload(None)
    assert [path.exists() for path in written] == [False]
    assert not StoredFile.objects.exists()


@pytest.mark.security("one account that uploads more than its quota")
def test_an_account_has_a_quota(disk: dict[str, int], environment: SetEnvironment) -> None:
    environment(bureau_quota_account_mb=1)
    ada, ben = (add_person(name, Role.ANALYST) for name in ("ada", "ben"))
    assert upload(ada, MEGABYTE - 10).size == MEGABYTE - 10
    with pytest.raises(QuotaReached, match="1 MB is the limit"):
        upload(ada, 11)
    assert upload(ada, 10).size == 10
    assert upload(ben, 11).size == 11
    environment(bureau_quota_account_mb=0)
    assert upload(ada, 11).size == 11


@pytest.mark.security("one address that sends more than its megabytes within an hour")
def test_an_address_has_a_share_of_an_hour(environment: SetEnvironment) -> None:
    environment(bureau_quota_address_mb_per_hour=2)
    charge_address("203.0.113.7", MEGABYTE)
    charge_address("203.0.113.7", WORDS)
    charge_address("203.0.113.7", MEGABYTE)
    with pytest.raises(TooManyRequests) as refused:
        charge_address("203.0.113.7", MEGABYTE)
    assert refused.value.headers["Retry-After"] == "3600"
    charge_address("203.0.113.8", MEGABYTE)


@pytest.mark.parametrize(
    ("free", "status", "word"), [(250, 200, "ok"), (150, 200, "warning"), (90, 503, "error")]
)
def test_health_warns_early(
    disk: dict[str, int], free: int, status: int, word: str, client: Client
) -> None:
    disk["mb"] = free
    answer = client.get("/api/health/disk/")
    assert (answer.status_code, answer.json()["status"]) == (status, word)
    assert "message" in answer.json() or word == "ok"


def test_a_folder_that_is_still_to_be_made_is_measured_where_it_will_be(tmp_path: Path) -> None:
    assert space.free_bytes(tmp_path / "not" / "there") == space.free_bytes(tmp_path)

"""Uploads: what is kept, what is refused, and that nothing is left behind."""

from __future__ import annotations

import os
import time
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from bureau.kernel.accounts.models import Role, User
from bureau.kernel.errors import InvalidInput, TooLarge
from bureau.kernel.files import services
from bureau.kernel.files.kinds import FileKind, owner_or_admin, register_kind
from bureau.kernel.files.models import StoredFile

KIND = "test.note"
register_kind(
    FileKind(
        name=KIND,
        max_bytes=1_000,
        media_types=frozenset({"text/csv", "image/png"}),
        door=owner_or_admin,
    )
)
PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)


@pytest.fixture
def owner(db: None) -> User:
    return User.objects.create_user("ada", password="correct horse", role=Role.ANALYST)


def keep(owner: User, content: bytes, name: str = "note.csv") -> StoredFile:
    return services.store_upload(SimpleUploadedFile(name, content), KIND, owner)


def paths() -> list[Path]:
    return [path for path in Path(django_settings.FILES_DIR).rglob("*") if path.is_file()]


def test_an_upload_is_kept_under_an_opaque_key_with_its_sniffed_type(owner: User) -> None:
    stored = keep(owner, PNG, "holiday.csv")
    assert stored.media_type == "image/png"
    assert stored.size == len(PNG)
    assert "holiday" not in stored.key
    assert services.open_file(stored).read() == PNG


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "empty"),
        (b"<html><script>alert(1)</script>", "content is"),
        (b"%PDF-1.7 something", "content is"),
        (b"GIF89a;alert(1)//", "content is"),
        (b"MZ\x90\x00" + bytes(60), "content is"),
        (b"PK\x03\x04" + bytes(60), "a ZIP archive"),
        (b"<svg onload='alert(1)'/>", "content is"),
    ],
)
def test_content_decides_and_a_friendly_name_does_not_help(
    content: bytes, expected: str, owner: User
) -> None:
    before = paths()
    with pytest.raises(InvalidInput, match=expected):
        keep(owner, content, "innocent.csv")
    assert paths() == before
    assert not StoredFile.objects.exists()


def test_a_file_over_its_kinds_cap_is_refused_with_both_figures(owner: User) -> None:
    with pytest.raises(TooLarge, match="limit"):
        keep(owner, b"a,b\n" * 300)


def test_a_rolled_back_transaction_leaves_no_bytes(owner: User) -> None:
    before = paths()
    with pytest.raises(RuntimeError), transaction.atomic():
        keep(owner, b"a,b\n1,2\n")
        assert len(paths()) == len(before) + 1
        raise RuntimeError
    assert paths() == before
    assert not StoredFile.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_committed_file_stays_and_a_deleted_one_goes() -> None:
    owner = User.objects.create_user("ada", password="correct horse")
    with transaction.atomic():
        stored = keep(owner, b"a,b\n1,2\n")
    path = services.local_path(stored)
    assert path.exists()
    with transaction.atomic():
        services.delete_file(stored)
        assert path.exists()
    assert not path.exists()


def test_the_sweep_removes_old_bytes_without_a_row_and_nothing_else(owner: User) -> None:
    kept = services.local_path(keep(owner, b"a,b\n1,2\n"))
    folder = Path(django_settings.FILES_DIR) / "ab"
    folder.mkdir(exist_ok=True)
    old, young = folder / ("ab" + "0" * 30), folder / ("ab" + "1" * 30)
    for path in (old, young):
        path.write_bytes(b"left behind")
    long_ago = time.time() - 7_200
    for path in (old, kept):
        os.utime(path, (long_ago, long_ago))
    assert services.sweep_orphans() == 1
    assert (old.exists(), young.exists(), kept.exists()) == (False, True, True)
    young.unlink()


def client_of(name: str, role: Role) -> Client:
    client = Client()
    user, _ = User.objects.get_or_create(username=name, defaults={"role": role})
    client.force_login(user)
    return client


def test_a_file_is_served_to_its_owner_as_an_attachment_and_to_nobody_else(owner: User) -> None:
    stored = keep(owner, b"a,b\n1,2\n", "../../etc/na\u202eme\r\n.csv")
    address = f"/api/files/{stored.pk}/"
    answer: Any = client_of("ada", Role.ANALYST).get(address)
    assert answer.status_code == 200
    assert b"".join(answer.streaming_content) == b"a,b\n1,2\n"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"] == 'attachment; filename="name.csv"'
    assert client_of("root", Role.ADMIN).get(address).status_code == 200
    assert client_of("eve", Role.ANALYST).get(address).status_code == 404
    assert Client().get(address).status_code == 403


@given(st.text(max_size=400))
def test_a_name_is_safe_whatever_was_sent(name: str) -> None:
    safe = services.safe_name(name)
    assert 0 < len(safe) <= 200
    assert "/" not in safe
    assert "\\" not in safe
    assert not any(unicodedata.category(char)[0] == "C" for char in safe)
    assert safe not in {".", ".."}

"""Files of a complaint: what is kept, what is refused, and who gets them."""

from __future__ import annotations

import gzip
import io
import random
import zipfile
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from bureau.desks.grievances.cases.attachments import look_at
from bureau.desks.grievances.media import sandboxed
from bureau.desks.grievances.media.archives import MAX_UNPACKED, WrongKind
from bureau.desks.grievances.media.kinds import M4A, MB, MP4
from bureau.desks.grievances.models import Attachment
from bureau.desks.grievances.tests import pictures
from bureau.desks.grievances.tests.conftest import Visitor
from bureau.kernel.events.models import Event
from bureau.kernel.files.models import StoredFile
from bureau.kernel.files.services import local_path
from bureau.kernel.files.tests.test_mp4 import box, recording
from bureau.kernel.sandbox.tests import misbehaving

pytestmark = pytest.mark.django_db


def sent(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def upload(who: Visitor, filed: dict[str, Any], name: str, content: bytes, **more: Any) -> Any:
    return who.post("/upload", grievance_id=filed["grievance_id"], file=sent(name, content), **more)


@pytest.fixture
def mine(nobody: Visitor, filed: dict[str, Any]) -> Visitor:
    return nobody.with_token(filed["token"])


def test_a_photo_is_made_smaller_and_forgets_where_it_was_taken(
    mine: Visitor, officer: Visitor, filed: dict[str, Any], work: Callable[[], None]
) -> None:
    photo = pictures.jpeg_with_place((3000, 2000))
    answer = upload(mine, filed, "घर.jpg", photo, file_type="image").json()
    assert answer["status"] == "success"
    assert answer["file_path"].startswith(f"/uploads/{filed['grievance_id']}/")
    before = officer.get(f"/download/{answer['file_id']}")
    assert before.status_code == 404
    assert mine.get(f"/file-status/{answer['file_id']}").json()["status"] == "started"
    work()
    assert mine.get(f"/file-status/{answer['file_id']}").json()["status"] == "SUCCESS"
    for path in (f"/download/{answer['file_id']}", f"/files{answer['file_path']}"):
        got = officer.get(path)
        content = got.getvalue()
        picture = Image.open(io.BytesIO(content))
        assert picture.size == (1920, 1280)
        assert not picture.getexif()
        assert b"Spy Camera" not in content
        assert got["Content-Disposition"].startswith("attachment")
        assert got["X-Content-Type-Options"] == "nosniff"
    assert StoredFile.objects.filter(kind="grievances.file").count() == 1


def test_several_files_at_once_are_kept_or_named(mine: Visitor, filed: dict[str, Any]) -> None:
    files = [
        sent("a.png", pictures.png()),
        sent("b.wav", pictures.wav()),
        sent("c.pdf", pictures.PDF),
        sent("no-ending", b"Dear office"),
        sent("program.exe", b"MZ\x90\x00"),
        sent("large.txt", b"a" * (2 * MB + 1)),
    ]
    fields = {"grievance_id": filed["grievance_id"], "flask_session_id": "s1", "files[]": files}
    answer = mine.call("POST", "/upload-files?language=en", **fields)
    body = answer.json()
    assert answer.status_code == 202
    assert (body["status"], body["flask_session_id"], len(body["files"])) == ("started", "s1", 4)
    assert body["oversized_files"] == ["large.txt"]
    assert body["wrong_extensions_list"] == [{"file_name": "program.exe", "extension": "exe"}]
    assert Attachment.objects.count() == 4
    listed = mine.get(f"/files/{filed['grievance_id']}").json()["files"]
    assert [one["file_type"] for one in listed] == ["image", "voice", "document", "document"]


def test_the_exact_refusals_of_the_contract(mine: Visitor, filed: dict[str, Any]) -> None:
    name = filed["grievance_id"]
    nothing = mine.post("/upload-files", grievance_id=name)
    assert (nothing.status_code, nothing.json()) == (400, {"error": "No files provided"})
    no_id = mine.post("/upload-files", **{"files[]": sent("a.png", pictures.png())})
    assert no_id.json() == {"error": "grievance_id is required"}
    wrong = mine.post("/upload-files", grievance_id=name, **{"files[]": sent("a.exe", b"MZ")})
    assert wrong.status_code == 400
    assert wrong.json()["error"] == "All files were invalid"
    assert wrong.json()["max_file_size"] == 50 * MB
    large = upload(mine, filed, "a.txt", b"a" * (2 * MB + 1))
    assert (large.status_code, large.json()["status"]) == (413, "error")


def test_a_file_type_must_be_what_the_content_is(mine: Visitor, filed: dict[str, Any]) -> None:
    assert upload(mine, filed, "a.png", pictures.png(), file_type="voice").status_code == 400
    assert upload(mine, filed, "a.png", pictures.png(), file_type="hologram").status_code == 400
    assert upload(mine, filed, "a.png", pictures.png(), file_type="image").status_code == 200


JPEG, PNG, PDF, ZIP = pictures.jpeg(), pictures.png(), pictures.PDF, pictures.archive(a=b"a" * 50)
SCRIPT = b"<script>alert(1)</script>"
POLYGLOTS = {
    "gif and script": ("a.gif", b"GIF89a/*" + SCRIPT + b"*/=1;"),
    "jpeg and html": ("a.jpg", JPEG + b"<html>" + SCRIPT),
    "jpeg and zip": ("a.jpg", JPEG + ZIP),
    "pdf and zip": ("a.pdf", PDF + ZIP),
    "pdf behind a picture's head": ("a.png", PNG[:40] + PDF),
    "svg with script": ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'>" + SCRIPT + b"</svg>"),
    "html as text": ("a.txt", b"<!DOCTYPE html>" + SCRIPT),
    "script inside text": ("a.txt", b"hello " + SCRIPT),
    "program as picture": ("a.jpg", b"MZ" + JPEG),
    "picture as document": ("a.pdf", JPEG),
    "double ending": ("photo.jpg.exe", JPEG),
    "right-to-left name": ("a\u202egpj.exe", b"MZ\x00"),
    "shell script as text": ("a.txt", b"#!/bin/sh\nrm -rf /"),
    "elf as archive": ("a.zip", b"\x7fELF" + ZIP),
    "html in an office file's name": ("a.docx", b"<html></html>"),
}


@pytest.mark.parametrize("kind", POLYGLOTS)
def test_a_polyglot_is_refused(kind: str, mine: Visitor, filed: dict[str, Any]) -> None:
    name, content = POLYGLOTS[kind]
    answer = upload(mine, filed, name, content)
    assert answer.status_code == 400, kind
    assert not Attachment.objects.exists()
    assert not StoredFile.objects.filter(kind="grievances.file").exists()


def bomb_png() -> bytes:
    """A picture of 100 million pixels in a few kilobytes."""
    out = io.BytesIO()
    Image.new("1", (10_000, 10_000)).save(out, "PNG")
    return out.getvalue()


def bomb_zip() -> bytes:
    return pictures.archive(zeros=b"\0" * (150 * MB))


def lying_zip() -> bytes:
    """The table of contents says little; the member unpacks to much."""
    honest = bytearray(pictures.archive(zeros=b"\0" * (30 * MB)))
    size = (30 * MB).to_bytes(4, "little")
    return bytes(honest.replace(size, (40_000).to_bytes(4, "little")))


def bomb_gzip() -> bytes:
    return gzip.compress(b"\0" * (MAX_UNPACKED + MB), 1)


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("a.png", bomb_png),
        ("a.zip", bomb_zip),
        ("a.docx", bomb_zip),
        ("a.zip", lying_zip),
        ("a.gz", bomb_gzip),
    ],
)
def test_a_bomb_is_contained(
    name: str,
    make: Callable[[], bytes],
    mine: Visitor,
    filed: dict[str, Any],
    work: Callable[[], None],
) -> None:
    answer = upload(mine, filed, name, make())
    if answer.status_code == 200:
        work()
        found = Attachment.objects.get()
        assert (found.state, found.stored) == ("FAILURE", None)
        status = mine.get(f"/file-status/{found.file_id}").json()
        assert status["status"] == "FAILURE"
    else:
        assert answer.status_code == 400
    assert not StoredFile.objects.filter(kind="grievances.file").exists()


def test_an_archive_with_too_many_members_is_refused(mine: Visitor, filed: dict[str, Any]) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for number in range(2_001):
            packed.writestr(str(number), b"")
    assert upload(mine, filed, "a.zip", out.getvalue()).status_code == 400


TRAVERSALS = (
    "../../../../etc/passwd",
    "..%2f..%2fetc%2fpasswd",
    "/etc/passwd",
    "%00",
    "....//....//etc/passwd",
    "uploads/../../secrets/field_keys",
    "C:\\windows\\win.ini",
    "a" * 300,
)


@pytest.mark.parametrize("path", TRAVERSALS)
def test_no_name_leads_out_of_the_house(
    path: str, bot: Visitor, mine: Visitor, filed: dict[str, Any]
) -> None:
    for who in (bot, mine):
        for route in (
            "/files/",
            "/download/",
            "/file-status/",
            "/grievance/",
            "/grievance-review/",
        ):
            assert who.get(route + path).status_code in (404, 301), route + path
    answer = mine.post("/upload", grievance_id=path, file=sent("a.txt", b"Dear office"))
    assert answer.status_code in (404, 400)
    kept = upload(mine, filed, path.replace("%00", "") + ".txt", b"Dear office")
    stored = Attachment.objects.get(file_id=kept.json()["file_id"]).stored
    assert stored is not None
    assert local_path(stored).name == stored.pk.hex
    assert stored.name == "file.csv" or stored.name == "file.txt"


def test_what_files_are_called_stands_in_no_plain_column(
    mine: Visitor, filed: dict[str, Any]
) -> None:
    upload(mine, filed, "Ram_Bahadur_Thapa.txt", b"Dear office")
    assert "Ram" not in StoredFile.objects.get(kind="grievances.file").name
    assert not any("Ram" in str(event.payload) for event in Event.objects.all())
    assert mine.get(f"/files/{filed['grievance_id']}").json()["files"][0]["file_name"] == (
        "Ram_Bahadur_Thapa.txt"
    )


def test_files_are_served_by_the_cases_door(
    mine: Visitor,
    officer: Visitor,
    other_officer: Visitor,
    admin: Visitor,
    nobody: Visitor,
    filed: dict[str, Any],
    work: Callable[[], None],
) -> None:
    file_id = upload(mine, filed, "a.txt", b"Dear office").json()["file_id"]
    work()
    stored = Attachment.objects.get().stored
    assert stored is not None
    paths = (f"/download/{file_id}", f"/files/{filed['grievance_id']}/{file_id}.txt")
    for path in paths:
        statuses = [
            who.get(path).status_code for who in (mine, officer, admin, other_officer, nobody)
        ]
        assert statuses == [200, 200, 200, 404, 403]
    by_id = f"/api/files/{stored.pk}/"
    assert [who.get(by_id).status_code for who in (officer, admin, other_officer)] == [
        200,
        200,
        404,
    ]


def test_a_case_takes_twenty_files(mine: Visitor, filed: dict[str, Any]) -> None:
    files = [sent(f"{number}.txt", b"Dear office") for number in range(21)]
    fields = {"grievance_id": filed["grievance_id"], "files[]": files}
    assert mine.call("POST", "/upload-files", **fields).status_code == 400
    assert not Attachment.objects.exists()


@pytest.mark.security("one draft that is filled with files up to its quota")
def test_a_case_has_a_quota(
    mine: Visitor, filed: dict[str, Any], environment: Callable[..., None]
) -> None:
    environment(bureau_quota_case_mb=1)
    # noise does not get smaller: about 600 kB
    noise = io.BytesIO()
    Image.frombytes("RGB", (450, 450), random.Random(1).randbytes(450 * 450 * 3)).save(noise, "PNG")
    assert upload(mine, filed, "a.png", noise.getvalue()).status_code == 200
    refused = upload(mine, filed, "b.png", noise.getvalue())
    assert refused.status_code == 413
    assert "1 MB is the limit" in refused.content.decode()


@pytest.mark.parametrize("index_last", [False, True])
@pytest.mark.parametrize("name", ["voice.m4a", "voice.mp4", "voice.3gp"])
def test_a_voice_in_a_container_of_films_is_a_voice(name: str, index_last: bool) -> None:
    brand = b"3gp4" if name.endswith("3gp") else b"mp42"
    voice = sent(name, recording(brand, b"soun", index_last=index_last))
    assert look_at(voice) is M4A
    film = recording(brand, b"soun", b"vide", index_last=index_last)
    assert look_at(sent("film.mp4", film)) is MP4
    with pytest.raises(WrongKind):
        look_at(sent("voice.m4a", film))


def test_a_container_without_any_track_is_not_taken() -> None:
    still = box(b"ftyp", b"avif", bytes(4)) + box(b"meta", bytes(400))
    with pytest.raises(WrongKind):
        look_at(sent("still.mp4", still))


@pytest.mark.security("a picture that makes the library that decodes it abort")
def test_a_picture_that_kills_its_parser_is_refused_and_the_next_is_kept(
    mine: Visitor, filed: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    aborts = replace(sandboxed.PHOTO_SIZE, function=f"{misbehaving.__name__}:abort")
    with monkeypatch.context() as patched:
        patched.setattr(sandboxed, "PHOTO_SIZE", aborts)
        assert upload(mine, filed, "a.png", pictures.png()).status_code == 400
    assert upload(mine, filed, "a.png", pictures.png()).status_code == 200

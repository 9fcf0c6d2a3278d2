"""The grievances desk; its case lies in the officer's office, officer2 sits in another one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from bureau.desks.grievances.cases.attachments import FILE_KIND
from bureau.desks.grievances.intake.drafts import start_draft
from bureau.desks.grievances.intake.filing import submit_grievance
from bureau.desks.grievances.models import (
    Attachment,
    FileState,
    FileType,
    Office,
    OfficeArea,
    OfficeMember,
)
from bureau.kernel.files.services import store_bytes
from tests.access.body import Body, form
from tests.access.callers import PEOPLE, Caller, Cast
from tests.access.rules import Expected, Row, public, signed_in

# what is filed without any account is open to everybody; what is presented and wrong is refused
OPEN: Expected = {
    **public(200),
    Caller.EXPIRED: 401,
    Caller.ENDED: 401,
    Caller.PENDING: 403,
}
CASE = "/api/grievance/<grievance_id>"
OFFICERS = (Caller.OFFICER, Caller.OFFICER2, Caller.ADMIN)


def of_case(status: int, **others: int) -> Expected:
    """The bot, the officer of the case's office and administrators; for the rest it is absent."""
    mine = {Caller.BOT: status, Caller.OFFICER: status, Caller.ADMIN: status}
    named = {Caller(name): one for name, one in others.items()}
    return {**signed_in(404), **mine, **named}


def officers(status: int, **others: int) -> Expected:
    """Officers and administrators; the rest are known and refused."""
    mine = dict.fromkeys(OFFICERS, status)
    named = {Caller(name): one for name, one in others.items()}
    return {**signed_in(403), **mine, **named}


ROWS = [
    Row("GET HEAD", "/health", public(200)),
    Row("GET", "/api/grievance/statuses", public(200)),
    Row("GET", "/api/categories", public(200)),
    Row("POST", "/generate-ids", OPEN),
    Row("POST", "/submit-grievance", OPEN),
    Row("POST", "/sensitive-check", OPEN),
    Row("POST", "/task-status", {**signed_in(403), Caller.BOT: 200}),
    Row("POST", "/upload", of_case(200)),
    Row("POST", "/upload-files", of_case(202)),
    Row("POST", "/accessible-file-upload", of_case(202)),
    Row("GET", "/files/<path:item>", of_case(200)),
    Row("GET", "/download/<file_id>", of_case(200)),
    Row("GET", "/file-status/<file_id>", of_case(200)),
    Row("GET", "/grievance/<grievance_id>", of_case(200)),
    Row("GET", CASE, of_case(200)),
    Row("POST", f"{CASE}/status", of_case(200, bot=403)),
    # only whoever complained writes to the office; there is nothing to agree with yet
    Row("POST", f"{CASE}/messages", of_case(403)),
    Row("POST", f"{CASE}/satisfaction", of_case(403)),
    Row("GET", "/grievance-review/<grievance_id>", of_case(200)),
    Row("POST", "/grievance-review/<grievance_id>", of_case(200, officer=403, admin=403)),
    Row("GET", "/grievance-status/<grievance_id>", of_case(200)),
    Row("PATCH", "/api/complainant/<complainant_id>", of_case(200, officer=404, admin=404)),
    Row("GET", "/api/grievances", {**signed_in(200), Caller.BOT: 200}),
    Row("POST", "/api/grievances/find", officers(200)),
    Row("PATCH", f"{CASE}/classification", officers(200, bot=200, officer2=404)),
    Row("GET", "/api/classification-accuracy", officers(200)),
    Row("GET", "/gsheet-get-grievances", officers(200)),
    # the receipt of the request is wrong, whoever shows it
    Row("POST", "/receipt", {**OPEN, **dict.fromkeys((Caller.NOBODY, Caller.BOT, *PEOPLE), 404)}),
    Row(
        "POST",
        "/otp/verify",
        {**OPEN, **dict.fromkeys((Caller.NOBODY, Caller.BOT, *PEOPLE), 400)},
    ),
    Row("POST", "/otp/send", OPEN),
    Row("POST", "/socket-token", of_case(200)),
    Row("GET HEAD", "/complaints/", public(200), is_page=True),
    Row("GET HEAD", "/complaints/status/", public(200), is_page=True),
]

LISTS = {"/api/grievances": {Caller.OFFICER: 1, Caller.ADMIN: 1}}

SOCKETS: dict[str, Expected] = {}


def prepare(cast: Cast) -> dict[str, object]:
    """A filed case with a document, in the officer's office."""
    for caller, district in ((Caller.OFFICER, "JH"), (Caller.OFFICER2, "MO")):
        office = Office.objects.create(code=f"OFFICE-{district}", name=district)
        OfficeArea.objects.create(office=office, province="KO", district=district)
        OfficeMember.objects.create(user=cast.users[caller], office=office)
    draft = start_draft(source="bot", province="KO", district="JH")
    said = {"grievance_description": "The drain in front of the school is blocked."}
    case = submit_grievance(draft, said, actor="complainant").case
    kept = Attachment.objects.create(
        grievance=case,
        stored=store_bytes(b"a letter", FILE_KIND, None, "file.txt", "text/plain"),
        name="letter.txt",
        file_type=FileType.DOCUMENT,
        size=8,
        received_sha256="",
        state=FileState.DONE,
    )
    return {
        "grievance_id": case.grievance_id,
        "complainant_id": case.complainant.complainant_id,
        "item": case.grievance_id,
        "file_id": kept.file_id,
    }


def bodies(cast: Cast, ids: Mapping[str, object]) -> dict[tuple[str, str], dict[str, Any] | Body]:
    """A complaint, a letter, a decision."""
    name = str(ids.get("grievance_id", "GRV-ABSENT"))

    def letter() -> SimpleUploadedFile:
        # a form reads its file to the end
        return SimpleUploadedFile("letter.txt", b"Dear office")

    return {
        ("POST", "/submit-grievance"): {"grievance_description": "Dust everywhere"},
        ("POST", "/sensitive-check"): {"text": "Dust everywhere"},
        ("POST", "/task-status"): {"grievance_id": name, "status": "SUCCESS"},
        ("POST", "/upload"): form({"grievance_id": name, "file": letter()}),
        ("POST", "/upload-files"): form({"grievance_id": name, "files[]": letter()}),
        ("POST", "/accessible-file-upload"): form({"grievance_id": name, "files[]": letter()}),
        ("POST", f"{CASE}/status"): {"status_code": "UNDER_EVALUATION"},
        ("POST", f"{CASE}/messages"): {"text": "It is the blue house."},
        ("POST", f"{CASE}/satisfaction"): {"text": ""},
        ("POST", "/grievance-review/<grievance_id>"): {"grievance_summary": "A drain"},
        ("PATCH", f"{CASE}/classification"): {"grievance_summary": "A drain"},
        ("PATCH", "/api/complainant/<complainant_id>"): {"complainant_village": "Tole"},
        ("POST", "/api/grievances/find"): {
            "name": "Sita Rai",
            "reason": "Two letters of one household.",
        },
        ("POST", "/receipt"): {"grievance_id": name, "receipt": "00000-00000-00000-00000"},
        ("POST", "/otp/verify"): {"phone": "9841000000", "code": "000000"},
        ("POST", "/otp/send"): {"phone": "9841000000"},
        ("POST", "/socket-token"): {"grievance_id": name},
    }

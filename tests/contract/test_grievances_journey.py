"""A complaint from its first word to its answer: by HTTP, with a real mail server, a strict gateway
and the built-in speech recognition.

What the people here see is what routes, text messages and mails show them; rows are made only for
what an administrator sets up before: an office, an officer's account and a seat.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from functools import cache
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from pydantic import SecretStr
from tests.fixtures import SetEnvironment
from tests.needs import require

from bureau.desks.grievances.models import OfficeMember
from bureau.desks.grievances.tests import pictures
from bureau.desks.grievances.tests.conftest import (  # noqa: F401  (fixtures)
    Visitor,
    _ground,
    account,
    office,
    seat,
    work,
)
from bureau.kernel.accounts.models import Role, User
from bureau.kernel.ai.adapters.speaking.espeak import Espeak
from bureau.kernel.notify.tests import doubles
from bureau.kernel.notify.tests.mail_server import Post, mail_server

# Whisper needs a few seconds for each recording, on a busy machine many
pytestmark = [pytest.mark.django_db, pytest.mark.timeout(600)]
PASSWORD = "correct horse battery staple"
NUMBER, SPOKEN_NUMBER, MAIL = "+9779841234567", "९८४-१२३४५६७", "sita.rai@example.org"
SAID = "सडक खनेको धूलोले घर ढाकिएको छ। केटाकेटी दिनभरि खोक्छन्, कसैले पानी छर्कँदैन।"
PHOTO = pictures.jpeg_with_place((2400, 1600))
PLACE_NE = "विद्यालयको अगाडि, चोकको छेउमा।"
SAID_EN = "Dust from the road works covers our house. The children cough all night."
FORM = {
    "grievance_description": SAID,
    "complainant_full_name": "सीता राई",
    "complainant_phone": SPOKEN_NUMBER,
    "complainant_email": MAIL,
    "municipality": "Birtamod",
    "ward": "4",
    "language_code": "ne",
}
GPS = 0x8825
WHY = "The contractor sprinkles water three times a day now."
NO_FILE = f"/download/{uuid.UUID(int=0)}"
RESOLVED_NE = "समाधान भएको"
Work = Callable[[], None]


@dataclass
class World:
    """The servers outside, where messages arrive."""

    gateway: doubles.Double
    post: Post

    def texts_to(self, number: str) -> list[str]:
        """The text messages that a telephone got, oldest first."""
        sent = [json.loads(request.body) for request in self.gateway.requests]
        return [one["text"] for one in sent if one["to"] == number]

    def mails_to(self, address: str) -> list[EmailMessage]:
        envelopes = zip(self.post.envelopes, self.post.mails, strict=True)
        return [mail for envelope, mail in envelopes if envelope.rcpt_tos == [address]]


@pytest.fixture
def world(environment: SetEnvironment) -> Iterator[World]:
    """A gateway in the house, a mail server, and Whisper that writes speech down."""
    with doubles.serving(doubles.gateway) as gateway, mail_server() as (post, port):
        environment(
            notify_sms="gateway",
            sms_gateway_url=gateway.url,
            sms_gateway_token=SecretStr(doubles.GATEWAY_TOKEN),
            sms_gateway_in_house=True,
            notify_email="smtp",
            notify_from="Complaints Office <office@example.org>",
            smtp_host="127.0.0.1",
            smtp_port=port,
            smtp_security="none",
            ai_transcription_provider="builtin",
        )
        yield World(gateway, post)


@cache
def voice(text: str, language: str) -> bytes:
    """A recording of somebody who says this."""
    require("espeak-ng")
    return Espeak().speak(text, language).wav


@pytest.fixture
def jhapa_officer(db: None) -> Visitor:
    """The officer of the district, signed in with name and password."""
    user = User.objects.create_user("bina", "bina@example.org", PASSWORD, role=Role.OFFICER)
    OfficeMember.objects.create(user=user, office=office("JH-01", province="KO", district="JH"))
    signed = ok(Visitor().post("/api/auth/login/", {"username": "bina", "password": PASSWORD}))
    return Visitor().with_token(signed["access"])


def ok(answer: Any) -> dict[str, Any]:
    """The body of an answer that must be a success."""
    assert 200 <= answer.status_code < 300, answer.content
    body: dict[str, Any] = answer.json()
    return body


def file_complaint() -> dict[str, Any]:
    """Ask for names, then file under them with a photo and a recording."""
    names = ok(Visitor().post("/generate-ids", {"language_code": "ne"}))
    files = {
        "file": SimpleUploadedFile("घर.jpg", PHOTO),
        "grievance_location": SimpleUploadedFile("ठाउँ.wav", voice(PLACE_NE, "ne")),
    }
    drafting = Visitor().with_token(names["token"])
    given = {name: names[name] for name in ("grievance_id", "complainant_id")}
    filed = ok(drafting.call("POST", "/submit-grievance", **given, **FORM, **files))
    assert filed["grievance_id"] == names["grievance_id"]
    assert (filed["oversized_files"], filed["wrong_extensions_list"]) == ([], [])
    return filed


def hash_of_what_was_sent(grievance_id: str) -> str:
    """The receipt's hash as the complainant computes it from the documentation."""
    sent = {
        "grievance_id": grievance_id,
        "grievance_description": SAID,
        "province": "KO",
        "district": "JH",
        "municipality": "Birtamod",
        "ward": 4,
        "language_code": "ne",
        "files": sorted(
            hashlib.sha256(content).hexdigest() for content in (PHOTO, voice(PLACE_NE, "ne"))
        ),
    }
    text = json.dumps(sent, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def prove_the_number(world: World, work: Work) -> Visitor:  # noqa: F811
    """Get a code on the telephone and exchange it for a token; it is good once."""
    asked = Visitor().post("/otp/send", {"phone": NUMBER, "language_code": "ne"})
    ok(asked)
    work()
    code = re.findall(r"\b\d{6}\b", world.texts_to(NUMBER)[-1])[0]
    assert code not in asked.content.decode()
    told = {"phone": SPOKEN_NUMBER, "code": code}
    token = ok(Visitor().post("/otp/verify", told))["data"]["token"]
    assert Visitor().post("/otp/verify", told).status_code == 400
    return Visitor().with_token(token)


def by_receipt(filed: dict[str, Any]) -> tuple[dict[str, Any], Visitor]:
    """What the receipt proves, and who comes with it."""
    said = {"grievance_id": filed["grievance_id"], "receipt": filed["receipt"].lower()}
    proof = ok(Visitor().post("/receipt", said))["data"]
    return proof, Visitor().with_token(proof["token"])


def resolve(officer: Visitor, grievance_id: str) -> dict[str, Any]:
    """Find the case's ticket in the queue, take it up and answer it; returns its details."""
    [found] = ok(officer.get("/tickets"))["data"]
    path = f"/tickets/{found['ticket_id']}"
    assert (found["state"], found["office"]) == ("OPEN", "JH-01")
    acknowledged = ok(officer.post(f"{path}/actions", {"action": "ACKNOWLEDGE"}))["data"]
    assert acknowledged["state"] == "IN_PROGRESS"
    answer = {"action": "RESOLVE", "category": "ACCEPTED_OTHER", "note": WHY}
    resolved = ok(officer.post(f"{path}/actions", {**answer, "version": acknowledged["version"]}))
    assert resolved["data"]["state"] == "RESOLVED"
    detail = ok(officer.get(path))["data"]
    assert detail["grievance"]["grievance_id"] == grievance_id
    return detail


def test_from_the_first_word_to_the_answer(
    world: World,
    jhapa_officer: Visitor,
    work: Work,  # noqa: F811
) -> None:
    filed = file_complaint()
    name = filed["grievance_id"]
    work()
    assert name in world.texts_to(NUMBER)[0]
    # the number is proved to be the complainant's, and opens this one case
    mine = prove_the_number(world, work)
    [listed] = ok(mine.get("/api/grievances"))["data"]
    assert (listed["grievance_id"], listed["status"]) == (name, "SUBMITTED")
    proof, _ = by_receipt(filed)
    assert proof["in_log"] is True
    assert proof["content_hash"] == filed["content_hash"] == hash_of_what_was_sent(name)
    # the office answers
    detail = resolve(jhapa_officer, name)
    assert detail["grievance"]["grievance_description"] == SAID
    assert detail["grievance"]["grievance_categories"]
    # whisper-base does not understand this voice: nothing is invented, a person is asked to listen
    [heard] = detail["recordings"]
    assert (heard["field_name"], heard["language"]) == ("grievance_location", "ne")
    assert (heard["status"], heard["transcript"], heard["needs_person"]) == ("FAILED", None, True)
    assert heard["duration_seconds"] > 1
    # nor is there a translator here, and nobody pretends
    assert detail["translations"] == []
    [logged] = [one for one in detail["log"] if one["type"] == "grievance.submitted"]
    assert logged["payload"]["content_hash"] == proof["content_hash"]
    assert "सीता" not in json.dumps(detail, ensure_ascii=False)
    work()
    # and the complainant hears of it: by mail, by telephone, and with the receipt
    mail = world.mails_to(MAIL)[-1]
    # a long subject is folded behind its name, which leaves a blank in front
    assert str(mail["Subject"]).strip() == f"तपाईंको गुनासो {name}: {RESOLVED_NE}"
    assert RESOLVED_NE in world.texts_to(NUMBER)[-1]
    _, follower = by_receipt(filed)
    status = ok(follower.get(f"/grievance-status/{name}"))
    assert status["current_status"]["status_code"] == "RESOLVED"
    assert status["current_status"]["status_name"] == RESOLVED_NE
    history = ok(follower.get(f"/api/grievance/{name}"))["data"]["status_history"]
    passed = {one["status_code"]: one["created_by"] for one in history if one["status_code"]}
    assert (passed["UNDER_EVALUATION"], passed["RESOLVED"]) == ("office", "office")


def test_the_office_gets_the_picture_without_its_place_and_the_voice_as_it_was(
    world: World,
    jhapa_officer: Visitor,
    work: Work,  # noqa: F811
) -> None:
    assert Image.open(io.BytesIO(PHOTO)).getexif().get_ifd(GPS)
    name = file_complaint()["grievance_id"]
    listed = ok(jhapa_officer.get(f"/files/{name}"))["files"]
    files = {one["file_type"]: one for one in listed}
    assert set(files) == {"image", "voice"}
    # not before it was cleaned
    assert jhapa_officer.get(files["image"]["url"]).status_code == 404
    work()
    content = jhapa_officer.get(files["image"]["url"]).getvalue()
    picture = Image.open(io.BytesIO(content))
    assert picture.size == (1920, 1280)
    assert not picture.getexif()
    assert b"Exif" not in content and b"Spy Camera" not in content
    assert jhapa_officer.get(files["voice"]["url"]).getvalue() == voice(PLACE_NE, "ne")
    elsewhere = seat("bikash", office("MO-01", province="KO", district="MO"))
    for stranger in (Visitor(), elsewhere):
        denied, absent = (stranger.get(url) for url in (files["voice"]["url"], NO_FILE))
        assert denied.status_code in (403, 404)
        assert (denied.status_code, denied.json()) == (absent.status_code, absent.json())


def test_a_complaint_that_was_only_spoken_is_written_down_and_its_speaker_stays_sealed(
    world: World,
    jhapa_officer: Visitor,
    work: Work,  # noqa: F811
) -> None:
    spoken = {
        "grievance_description": SimpleUploadedFile("what.wav", voice(SAID_EN, "en")),
        "complainant_full_name": SimpleUploadedFile("who.wav", voice("My name is Mary.", "en")),
    }
    filed = ok(Visitor().call("POST", "/submit-grievance", language_code="en", **spoken))
    kinds = {name: task["type"] for name, task in filed["tasks"].items()}
    assert kinds["complainant_full_name"] == "contact_info"
    work()
    [found] = ok(jhapa_officer.get("/tickets"))["data"]
    path = f"/tickets/{found['ticket_id']}"
    detail = ok(jhapa_officer.get(path))["data"]
    said = detail["grievance"]["grievance_description"].lower()
    assert {"dust", "house", "children", "cough"} <= set(re.findall("[a-z]+", said))
    assert detail["grievance"]["grievance_categories"]
    [heard] = detail["recordings"]
    assert (heard["field_name"], heard["language_heard"]) == ("grievance_description", "en")
    assert heard["transcript"].lower() == said
    assert 0.5 < heard["confidence"] < 1
    assert (heard["needs_person"], heard["transcript_status"]) == (False, "FOR_VERIFICATION")
    # who it was is heard under a reveal only, and that is noted
    assert "Mary" not in json.dumps(detail)
    [listed] = ok(jhapa_officer.get(f"/files/{filed['grievance_id']}"))["files"]
    assert listed["file_name"] == "what.wav"
    name_file = f"/download/{filed['files'][1]}"
    assert jhapa_officer.get(name_file).status_code == 404
    ok(jhapa_officer.post(f"{path}/reveal", {"reason": "To ask where the dust comes from."}))
    identity = ok(jhapa_officer.get(f"{path}/identity"))["data"]
    assert identity["full_name"] == "Mary"
    [recording] = identity["recordings"]
    assert recording["url"] == name_file
    heard_name = jhapa_officer.get(name_file).getvalue()
    assert heard_name == voice("My name is Mary.", "en")
    [opened] = ok(account("amara", Role.ADMIN).get("/reveals"))["data"]
    assert opened["reads"] == 2
    ok(jhapa_officer.call("DELETE", f"{path}/reveal"))
    assert jhapa_officer.get(name_file).status_code == 404

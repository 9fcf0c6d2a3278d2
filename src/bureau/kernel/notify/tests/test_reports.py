"""Delivery reports over HTTP: only what the carrier signed counts."""

from __future__ import annotations

import base64
import hmac
import json

import pytest
from django.test import Client
from pydantic import SecretStr

from bureau.kernel.notify.models import Message, State
from bureau.kernel.notify.tests.conftest import Set

pytestmark = pytest.mark.django_db
PATHS = {"twilio": "/api/notify/twilio/", "meta": "/api/notify/meta/"}
SITE = "https://office.example"


@pytest.fixture(autouse=True)
def _settings(environment: Set) -> None:
    environment(
        notify_public_url=SITE,
        twilio_auth_token=SecretStr("12345"),
        meta_app_secret=SecretStr("app-secret"),
        meta_verify_token=SecretStr("verify-me"),
    )


def sent(carrier: str) -> Message:
    return Message.objects.create(
        channel="sms",
        template="t",
        language="en",
        state=State.SENT,
        carrier=carrier,
        provider_id="X1",
    )


def state() -> tuple[str, str]:
    message = Message.objects.get()
    return message.state, message.error_code


def from_twilio(form: dict[str, str], token: str = "12345") -> int:
    text = f"{SITE}{PATHS['twilio']}" + "".join(f"{key}{form[key]}" for key in sorted(form))
    mark = base64.b64encode(hmac.digest(token.encode(), text.encode(), "sha1")).decode()
    answer = Client().post(PATHS["twilio"], form, headers={"X-Twilio-Signature": mark})
    return int(answer.status_code)


def from_meta(status: dict[str, object], secret: str = "app-secret") -> int:
    body = json.dumps({"entry": [{"changes": [{"value": {"statuses": [status]}}]}]}).encode()
    mark = f"sha256={hmac.digest(secret.encode(), body, 'sha256').hex()}"
    answer = Client().post(
        PATHS["meta"], body, "application/json", headers={"X-Hub-Signature-256": mark}
    )
    return int(answer.status_code)


def test_twilio_reports_what_became_of_a_message() -> None:
    sent("twilio")
    assert from_twilio({"MessageSid": "X1", "MessageStatus": "sent"}) == 204
    assert state() == ("sent", "")
    assert from_twilio({"MessageSid": "X1", "MessageStatus": "delivered"}, token="guess") == 403
    assert state() == ("sent", "")
    report = {"MessageSid": "X1", "MessageStatus": "undelivered", "ErrorCode": "30005"}
    assert from_twilio(report) == 204
    assert state() == ("failed", "30005")


def test_meta_reports_what_became_of_a_message() -> None:
    sent("meta")
    assert from_meta({"id": "X1", "status": "delivered"}, secret="guess") == 403
    assert state() == ("sent", "")
    assert from_meta({"id": "X1", "status": "delivered"}) == 204
    assert state() == ("delivered", "")


def test_meta_reports_a_failure_with_its_code() -> None:
    sent("meta")
    assert from_meta({"id": "X1", "status": "failed", "errors": [{"code": 131026}]}) == 204
    assert state() == ("failed", "131026")


def test_one_carrier_cannot_speak_for_another() -> None:
    sent("meta")
    assert from_twilio({"MessageSid": "X1", "MessageStatus": "delivered"}) == 204
    assert state() == ("sent", "")


def test_without_a_secret_nothing_is_believed(environment: Set) -> None:
    environment(twilio_auth_token=SecretStr(""), meta_app_secret=SecretStr(""))
    assert from_twilio({"MessageSid": "X1", "MessageStatus": "delivered"}, token="") == 403
    assert from_meta({"id": "X1", "status": "delivered"}, secret="") == 403


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{", b'{"entry": 1}', b'{"entry": [{"changes": [1]}]}']
)
def test_a_signed_report_of_another_shape_does_no_harm(body: bytes) -> None:
    mark = f"sha256={hmac.digest(b'app-secret', body, 'sha256').hex()}"
    answer = Client().post(
        PATHS["meta"], body, "application/json", headers={"X-Hub-Signature-256": mark}
    )
    assert answer.status_code == 204


def test_meta_confirms_the_address_with_the_right_token_only() -> None:
    def ask(token: str) -> tuple[int, bytes]:
        query = {"hub.mode": "subscribe", "hub.verify_token": token, "hub.challenge": "<b>1158</b>"}
        answer = Client().get(PATHS["meta"], query)
        return answer.status_code, answer.content

    assert ask("verify-me") == (200, b"<b>1158</b>")
    assert ask("guess")[0] == 403
    assert Client().get(PATHS["meta"])["Content-Type"].startswith("application/json")

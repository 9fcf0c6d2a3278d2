from __future__ import annotations

import json
from datetime import UTC, datetime
from urllib.parse import parse_qs

import pytest

from bureau.kernel.notify.adapters.gateway import GatewayCarrier
from bureau.kernel.notify.adapters.meta import MetaCarrier
from bureau.kernel.notify.adapters.sns import SnsCarrier
from bureau.kernel.notify.adapters.sns.signing import Credentials, signed_headers
from bureau.kernel.notify.adapters.twilio import TwilioCarrier
from bureau.kernel.notify.ports import DeliveryRefused
from bureau.kernel.notify.tests import doubles
from bureau.kernel.notify.tests.conformance import NUMBER, CarrierConformance, message
from bureau.kernel.notify.tests.doubles import (
    AWS,
    GATEWAY_TOKEN,
    META_NUMBER,
    META_TOKEN,
    SID,
    TOKEN,
    Double,
)

JSON_FIELDS = {"to": "{to}", "text": "{text}", "reference": "{reference}"}


class TestTwilio(CarrierConformance):
    protocol = staticmethod(doubles.twilio)
    later = [doubles.twilio_error(400, 21611, "This number has too many messages queued")]

    def carrier(self, url: str) -> TwilioCarrier:
        return TwilioCarrier(url, SID, TOKEN, "+15005550006")

    def stranger(self, url: str) -> TwilioCarrier:
        return TwilioCarrier(url, SID, "wrong-secret", "+15005550006")

    def test_whatsapp_marks_both_numbers(self, server: Double) -> None:
        self.carrier(server.url).send(message(channel="whatsapp"))
        form = parse_qs(server.requests[0].body.decode())
        assert form["To"] == [f"whatsapp:{NUMBER}"]
        assert form["From"] == ["whatsapp:+15005550006"]

    def test_a_messaging_service_and_a_callback_are_named(self, server: Double) -> None:
        carrier = TwilioCarrier(
            server.url, SID, TOKEN, "MG" + "1" * 32, callback="https://example.org/x/"
        )
        carrier.send(message())
        form = parse_qs(server.requests[0].body.decode())
        assert form["MessagingServiceSid"] == ["MG" + "1" * 32]
        assert form["StatusCallback"] == ["https://example.org/x/"]
        assert "From" not in form


class TestMeta(CarrierConformance):
    protocol = staticmethod(doubles.meta)
    later = [
        doubles.meta_error(400, 130429, "Rate limit hit"),
        doubles.meta_error(400, 131056, "Pair rate limit hit"),
    ]
    channel = "whatsapp"

    def carrier(self, url: str) -> MetaCarrier:
        return MetaCarrier(f"{url}/v23.0", META_NUMBER, META_TOKEN)

    def stranger(self, url: str) -> MetaCarrier:
        return MetaCarrier(f"{url}/v23.0", META_NUMBER, "wrong-secret")

    def test_the_values_go_out_in_the_order_of_the_text(self, server: Double) -> None:
        self.carrier(server.url).send(message(channel="whatsapp"))
        template = json.loads(server.requests[0].body)["template"]
        assert (template["name"], template["language"]) == ("receipt", {"code": "ne"})
        texts = [one["text"] for one in template["components"][0]["parameters"]]
        assert texts == ["42", "two lines"]

    def test_a_number_without_whatsapp_is_final(self, server: Double) -> None:
        server.forced.append(doubles.meta_error(400, 131026, f"Undeliverable to {NUMBER}"))
        with pytest.raises(DeliveryRefused) as refusal:
            self.carrier(server.url).send(message(channel="whatsapp"))
        assert refusal.value.reason == "131026"
        assert NUMBER not in refusal.value.message


class TestSns(CarrierConformance):
    protocol = staticmethod(doubles.sns)
    later = [doubles.sns_error(400, "Throttling", "Rate exceeded")]

    def carrier(self, url: str) -> SnsCarrier:
        return SnsCarrier(f"{url}/", "ap-south-1", AWS)

    def stranger(self, url: str) -> SnsCarrier:
        return SnsCarrier(f"{url}/", "ap-south-1", Credentials(AWS.key_id, "wrong-secret"))


class TestGateway(CarrierConformance):
    protocol = staticmethod(doubles.gateway)

    def carrier(self, url: str) -> GatewayCarrier:
        return GatewayCarrier(url, JSON_FIELDS, as_form=False, token=GATEWAY_TOKEN, outside=True)

    def stranger(self, url: str) -> GatewayCarrier:
        return GatewayCarrier(url, JSON_FIELDS, as_form=False, token="wrong-secret", outside=True)

    def test_a_form_with_names_of_its_own(self, server: Double) -> None:
        fields = {"token": "{token}", "from": "Office", "to": "{to}", "text": "{text}"}
        carrier = GatewayCarrier(server.url, fields, as_form=True, token="t0", outside=True)
        server.forced.append(doubles.as_json(200, {"count": 1}))
        assert carrier.send(message(text="{to} {token} stays as it is")).provider_id == ""
        [request] = server.requests
        assert parse_qs(request.body.decode()) == {
            "token": ["t0"],
            "from": ["Office"],
            "to": [NUMBER],
            "text": ["{to} {token} stays as it is"],
        }
        assert "authorization" not in request.headers


def test_signatures_are_those_that_amazon_publishes() -> None:
    """The example of Amazon's own description of the signing steps."""
    signed = signed_headers(
        "GET",
        "https://iam.amazonaws.com/?Action=ListUsers&Version=2010-05-08",
        {
            "content-type": "application/x-www-form-urlencoded; charset=utf-8",
            "host": "iam.amazonaws.com",
        },
        b"",
        credentials=AWS,
        scope=("us-east-1", "iam"),
        now=datetime(2015, 8, 30, 12, 36, tzinfo=UTC),
    )
    assert signed["authorization"].endswith(
        "Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7"
    )

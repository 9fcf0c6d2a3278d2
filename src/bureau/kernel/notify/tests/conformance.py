"""What every carrier that speaks HTTP must do, whatever its protocol."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import ClassVar

import pytest

from bureau.kernel.notify.adapters import http
from bureau.kernel.notify.ports import Carrier, DeliveryDelayed, DeliveryRefused, Outgoing
from bureau.kernel.notify.tests.doubles import Answer, Double, Protocol, as_json, serving

NUMBER = "+9779841234567"


def message(**changes: object) -> Outgoing:
    """An SMS in Nepali."""
    facts = {
        "id": "5f0c3c5e-3a9f-4a3a-9a52-000000000001",
        "channel": "sms",
        "recipient": NUMBER,
        "heading": "",
        "text": "तपाईंको गुनासो दर्ता भयो। कोड: 42\n",
        "template": "receipt",
        "language": "ne",
        "parameters": ["42", "two\n lines"],
        **changes,
    }
    return Outgoing(**facts)  # type: ignore[arg-type]


class CarrierConformance:
    """Subclass it: name a protocol and make the carrier for an address."""

    protocol: ClassVar[Protocol]
    # answers that say "later" with a code of the carrier's own
    later: ClassVar[list[Answer]] = []
    channel = "sms"

    def carrier(self, url: str) -> Carrier:
        raise NotImplementedError

    def stranger(self, url: str) -> Carrier:
        """The same carrier with wrong credentials."""
        raise NotImplementedError

    @pytest.fixture
    def server(self) -> Iterator[Double]:
        with serving(type(self).protocol) as server:
            yield server

    def test_a_message_is_taken_and_named(self, server: Double) -> None:
        receipt = self.carrier(server.url).send(message(channel=self.channel))
        assert receipt.provider_id
        assert len(server.requests) == 1

    def test_wrong_credentials_are_final_and_stay_secret(self, server: Double) -> None:
        with pytest.raises(DeliveryRefused) as refusal:
            self.stranger(server.url).send(message(channel=self.channel))
        assert not refusal.value.temporary
        assert "wrong-secret" not in refusal.value.message

    def test_a_refused_number_is_final_and_not_repeated_in_the_error(self, server: Double) -> None:
        with pytest.raises(DeliveryRefused) as refusal:
            self.carrier(server.url).send(message(channel=self.channel, recipient="98412"))
        assert "98412" not in f"{refusal.value.message}{refusal.value.reason}"

    def test_too_many_requests_wait_as_long_as_asked(self, server: Double) -> None:
        server.forced.append(as_json(429, {}, **{"Retry-After": "77"}))
        with pytest.raises(DeliveryDelayed) as delay:
            self.carrier(server.url).send(message(channel=self.channel))
        assert delay.value.headers == {"Retry-After": "77"}

    @pytest.mark.parametrize("status", [500, 502, 503])
    def test_a_fault_of_the_carrier_is_tried_again(self, server: Double, status: int) -> None:
        server.forced.append(Answer(status, b"<html>down</html>"))
        with pytest.raises(DeliveryDelayed):
            self.carrier(server.url).send(message(channel=self.channel))

    def test_its_own_codes_for_later_are_understood(self, server: Double) -> None:
        for answer in self.later:
            server.forced.append(answer)
            with pytest.raises(DeliveryDelayed):
                self.carrier(server.url).send(message(channel=self.channel))

    def test_silence_ends(self, server: Double, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(http, "TIMEOUT", 0.2)
        server.forced.append(Answer(200, b"", after=None))
        with pytest.raises(DeliveryDelayed, match="in time"):
            self.carrier(server.url).send(message(channel=self.channel))

    def test_a_closed_door_is_tried_again(self) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            url = f"http://127.0.0.1:{free.getsockname()[1]}"
        with pytest.raises(DeliveryDelayed, match="connection"):
            self.carrier(url).send(message(channel=self.channel))

    def test_another_address_is_not_followed(self, server: Double) -> None:
        server.forced.append(Answer(307, b"", {"Location": f"{server.url}/elsewhere"}))
        with pytest.raises(DeliveryRefused):
            self.carrier(server.url).send(message(channel=self.channel))
        assert len(server.requests) == 1

    def test_an_answer_without_sense_is_no_success(self, server: Double) -> None:
        server.forced.append(Answer(204, b""))
        with pytest.raises(DeliveryRefused):
            self.carrier(server.url).send(message(channel=self.channel))

    def test_an_endless_answer_is_cut(
        self, server: Double, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(http, "LARGEST_ANSWER", 1_000)
        server.forced.append(Answer(200, b"x" * 10_000))
        with pytest.raises(DeliveryDelayed, match="too much"):
            self.carrier(server.url).send(message(channel=self.channel))

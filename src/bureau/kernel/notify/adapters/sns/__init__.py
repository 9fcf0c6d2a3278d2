"""SMS by Amazon SNS, whose requests are signed here: its library weighs 90 MB."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

import httpx

from bureau.kernel.notify.adapters.http import failure, post
from bureau.kernel.notify.adapters.sns.signing import Credentials, signed_headers
from bureau.kernel.notify.ports import Outgoing, Receipt

if TYPE_CHECKING:
    from bureau.environment import Environment

TEMPORARY_CODES = frozenset({"Throttling", "ThrottledException", "InternalError", "KMSThrottling"})
FORM = "application/x-www-form-urlencoded; charset=utf-8"


class SnsCarrier:
    """Publishes to a phone number directly, as a transactional message."""

    name = "sns"
    outside = True

    def __init__(self, url: str, region: str, credentials: Credentials) -> None:
        self._url, self._region, self._credentials = url, region, credentials

    def send(self, message: Outgoing) -> Receipt:
        """Publish one message."""
        body = urlencode(
            {
                "Action": "Publish",
                "Version": "2010-03-31",
                "PhoneNumber": message.recipient,
                "Message": message.text.strip(),
                "MessageAttributes.entry.1.Name": "AWS.SNS.SMS.SMSType",
                "MessageAttributes.entry.1.Value.DataType": "String",
                "MessageAttributes.entry.1.Value.StringValue": "Transactional",
            }
        ).encode()
        headers = signed_headers(
            "POST",
            self._url,
            {"content-type": FORM, "host": urlsplit(self._url).netloc},
            body,
            credentials=self._credentials,
            scope=(self._region, "sns"),
            now=datetime.now(UTC),
        )
        answer = post("Amazon SNS", self._url, content=body, headers=headers)
        found = _tag(answer, "MessageId")
        if answer.status_code == 200 and found:
            return Receipt(provider_id=found)
        code = _tag(answer, "Code")
        raise failure("Amazon SNS", answer, code=code, temporary=code in TEMPORARY_CODES)


def _tag(answer: httpx.Response, name: str) -> str:
    """The text of the first element of this name; the answers are flat and hold no entities."""
    found = re.search(rf"<{name}>([A-Za-z0-9.-]{{1,100}})</{name}>", answer.text)
    return found[1] if found else ""


def carrier(env: Environment, channel: str) -> SnsCarrier:
    """The account of the settings `AWS_*`."""
    url = env.aws_sns_url or f"https://sns.{env.aws_region}.amazonaws.com/"
    secret = env.aws_secret_access_key.get_secret_value()
    return SnsCarrier(url, env.aws_region, Credentials(env.aws_access_key_id, secret))

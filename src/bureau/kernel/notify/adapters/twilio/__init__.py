"""SMS and WhatsApp by Twilio's Programmable Messaging API (2010-04-01)."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from bureau.kernel.notify.adapters.http import failure, json_of, post
from bureau.kernel.notify.models import Channel
from bureau.kernel.notify.ports import Outgoing, Receipt

if TYPE_CHECKING:
    from bureau.environment import Environment

# too many requests; queue full: both come with statuses of the 4xx kind
TEMPORARY_CODES = frozenset({"20429", "21611", "30001"})


class TwilioCarrier:
    """One account; on WhatsApp free text, which Twilio delivers within 24 h of a person's message."""

    name = "twilio"
    outside = True

    def __init__(
        self, base_url: str, account: str, token: str, sender: str, *, callback: str = ""
    ) -> None:
        self._url = (
            f"{base_url.rstrip('/')}/2010-04-01/Accounts/{quote(account, safe='')}/Messages.json"
        )
        self._login = (account, token)
        self._sender, self._callback = sender, callback

    def send(self, message: Outgoing) -> Receipt:
        """Create one message resource."""
        mark = "whatsapp:" if message.channel == Channel.WHATSAPP else ""
        form = {
            "To": f"{mark}{message.recipient}",
            "Body": message.text.strip(),
            # a messaging service is named differently from a number
            **(
                {"MessagingServiceSid": self._sender}
                if self._sender.startswith("MG")
                else {"From": f"{mark}{self._sender}"}
            ),
        }
        if self._callback:
            form["StatusCallback"] = self._callback
        answer = post("Twilio", self._url, data=form, auth=self._login)
        body = json_of(answer)
        if answer.status_code == 201 and isinstance(body.get("sid"), str):
            return Receipt(provider_id=body["sid"])
        code = str(body.get("code") or "")
        raise failure("Twilio", answer, code=code, temporary=code in TEMPORARY_CODES)


def carrier(env: Environment, channel: str) -> TwilioCarrier:
    """The account of the settings `TWILIO_*`."""
    sender = env.twilio_from if channel == Channel.SMS else env.twilio_whatsapp_from
    base = env.notify_public_url.rstrip("/")
    return TwilioCarrier(
        env.twilio_base_url,
        env.twilio_account_sid,
        env.twilio_auth_token.get_secret_value(),
        sender,
        callback=f"{base}/api/notify/twilio/" if base else "",
    )

"""Any SMS or WhatsApp gateway that takes one HTTP request a message."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from bureau.kernel.notify.adapters.http import failure, json_of, post
from bureau.kernel.notify.ports import Outgoing, Receipt

if TYPE_CHECKING:
    from bureau.environment import Environment

# where gateways put their own name for a message
ID_NAMES = ("id", "message_id", "messageId", "sid", "reference")


class GatewayCarrier:
    """Posts the settings' own fields, as JSON or as a form.

    Args:
        fields: name -> value; `{to}`, `{text}`, `{reference}` and `{token}` in values are replaced.
        as_form: a form instead of JSON.
        token: also sent as a bearer token when no field takes it.
    """

    name = "gateway"

    def __init__(
        self, url: str, fields: dict[str, str], *, as_form: bool, token: str, outside: bool
    ) -> None:
        self.outside = outside
        self._url, self._fields, self._as_form, self._token = url, fields, as_form, token

    def send(self, message: Outgoing) -> Receipt:
        """Post one message."""
        values = {
            "{to}": message.recipient,
            "{text}": message.text.strip(),
            "{reference}": message.id,
            "{token}": self._token,
        }
        body = {name: values.get(value, value) for name, value in self._fields.items()}
        request: dict[str, Any] = {"data" if self._as_form else "json": body}
        if self._token and "{token}" not in self._fields.values():
            request["headers"] = {"Authorization": f"Bearer {self._token}"}
        answer = post("The gateway", self._url, **request)
        if answer.status_code not in (200, 201, 202):
            raise failure("The gateway", answer)
        found = json_of(answer)
        known = (str(found[name]) for name in ID_NAMES if isinstance(found.get(name), str | int))
        return Receipt(provider_id=next(known, ""))


def carrier(env: Environment, channel: str) -> GatewayCarrier:
    """The gateway of the settings `SMS_GATEWAY_*`."""
    return GatewayCarrier(
        env.sms_gateway_url,
        json.loads(env.sms_gateway_fields),
        as_form=env.sms_gateway_format == "form",
        token=env.sms_gateway_token.get_secret_value(),
        outside=not env.sms_gateway_in_house,
    )

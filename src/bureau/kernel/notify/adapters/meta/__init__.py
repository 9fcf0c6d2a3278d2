"""WhatsApp by Meta's Cloud API, with templates that were approved there under our names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from bureau.kernel.notify.adapters.http import failure, json_of, post
from bureau.kernel.notify.ports import Outgoing, Receipt

if TYPE_CHECKING:
    from bureau.environment import Environment

# unknown, service, too many calls; account, throughput and pair rate limits; service down or overloaded
TEMPORARY_CODES = frozenset({1, 2, 4, 80007, 130429, 131000, 131016, 131056, 133004, 133005})


class MetaCarrier:
    """A business may write first only by approved template: its name, language and values go out."""

    name = "meta"
    outside = True

    def __init__(self, base_url: str, phone_number_id: str, token: str) -> None:
        self._url = f"{base_url.rstrip('/')}/{quote(phone_number_id, safe='')}/messages"
        self._headers = {"Authorization": f"Bearer {token}"}

    def send(self, message: Outgoing) -> Receipt:
        """Send one template message."""
        answer = post("Meta", self._url, json=_body(message), headers=self._headers)
        body = json_of(answer)
        if answer.status_code == 200:
            if found := _id_in(body):
                return Receipt(provider_id=found)
            raise failure("Meta", answer)
        error = body.get("error")
        code = error.get("code") if isinstance(error, dict) else None
        raise failure("Meta", answer, code=str(code or ""), temporary=code in TEMPORARY_CODES)


def _body(message: Outgoing) -> dict[str, Any]:
    # a value of a template may hold no line breaks, tabs or rows of blanks
    values = [{"type": "text", "text": " ".join(text.split())} for text in message.parameters]
    template: dict[str, Any] = {
        "name": message.template,
        "language": {"code": message.language},
        "components": [{"type": "body", "parameters": values}] if values else [],
    }
    return {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": message.recipient.removeprefix("+"),
        "type": "template",
        "template": template,
        # comes back with every report on this message
        "biz_opaque_callback_data": message.id,
    }


def _id_in(body: dict[str, Any]) -> str:
    match body:
        case {"messages": [{"id": str(found)}, *_]}:
            return found
    return ""


def carrier(env: Environment, channel: str) -> MetaCarrier:
    """The number of the settings `META_*`."""
    return MetaCarrier(
        env.meta_base_url, env.meta_phone_number_id, env.meta_access_token.get_secret_value()
    )

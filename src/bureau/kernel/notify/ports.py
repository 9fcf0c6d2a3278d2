"""What carries a message, and how that fails."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Protocol

from bureau.kernel.errors import BureauError


@dataclass(frozen=True, repr=False)
class Outgoing:
    """A message as a carrier gets it.

    Attributes:
        id: of the row; the same for every try, so that a carrier may drop a repeated one.
        recipient: an e-mail address, or a phone number in international form with its plus.
        heading: subject line of an e-mail; empty elsewhere.
        text: plain text.
        template, language, parameters: for carriers that only take approved templates: its name and
            the values of its placeholders in the order of the text.
    """

    id: str
    channel: str
    recipient: str
    heading: str
    text: str
    template: str
    language: str
    parameters: Sequence[str] = ()


@dataclass(frozen=True)
class Receipt:
    """A carrier took the message; `provider_id` is its own name for it, empty if it gave none."""

    provider_id: str = ""


class Carrier(Protocol):
    """One way out. Adapters are folders in `adapters/`, chosen by the settings a channel."""

    name: str
    # whether messages pass through somebody else's service on the open internet
    outside: bool

    def send(self, message: Outgoing) -> Receipt:
        """Hand the message over.

        Raises:
            DeliveryDelayed: later may help.
            DeliveryRefused: it will not.
        """


class DeliveryError(BureauError):
    """A carrier did not take a message.

    The sentence names the carrier and its code, never its words: those may repeat the recipient.
    """

    code = "DELIVERY_ERROR"
    status = 502
    default_message = "The message could not be delivered."
    default_reason: ClassVar[str] = "refused"

    def __init__(
        self, message: str = "", *, reason: str = "", retry_after: float | None = None
    ) -> None:
        headers = {} if retry_after is None else {"Retry-After": str(math.ceil(retry_after))}
        super().__init__(message, headers=headers)
        self.reason = reason or self.default_reason


class DeliveryDelayed(DeliveryError):
    """Time-out, no connection, a rate limit or a fault of the carrier: later may help."""

    status = 503
    temporary = True
    default_message = "The carrier cannot take messages at the moment."
    default_reason = "unavailable"


class DeliveryRefused(DeliveryError):
    """The carrier understood and will not deliver this message."""

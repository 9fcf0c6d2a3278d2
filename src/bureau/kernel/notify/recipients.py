"""Whether something is an address that a channel reaches, and in which spelling."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from bureau.kernel.errors import InvalidInput
from bureau.kernel.notify.models import Channel
from bureau.kernel.vault.normal import e164, email


def normal_recipient(channel: str, recipient: str, regions: Sequence[str]) -> str:
    """The address as it is stored: an e-mail as typed, a phone number in international form.

    Raises:
        InvalidInput: it is no address of this channel.
    """
    if channel not in Channel.values:
        raise InvalidInput(fields={"channel": ["Choose email, sms or whatsapp."]})
    if channel == Channel.EMAIL:
        return _email(recipient.strip())
    number = e164(recipient, regions)
    if number is None:
        raise InvalidInput(fields={"recipient": ["This is not a phone number."]})
    return number


def _email(address: str) -> str:
    try:
        # refuses line breaks too: they would begin a header of their own
        validate_email(address)
    except ValidationError:
        raise InvalidInput(fields={"recipient": ["This is not an e-mail address."]}) from None
    return address


def is_allowed(recipient: str, whitelist: Collection[str], regions: Sequence[str]) -> bool:
    """Whether a test site may write to this address; an empty list allows all.

    An entry is an address in any spelling, or `@domain` for every address of a domain.
    """
    if not whitelist:
        return True
    if "@" not in recipient:
        return recipient in {e164(entry, regions) for entry in whitelist}
    address = email(recipient)
    domain = f"@{address.rpartition('@')[2]}"
    return any(email(entry) in (address, domain) for entry in whitelist)

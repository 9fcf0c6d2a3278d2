"""One-time codes: sent to a phone or mail box, kept as digests, good once, for ten minutes."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from bureau.desks.grievances import access, sealing
from bureau.desks.grievances.callers import Caller
from bureau.desks.grievances.cases.complainants import by_email, by_phone
from bureau.desks.grievances.intake.limits import (
    CODE,
    CODE_BY_ADDRESS,
    CODE_BY_ALL,
    SENDING,
    SENDING_A_DAY,
    SENDING_BY_ADDRESS,
    against,
    against_address,
    against_pair,
    guess,
    spend,
)
from bureau.desks.grievances.messaging.messages import send_one_time_code
from bureau.desks.grievances.models import Complainant, OneTimeCode
from bureau.kernel.errors import InvalidInput, NotSignedIn
from bureau.kernel.events.log import emit
from bureau.kernel.vault.keyring import digest

LIFETIME = timedelta(minutes=10)
DIGITS = 6
SMS, EMAIL = "sms", "email"
_PURPOSE = "grievances.one_time_code"


@dataclass(frozen=True, slots=True)
class Address:
    """Where a code goes. Only a digest of it, `subject`, is kept beside the code."""

    channel: str
    value: str

    @property
    def subject(self) -> str:
        """The keyed digest that codes and tries are kept under."""
        return digest(self.value, f"grievances.code.{self.channel}")

    def people(self) -> list[int]:
        """Whose address it is."""
        found = by_phone(self.value) if self.channel == SMS else by_email(self.value)
        return list(found.values_list("pk", flat=True))


class WrongCode(InvalidInput):
    """The code is wrong, used or over; which of these is not told."""

    code = "WRONG_CODE"
    default_message = "The code is wrong or no longer good."


def send_code(request: HttpRequest, caller: Caller, asked: Mapping[str, Any]) -> int:
    """Send a code, if anybody is known under the address; takes the same way if not.

    Returns:
        Seconds until it is over.

    Raises:
        InvalidInput: neither a case with an address nor a usable phone number or mail address.
        TooManyRequests: four messages to this address asked for by this caller, or thirty by this
            caller, within the hour; or twelve to this address within the day.
    """
    address = _address(caller, asked)
    spend(
        against_pair(SENDING, request, address.subject),
        against(SENDING_A_DAY, address.subject),
        against_address(SENDING_BY_ADDRESS, request),
    )
    code = "".join(secrets.choice("0123456789") for _ in range(DIGITS))
    with transaction.atomic():
        row = OneTimeCode.objects.create(
            subject=address.subject,
            code_digest=_digest(address.subject, code),
            expires_at=timezone.now() + LIFETIME,
        )
        if address.people():
            language = str(asked.get("language_code") or "ne")
            minutes = int(LIFETIME.total_seconds() // 60)
            send_one_time_code(address.channel, address.value, code, language, minutes)
            emit(
                f"grievances:code:{row.pk}",
                "grievance.code_sent",
                payload={"channel": address.channel},
                actor=caller.actor,
            )
    return int(LIFETIME.total_seconds())


def check_code(request: HttpRequest, caller: Caller, asked: Mapping[str, Any]) -> list[int]:
    """The complainants whose address was proved by the newest code.

    Raises:
        WrongCode: wrong, used, over, or never sent.
        Locked: five wrong codes for this address from this caller within the hour, or a hundred
            from all together.
        InvalidInput: no address.
    """
    address = _address(caller, asked)
    found = guess(
        lambda: _spend(address, str(asked["code"])),
        against_pair(CODE, request, address.subject),
        against(CODE_BY_ALL, address.subject),
        against_address(CODE_BY_ADDRESS, request),
    )
    if found is None:
        raise WrongCode
    return found


def _address(caller: Caller, asked: Mapping[str, Any]) -> Address:
    phone, email = str(asked.get("phone") or ""), str(asked.get("email") or "")
    if asked.get("grievance_id"):
        if caller.is_nobody:
            raise NotSignedIn
        person = access.grievance_for(caller, str(asked["grievance_id"])).complainant
        phone, email = person.phone, person.email
    if number := sealing.phone_number(phone):
        return Address(SMS, number)
    if address := sealing.mail_address(email):
        return Address(EMAIL, address)
    raise InvalidInput("A phone number or an e-mail address is needed.")


def _spend(address: Address, code: str) -> list[int] | None:
    """Use the newest code up; None where this is not it. Of two parallel uses one wins."""
    now, subject = timezone.now(), address.subject
    newest = OneTimeCode.objects.filter(subject=subject).order_by("-sent_at", "-id").first()
    expected = newest.code_digest if newest else ""
    right = secrets.compare_digest(expected, _digest(subject, code.strip()))
    if newest is None or not right:
        return None
    mine = OneTimeCode.objects.filter(pk=newest.pk, used_at=None, expires_at__gt=now)
    if not mine.update(used_at=now):
        return None
    proved = address.people()
    if address.channel == SMS:
        Complainant.objects.filter(pk__in=proved).update(phone_verified_at=now)
    return proved or None


def _digest(subject: str, code: str) -> str:
    # bound to the address: a digest copied to another row opens nothing
    return digest(f"{subject}:{code.translate(sealing.DIGITS)}", _PURPOSE)

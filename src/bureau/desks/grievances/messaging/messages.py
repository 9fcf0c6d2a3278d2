"""What the desk tells people: one-time codes, receipts, changes of a case's status."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

import structlog
from django.utils import timezone

from bureau.desks.grievances import sealing
from bureau.desks.grievances.messaging.dates import date_in
from bureau.desks.grievances.models import Complainant, Grievance
from bureau.desks.grievances.statuses import WORDS
from bureau.kernel.errors import InvalidInput
from bureau.kernel.notify.services import send

log = structlog.get_logger(__name__)


def send_one_time_code(channel: str, address: str, code: str, language: str, minutes: int) -> None:
    """Send a code to a phone (`sms`) or mail box (`email`), in the caller's transaction."""
    values = {"code": code, "minutes": minutes}
    _send(channel, address, "otp_message", language, values, sensitive=True)


def tell_received(case: Grievance) -> None:
    """Tell the complainant that a case was filed; the office hears of its ticket."""
    _to_complainant(case, "grievance_recap", facts_of(case))


def tell_status(case: Grievance, *, answered: bool = False) -> None:
    """Tell the complainant where the case stands now, in plain words.

    Args:
        answered: the office wrote something. The words themselves stay behind receipt and code: a
            telephone is read by more people than its owner.
    """
    template = "grievance_answered" if answered else "grievance_status_update"
    _to_complainant(case, template, facts_of(case))


def tell_message(case: Grievance) -> None:
    """Tell the complainant that the office wrote, and where to read it."""
    _to_complainant(case, "grievance_message", facts_of(case))


def tell_hearing(case: Grievance, day: date) -> None:
    """Tell the complainant on which day the case is heard."""
    _to_complainant(case, "grievance_hearing", {**facts_of(case), **hearing_facts(case, day)})


def hearing_facts(case: Grievance, day: date | None) -> dict[str, object]:
    """The values of the text about a hearing beside those of the case."""
    return {"day": date_in(day, case.language) if day else "-"}


def facts_of(case: Grievance) -> dict[str, object]:
    """The values that texts to a complainant are made of, as the case stands now."""
    words = WORDS[case.status]
    return {
        "grievance_id": case.grievance_id,
        "status": words.name(case.language),
        "meaning": words.meaning(case.language),
        "due": _day(case.due_at, case.language),
    }


def send_again(case: Grievance, channel: str, template: str, values: Mapping[str, object]) -> bool:
    """Write a text anew to where the complainant is reached now; false where that is nowhere."""
    found = [address for one, address in addresses_of(case.complainant) if one == channel]
    return bool(found) and _send(channel, found[0], template, case.language, values, case=case)


def _to_complainant(case: Grievance, template: str, values: Mapping[str, object]) -> None:
    for channel, address in addresses_of(case.complainant):
        _send(channel, address, template, case.language, values, case=case)


def addresses_of(person: Complainant) -> list[tuple[str, str]]:
    """Where a person can be reached: channel and address."""
    found = [("sms", sealing.phone_number(person.phone)), ("email", person.email)]
    return [(channel, address) for channel, address in found if address]


def _day(moment: datetime | None, language: str) -> str:
    return date_in(timezone.localdate(moment), language) if moment else ""


def _send(
    channel: str,
    address: str,
    template: str,
    language: str,
    values: Mapping[str, object],
    *,
    case: Grievance | None = None,
    sensitive: bool = False,
) -> bool:
    subject = case.stream if case else ""
    try:
        send(
            channel,
            address,
            template,
            language,
            values,
            subject=subject,
            sensitive=sensitive or bool(case and case.sensitive),
        )
    except InvalidInput:
        # a number that no network has can be complained with, and not be written to
        log.warning("cannot_be_reached", channel=channel, template=template)
        return False
    return True

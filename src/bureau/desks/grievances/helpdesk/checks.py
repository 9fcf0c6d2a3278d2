"""Start-up checks of the helpdesk."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from bureau.desks.grievances.helpdesk.tickets.workcalendar import parse_days, parse_hours

if TYPE_CHECKING:
    from bureau.environment import Environment


@register("helpdesk")
def check_calendar(**_kwargs: Any) -> list[CheckMessage]:
    """helpdesk.E001: see `problems`."""
    return problems(settings.ENV)


def problems(env: Environment) -> list[CheckMessage]:
    """Which settings of the offices' hours cannot be understood."""
    readers = {
        "HELPDESK_WORK_DAYS": lambda: parse_days(env.helpdesk_work_days),
        "HELPDESK_HOURS": lambda: parse_hours(env.helpdesk_hours),
        "HELPDESK_TIME_ZONE": lambda: ZoneInfo(env.helpdesk_time_zone),
    }
    return [
        Error(
            f"{name} cannot be understood.",
            hint="For example sun,mon,tue,wed,thu,fri; 10:00-17:00; Asia/Kathmandu.",
            id="helpdesk.E001",
        )
        for name, read in readers.items()
        if not _works(read)
    ]


def _works(read: Any) -> bool:
    try:
        read()
    except (ValueError, KeyError, OSError):
        return False
    return True

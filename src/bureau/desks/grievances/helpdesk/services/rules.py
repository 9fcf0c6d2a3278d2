"""Changing steps and holidays; all tickets are computed anew by the next watch."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from bureau.desks.grievances.helpdesk.models import Holiday, Track, WorkflowStep
from bureau.desks.grievances.helpdesk.tickets.clock import Rule
from bureau.desks.grievances.helpdesk.tickets.workflow import LAST_LEVEL, rules_of
from bureau.desks.grievances.models import Office
from bureau.kernel.errors import InvalidInput, NotFound
from bureau.kernel.events.log import emit


@transaction.atomic
def change_rule(track: str, rule: Rule, *, actor: str) -> Rule:
    """Set one step of a track.

    Raises:
        NotFound: no such track or level.
        InvalidInput: times out of bounds, or an office that does not exist.
    """
    if track not in Track.values or not 1 <= rule.level <= LAST_LEVEL:
        raise NotFound.matching("Step")
    office = Office.objects.filter(code=rule.office, is_active=True).first()
    if rule.office and office is None:
        raise InvalidInput(fields={"office": ["There is no such office."]})
    WorkflowStep.objects.update_or_create(
        track=track,
        level=rule.level,
        defaults={
            "name": rule.name,
            "name_ne": rule.name_ne,
            "response_hours": rule.response_hours,
            "resolution_days": rule.resolution_days,
            "office": office,
        },
    )
    payload = {
        "track": track,
        "level": rule.level,
        "response_hours": rule.response_hours,
        "resolution_days": rule.resolution_days,
        "office": rule.office or None,
    }
    emit("helpdesk:rules", "ticket.rule_changed", payload=payload, actor=actor)
    return rules_of(track)[rule.level]


@transaction.atomic
def add_holiday(day: date, name: str, *, actor: str) -> Holiday:
    """Close all offices on a day, or rename the holiday that is there."""
    holiday, _ = Holiday.objects.update_or_create(day=day, defaults={"name": name})
    payload = {"day": day.isoformat(), "closed": True}
    emit("helpdesk:rules", "ticket.holiday_changed", payload=payload, actor=actor)
    return holiday


@transaction.atomic
def remove_holiday(day: date, *, actor: str) -> None:
    """Open the offices again.

    Raises:
        NotFound: it is no holiday.
    """
    removed, _ = Holiday.objects.filter(day=day).delete()
    if not removed:
        raise NotFound.matching("Holiday")
    payload = {"day": day.isoformat(), "closed": False}
    emit("helpdesk:rules", "ticket.holiday_changed", payload=payload, actor=actor)

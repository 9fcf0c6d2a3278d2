"""The desks as the start page and the header show them: a name, a sentence, who may sit there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bureau.console import dashboard_counts
from bureau.desks.grievances.callers import Caller
from bureau.desks.imaging.access import may_read
from bureau.desks.interpreting.access import may_open_rooms
from bureau.kernel.accounts.models import User
from bureau.kernel.errors import NotAllowed

Door = Callable[[User], bool]
Facts = Callable[[User], list[str]]


@dataclass(frozen=True, slots=True)
class Desk:
    """One desk.

    Attributes:
        key: the first part of its pages' addresses.
        page: name of the address of its first page.
        open_to: whether somebody may use it; asks the desk's own access rules.
        facts: what waits there for somebody, in a few words.
    """

    key: str
    title: Promise
    purpose: Promise
    page: str
    open_to: Door
    facts: Facts


def _everybody(person: User) -> bool:
    return True


def _passes(rule: Callable[[User], object]) -> Door:
    """A door from a rule of a desk that raises NotAllowed."""

    def door(person: User) -> bool:
        try:
            rule(person)
        except NotAllowed:
            return False
        return True

    return door


def _decides_on_cases(person: User) -> bool:
    return Caller(user=person).is_officer


DESKS = (
    Desk(
        "insights",
        _("Insights"),
        _(
            "Turn a patent search into charts: rankings, time lines, a forecast and a map of classes."
        ),
        "console:chart_jobs",
        _everybody,
        dashboard_counts.of_insights,
    ),
    Desk(
        "knowledge",
        _("Knowledge"),
        _("Ask about documents; every sentence of an answer is checked against the page it cites."),
        "console:questions",
        _everybody,
        dashboard_counts.of_knowledge,
    ),
    Desk(
        "imaging",
        _("Imaging"),
        _("Find any study by name, item or description while you type; filter, open, export."),
        "console:studies",
        may_read,
        dashboard_counts.of_imaging,
    ),
    Desk(
        "interpreting",
        _("Interpreting"),
        _("Talk with somebody whose language you do not speak; translations are checked."),
        "console:rooms",
        _passes(may_open_rooms),
        dashboard_counts.of_interpreting,
    ),
    Desk(
        "grievances",
        _("Grievances"),
        _("Read, decide and answer the complaints of your offices before they are due."),
        "console:tickets",
        _decides_on_cases,
        dashboard_counts.of_grievances,
    ),
)


def desks_of(person: User) -> list[Desk]:
    """The desks at which this person may sit."""
    return [desk for desk in DESKS if desk.open_to(person)]


def may_use(person: User, key: str) -> bool:
    """Whether this person may use the desk with this key."""
    return any(desk.key == key for desk in desks_of(person))

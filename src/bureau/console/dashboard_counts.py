"""What waits at each desk, in a few words for the start page; counted through the access doors."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import ngettext

from bureau.desks.grievances.helpdesk.access import tickets_of
from bureau.desks.grievances.helpdesk.services.watching import late_by
from bureau.desks.imaging.search.counting import total_of
from bureau.desks.imaging.search.query import Filter
from bureau.desks.insights.access import chart_jobs_of
from bureau.desks.interpreting.access import rooms_of
from bureau.desks.knowledge.access import Reader, documents_of
from bureau.kernel.accounts.models import User
from bureau.kernel.jobs.status import FINISHED_JOB


def of_insights(person: User) -> list[str]:
    """My jobs, and those that run."""
    jobs = chart_jobs_of(person)
    count, running = jobs.count(), jobs.exclude(job__status__in=FINISHED_JOB).count()
    facts = [ngettext("%(n)s job", "%(n)s jobs", count) % {"n": count}]
    if running:
        facts.append(ngettext("%(n)s running", "%(n)s running", running) % {"n": running})
    return facts


def of_knowledge(person: User) -> list[str]:
    """The documents that answer me."""
    count = documents_of(Reader(user=person)).count()
    return [ngettext("%(n)s document", "%(n)s documents", count) % {"n": count}]


def of_imaging(person: User) -> list[str]:
    """All studies; the desk keeps this count."""
    count = total_of(Filter(), None)
    return [ngettext("%(n)s study", "%(n)s studies", count) % {"n": f"{count:,}"}]


def of_interpreting(person: User) -> list[str]:
    """My rooms."""
    count = rooms_of(person).count()
    return [ngettext("%(n)s room", "%(n)s rooms", count) % {"n": count}]


def of_grievances(person: User) -> list[str]:
    """My tickets, and those whose time is over."""
    tickets = tickets_of(person)
    count, late = tickets.count(), tickets.filter(late_by(timezone.now())).count()
    facts = [ngettext("%(n)s ticket", "%(n)s tickets", count) % {"n": count}]
    if late:
        facts.append(ngettext("%(n)s late", "%(n)s late", late) % {"n": late})
    return facts

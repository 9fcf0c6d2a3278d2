"""Opening the identity behind a case: with a reason, for a while, and never without a trace."""

from __future__ import annotations

from django.db import transaction

from bureau.desks.grievances.case_jobs import SPOKEN_IDENTITY
from bureau.desks.grievances.helpdesk.models import Ticket
from bureau.desks.grievances.models import Complainant, Grievance, Recording
from bureau.kernel.accounts.models import User
from bureau.kernel.errors import Conflict
from bureau.kernel.events.log import emit
from bureau.kernel.vault.models import Reveal
from bureau.kernel.vault.services import reveals

FIELDS = ("full_name", "phone", "email", "address")


@transaction.atomic
def reveal_identity(ticket: Ticket, user: User, reason: str, minutes: int) -> Reveal:
    """Open who filed a case to one officer.

    Raises:
        InvalidInput: no real reason, or too long a time.
        Conflict: nobody is behind it: filed anonymously, or erased.
    """
    person = ticket.grievance.complainant
    if person.is_anonymous or person.erased_at:
        raise Conflict("There is no identity behind this case.")
    actor = f"user:{user.pk}"
    opened = reveals.reveal(subject_of(person), actor, reason, minutes=minutes)
    payload = {"ticket": str(ticket.uid), "reveal": str(opened.pk)}
    emit(ticket.grievance.stream, "ticket.identity_revealed", payload=payload, actor=actor)
    return opened


@transaction.atomic
def identity_of(ticket: Ticket, user: User) -> tuple[Reveal, dict[str, str]]:
    """Who filed a case, under an open reveal of this officer's.

    Raises:
        NotAllowed: nothing is open, or it ran out.
    """
    person = ticket.grievance.complainant
    under = reveals.read_under_reveal(subject_of(person), f"user:{user.pk}")
    return under, {name: getattr(person, name) for name in FIELDS}


def spoken_by(case: Grievance) -> list[Recording]:
    """The recordings of a case that say who complains, oldest first."""
    recordings = Recording.objects.filter(
        attachment__grievance=case, field_name__in=SPOKEN_IDENTITY
    )
    return list(recordings.select_related("attachment", "transcription").order_by("id"))


def end_reveal(ticket: Ticket, user: User) -> bool:
    """Close it before its time; false when nothing was open."""
    return reveals.end_reveal(subject_of(ticket.grievance.complainant), f"user:{user.pk}")


def reveals_of(case: Grievance) -> list[Reveal]:
    """Every opening of the identity behind a case, for the person whose identity it is."""
    subject = subject_of(case.complainant)
    return list(Reveal.objects.filter(subject=subject).order_by("opened_at"))


def subject_of(person: Complainant) -> str:
    """How the vault names a complainant."""
    return f"complainant:{person.complainant_id}"

"""The doors to cases and what belongs to them. Denied looks like absent.

A bot sees every case, without identities. An officer sees the cases of the own offices, sensitive
ones only when named for them; an administrator all; a token what it stands for. Drafts are seen by
the bot and by whoever files them; the token of a draft opens nothing once that is filed.
"""

from __future__ import annotations

import uuid

from django.db.models import Exists, OuterRef, Q, QuerySet

from bureau.desks.grievances.callers import Caller, Scope
from bureau.desks.grievances.case_jobs import SPOKEN_IDENTITY
from bureau.desks.grievances.helpdesk.tickets.identity import subject_of
from bureau.desks.grievances.ids import SHORT, canonical
from bureau.desks.grievances.models import (
    PERSONAL,
    Attachment,
    Complainant,
    Grievance,
    OfficeMember,
)
from bureau.kernel.accounts.models import Role, User
from bureau.kernel.errors import NotAllowed, NotFound
from bureau.kernel.files.models import StoredFile
from bureau.kernel.vault.services.reveals import read_under_reveal

NOUN = "Grievance"


def grievances_of(caller: Caller) -> QuerySet[Grievance]:
    """All cases the caller may see, newest first."""
    return _seen_by(caller).select_related("complainant", "office").order_by("-id")


def unreadable_fields(caller: Caller) -> frozenset[str]:
    """The fields of complainants that the caller may not read in lists: all that name a person.

    Whoever proved a phone number or mail box sees the own cases only, and may ask by what is theirs.
    """
    return frozenset() if caller.scope is Scope.PERSON else frozenset(PERSONAL)


def _seen_by(caller: Caller) -> QuerySet[Grievance]:
    if caller.service:
        return Grievance.objects.all()
    if caller.user is not None:
        return filed_cases_of(caller.user)
    if caller.scope is Scope.PERSON:
        return Grievance.objects.filter(complainant__in=caller.ids)
    if not caller.is_complainant:
        return Grievance.objects.none()
    mine = Grievance.objects.filter(pk__in=caller.ids)
    # what fills a draft in ends with the filing: whoever held it then need not be who complained
    return mine.filter(is_draft=True) if caller.scope is Scope.DRAFT else mine


def was_filed(caller: Caller, grievance_id: str) -> bool:
    """Whether this is the draft of the caller's token, and was filed meanwhile."""
    name = canonical(grievance_id)
    if caller.scope is not Scope.DRAFT or name is None:
        return False
    begun = Grievance.objects.filter(pk__in=caller.ids, grievance_id=name, is_draft=False)
    return begun.exists()


def filed_cases_of(user: User) -> QuerySet[Grievance]:
    """The filed cases an account may see: all for administrators, an officer's own offices'."""
    filed = Grievance.objects.filter(is_draft=False)
    if user.is_admin:
        return filed
    if user.role != Role.OFFICER:
        return filed.none()
    seats = OfficeMember.objects.filter(user=user, office=OuterRef("office"))
    named = seats.filter(handles_sensitive=True)
    return filed.filter(Q(Exists(seats), sensitive=False) | Q(Exists(named)))


def grievance_for(caller: Caller, grievance_id: str) -> Grievance:
    """One case, by its name in any documented layout.

    Bots, officers and administrators may also give the last six characters, where those are
    unambiguous among the cases they see.

    Raises:
        NotFound: absent, or not the caller's.
    """
    cases, name = grievances_of(caller), canonical(grievance_id)
    if name is None:
        raise NotFound.matching(NOUN)
    found = cases.filter(grievance_id=name).first()
    if found is None and len(name) == SHORT and not caller.is_complainant:
        alike = list(cases.filter(short_id=name)[:2])
        found = alike[0] if len(alike) == 1 else None
    if found is None:
        raise NotFound.matching(NOUN)
    return found


def draft_for(caller: Caller, grievance_id: str) -> Grievance:
    """A case that is still being filled in, of who fills it in.

    Raises:
        NotFound: absent, not the caller's, or filed already.
    """
    found = grievance_for(caller, grievance_id)
    if not found.is_draft:
        raise NotFound.matching(NOUN)
    return found


def complainant_for(caller: Caller, complainant_id: str) -> Complainant:
    """A complainant for changing what is blank: for bots and for the person.

    Raises:
        NotFound: absent, or not the caller's.
    """
    name = canonical(complainant_id)
    found = Complainant.objects.filter(complainant_id=name).first() if name else None
    mine = found is not None and (
        bool(caller.service) or grievances_of(caller).filter(complainant=found).exists()
    )
    if found is None or not mine or caller.user is not None:
        raise NotFound.matching("Complainant")
    return found


def attachments_of(caller: Caller) -> QuerySet[Attachment]:
    """All files of the cases the caller may see, oldest first.

    Recordings that say who complains are for who made them; officers hear them under a reveal.
    """
    mine = Attachment.objects.filter(grievance__in=_seen_by(caller))
    if not caller.is_complainant:
        mine = mine.exclude(recording__field_name__in=SPOKEN_IDENTITY)
    return mine.select_related("stored", "grievance").order_by("id")


def attachment_for(caller: Caller, file_id: str) -> Attachment:
    """One file.

    Raises:
        NotFound: absent, or of a case that is not the caller's.
    """
    try:
        wanted = uuid.UUID(file_id)
    except ValueError:
        raise NotFound.matching("File") from None
    found = attachments_of(caller).filter(file_id=wanted).first()
    return found or _spoken_identity(caller, wanted)


def _spoken_identity(caller: Caller, file_id: uuid.UUID) -> Attachment:
    """A recording that says who complains, while an identity is open to this officer: that is noted.

    Raises:
        NotFound: nothing is open, or there is no such recording in their cases.
    """
    mine = Attachment.objects.filter(grievance__in=_seen_by(caller))
    mine = mine.filter(recording__field_name__in=SPOKEN_IDENTITY)
    found = mine.filter(file_id=file_id).select_related("stored", "grievance__complainant").first()
    if found is None or caller.user is None:
        raise NotFound.matching("File")
    try:
        read_under_reveal(subject_of(found.grievance.complainant), caller.actor)
    except NotAllowed:
        raise NotFound.matching("File") from None
    return found


def stored_file_door(user: User, stored: StoredFile) -> None:
    """The files room's question for files of this desk: accounts see their cases' files.

    Raises:
        NotFound: the case is not theirs.
    """
    mine = attachments_of(Caller(user=user)).filter(stored=stored)
    if not mine.exists():
        raise NotFound.matching("File")

"""Erasing what a case says and who filed it, and keeping what figures count.

Status, dates, place down to the ward, categories, resolution and the clock stay; words, files, names and
what officers wrote go. The log never held any of them.
"""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from bureau.desks.grievances.cases.complainants import make_anonymous
from bureau.desks.grievances.helpdesk.models import TicketNote
from bureau.desks.grievances.helpdesk.tickets.identity import subject_of
from bureau.desks.grievances.models import (
    Attachment,
    Complainant,
    Grievance,
    OneTimeCode,
    RelayedStatus,
    Transcription,
    Translation,
)
from bureau.kernel.events.log import emit
from bureau.kernel.files.services import delete_file
from bureau.kernel.notify.services import messages_about
from bureau.kernel.notify.shredder import forget
from bureau.kernel.vault.models import Reveal

WORDS = ("description", "summary", "location", "follow_up_question", "village", "session_id")


@transaction.atomic
def erase_case(case: Grievance, *, actor: str = "") -> bool:
    """Erase the content of a case; false when that was done before."""
    locked = Grievance.objects.held().get(pk=case.pk)
    if locked.erased_at is not None:
        return False
    for name in WORDS:
        setattr(locked, name, "")
    locked.suggestion, locked.erased_at = {}, timezone.now()
    locked.save()
    files = _erase_files(locked)
    _erase_words(locked)
    forget(messages_about(locked.stream))
    emit(locked.stream, "grievance.erased", payload={"files": files}, actor=actor)
    return True


@transaction.atomic
def erase_complainant(person: Complainant, *, actor: str = "") -> int:
    """Erase a person and the content of all their cases; returns how many rows that changed."""
    locked = Complainant.objects.select_for_update(no_key=True).get(pk=person.pk)
    cases = sum(erase_case(case, actor=actor) for case in locked.grievances.order_by("id"))
    if locked.erased_at is not None:
        return cases
    make_anonymous(locked)
    locked.erased_at = timezone.now()
    locked.save()
    # an auditor still sees that it was opened, by whom and when
    Reveal.objects.filter(subject=subject_of(locked)).update(reason="")
    return cases + 1


def _erase_files(case: Grievance) -> int:
    attachments = list(Attachment.objects.filter(grievance=case).select_related("stored"))
    for one in attachments:
        stored, one.stored, one.name = one.stored, None, ""
        one.save(update_fields=["stored", "name"])
        if stored is not None:
            delete_file(stored)
    return len(attachments)


def _erase_words(case: Grievance) -> None:
    case.history.update(notes="", field_changes="")
    Translation.objects.filter(grievance=case).update(description_en="", summary_en="")
    heard = Transcription.objects.filter(recording__attachment__grievance=case)
    heard.update(automated="", verified="")
    RelayedStatus.objects.filter(grievance=case).delete()
    OneTimeCode.objects.filter(grievance=case).delete()
    TicketNote.objects.filter(ticket__grievance=case).update(text="")

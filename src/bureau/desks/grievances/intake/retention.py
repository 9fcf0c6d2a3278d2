"""What is removed by itself: drafts that were never filed, reports, spent codes, old tries."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from bureau.desks.grievances.intake.limits import forget_old_tries
from bureau.desks.grievances.models import Attachment, Grievance, OneTimeCode, RelayedStatus
from bureau.kernel.files.services import delete_file

REPORTS_DAYS = 30


def clean_up() -> dict[str, int]:
    """Remove what has had its time; returns how much of each."""
    now = timezone.now()
    old = now - timedelta(days=settings.ENV.grievances_draft_days)
    reports = RelayedStatus.objects.filter(created_at__lt=now - timedelta(days=REPORTS_DAYS))
    codes = OneTimeCode.objects.filter(expires_at__lt=now - timedelta(hours=1))
    return {
        "drafts": sum(_remove(pk) for pk in _drafts_before(old)),
        "reports": reports.delete()[0],
        "codes": codes.delete()[0],
        "tries": forget_old_tries(),
    }


def _drafts_before(moment: object) -> list[int]:
    drafts = Grievance.objects.filter(is_draft=True, created_at__lt=moment)
    return list(drafts.values_list("pk", flat=True))


@transaction.atomic
def _remove(case_id: int) -> int:
    """Remove a draft with its files, and its complainant if nothing else is theirs."""
    drafts = Grievance.objects.select_for_update(of=("self",)).select_related("complainant")
    draft = drafts.filter(pk=case_id, is_draft=True).first()
    if draft is None:
        return 0
    files = [one.stored for one in Attachment.objects.filter(grievance=draft) if one.stored]
    person = draft.complainant
    draft.delete()
    for stored in files:
        delete_file(stored)
    if not person.grievances.exists():
        person.delete()
    return 1

"""The table for a spreadsheet: the columns its script reads, formulas made harmless, identities only if allowed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Prefetch, QuerySet

from bureau.desks.grievances.models import Change, ChangeType, Grievance
from bureau.kernel.events.log import emit

MAX_ROWS = 5_000
# a cell that begins like this is run by spreadsheet programs
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
HIDDEN = ""


def sheet_rows(cases: QuerySet[Grievance], *, actor: str) -> list[dict[str, Any]]:
    """The rows of the sheet, newest first, at most `MAX_ROWS`; who took them is recorded.

    Names, phone numbers, addresses and notes are left out unless GSHEET_WITH_IDENTITY is set, and
    always for sensitive and anonymous cases.
    """
    told = Change.objects.filter(change_type=ChangeType.STATUS).order_by("version")
    filed = cases.filter(is_draft=False).prefetch_related(Prefetch("history", told, to_attr="told"))
    rows = [_row(case) for case in filed[:MAX_ROWS]]
    emit("grievances:sheet", "grievance.exported", payload={"rows": len(rows)}, actor=actor)
    return rows


def _row(case: Grievance) -> dict[str, Any]:
    person = case.complainant
    shown = settings.ENV.gsheet_with_identity and not (case.sensitive or case.is_anonymous)
    # the names that the script of the original's sheet reads, in the order of its columns
    row = {
        "complainant_id": person.complainant_id,
        "grievance_id": case.grievance_id,
        "status": case.status,
        "grievance_timeline": _moment(case.due_at),
        "complainant_full_name": person.full_name if shown else HIDDEN,
        "complainant_phone": person.phone if shown else HIDDEN,
        "complainant_municipality": case.municipality,
        "complainant_village": case.village,
        "complainant_address": person.address if shown else HIDDEN,
        # what was said may name the person as well
        "grievance_description": HIDDEN if case.sensitive else case.description,
        "grievance_summary": HIDDEN if case.sensitive else case.summary,
        "grievance_categories": ", ".join(case.categories),
        "grievance_sensitive_issue": case.sensitive,
        "grievance_high_priority": case.high_priority,
        "grievance_creation_date": _moment(case.submitted_at),
        "grievance_status_update_date": _moment(case.status_changed_at),
        "notes": _latest_note(case) if shown else HIDDEN,
    }
    return {name: harmless(value) for name, value in row.items()}


def _latest_note(case: Grievance) -> str:
    """What was written beside the newest change of the status that has a note."""
    changes: list[Change] = case.told  # type: ignore[attr-defined]  # set by the prefetch
    return next((one.notes for one in reversed(changes) if one.notes), "")


def _moment(at: datetime | None) -> str:
    return at.isoformat() if at else ""


def harmless(value: Any) -> Any:
    """A text that no spreadsheet takes for a formula: an apostrophe goes before its beginning."""
    if isinstance(value, str) and value.lstrip(" ").startswith(_FORMULA):
        return f"'{value}"
    return value

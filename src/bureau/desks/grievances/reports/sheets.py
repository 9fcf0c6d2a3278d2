"""The table for a spreadsheet: fourteen columns, formulas made harmless, identities only if allowed."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from bureau.desks.grievances.models import Grievance
from bureau.kernel.events.log import emit

MAX_ROWS = 5_000
# a cell that begins like this is run by spreadsheet programs
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
HIDDEN = ""


def sheet_rows(cases: QuerySet[Grievance], *, actor: str) -> list[dict[str, Any]]:
    """The rows of the sheet, newest first, at most `MAX_ROWS`; who took them is recorded.

    Names, phone numbers and addresses are left out unless GSHEET_WITH_IDENTITY is set, and always
    for sensitive and anonymous cases.
    """
    rows = [_row(case) for case in cases.filter(is_draft=False)[:MAX_ROWS]]
    emit("grievances:sheet", "grievance.exported", payload={"rows": len(rows)}, actor=actor)
    return rows


def _row(case: Grievance) -> dict[str, Any]:
    person = case.complainant
    shown = settings.ENV.gsheet_with_identity and not (case.sensitive or case.is_anonymous)
    filed = case.submitted_at
    row = {
        "complainant_id": person.complainant_id,
        "grievance_id": case.grievance_id,
        "full_name": person.full_name if shown else HIDDEN,
        "phone": person.phone if shown else HIDDEN,
        "municipality": case.municipality,
        "village": case.village,
        "address": person.address if shown else HIDDEN,
        # what was said may name the person as well
        "description": HIDDEN if case.sensitive else case.description,
        "summary": HIDDEN if case.sensitive else case.summary,
        "categories": ", ".join(case.categories),
        "creation_date": filed.isoformat() if filed else "",
        "status": case.status,
        "sensitive_issue": case.sensitive,
        "high_priority": case.high_priority,
    }
    return {name: harmless(value) for name, value in row.items()}


def harmless(value: Any) -> Any:
    """A text that no spreadsheet takes for a formula: an apostrophe goes before its beginning."""
    if isinstance(value, str) and value.lstrip(" ").startswith(_FORMULA):
        return f"'{value}"
    return value

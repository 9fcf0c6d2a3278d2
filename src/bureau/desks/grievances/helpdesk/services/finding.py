"""Finding a person's cases by what is sealed: for a reason, with a record, and not often."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.db import transaction
from django.db.models import QuerySet

from bureau.desks.grievances.callers import Caller
from bureau.desks.grievances.cases import complainants
from bureau.desks.grievances.intake.limits import against, finding, spend
from bureau.desks.grievances.models import Complainant, Grievance
from bureau.kernel.errors import InvalidInput
from bureau.kernel.vault.services.reveals import record_search

# a name as common as this one narrows nothing down
MOST_FOUND = 50
_BY: Mapping[str, Callable[[str], QuerySet[Complainant]]] = {
    "phone": complainants.by_phone,
    "email": complainants.by_email,
    "name": complainants.by_name,
}


@transaction.atomic
def find_person(
    cases: QuerySet[Grievance], caller: Caller, reason: str, given: Mapping[str, str]
) -> list[Grievance]:
    """The cases of exactly this person among those the caller may see, newest first, at most 50.

    Each use is kept with its reason for auditors, whether it finds anything or not.

    Args:
        given: one of phone, email and name, as the caller has it.

    Raises:
        InvalidInput: none or several were given, or no real reason.
        TooManyRequests: GRIEVANCES_FINDS_PER_HOUR within the hour.
    """
    if len(given) != 1:
        raise InvalidInput("Give one of phone, email and name, and the reason why you ask.")
    ((kind, text),) = given.items()
    spend(against(finding(), caller.actor))
    found = list(cases.filter(complainant__in=_BY[kind](text))[:MOST_FOUND])
    record_search(
        f"complainant:search:{kind}",
        caller.actor,
        reason,
        found=[case.grievance_id for case in found],
    )
    return found

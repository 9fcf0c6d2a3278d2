"""Filling in what becomes known about a complainant later."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from bureau.desks.grievances.cases.complainants import fill_in
from bureau.desks.grievances.models import PERSONAL, Complainant
from bureau.kernel.errors import Conflict, NotAllowed, NotFound
from bureau.kernel.events.log import emit

PROVE_FIRST = "The complaint is filed: prove its phone number or mail box by a code first."


@transaction.atomic
def complete(
    person: Complainant, values: Mapping[str, Any], *, actor: str, proved: bool
) -> list[str]:
    """Overwrite the place; fill names and addresses where they are blank.

    Args:
        values: fields by their names on the wire (`complainant_phone`).
        proved: whether the caller proved an address of this person. Without it what names the
            person stays as it was filed: codes and letters go where it says.

    Returns:
        The names of the fields that changed.

    Raises:
        Conflict: the person stays anonymous, and what names them is refused.
        NotAllowed: the complaint is filed, and what names the person takes a proved address.
        NotFound: the person was erased.
    """
    locked = Complainant.objects.select_for_update(no_key=True).get(pk=person.pk)
    if locked.erased_at is not None:
        raise NotFound.matching("Complainant")
    said = {name.removeprefix("complainant_"): value for name, value in values.items()}
    if locked.is_anonymous and any(said.get(name) for name in PERSONAL):
        raise Conflict("This complaint is anonymous.")
    blank = {name: value for name, value in said.items() if _may_set(locked, name)}
    names_somebody = any(blank.get(name) for name in PERSONAL)
    if names_somebody and not proved and locked.grievances.filter(is_draft=False).exists():
        raise NotAllowed(PROVE_FIRST)
    changed = fill_in(locked, blank)
    if changed:
        locked.save()
        emit(
            f"complainant:{locked.pk}",
            "grievance.complainant_changed",
            payload={"complainant_id": locked.complainant_id, "fields": changed},
            actor=actor,
        )
    return [f"complainant_{name}" for name in changed]


def _may_set(person: Complainant, name: str) -> bool:
    return name not in PERSONAL or not getattr(person, name)

"""What people make of the summary and the categories: the complainant first, an officer last."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from bureau.desks.grievances.cases.history import note_fields
from bureau.desks.grievances.classification.catalogue import known_keys
from bureau.desks.grievances.intake.filing import mark_sensitive
from bureau.desks.grievances.models import (
    ChangeType,
    ClassificationStatus,
    Correction,
    Grievance,
)
from bureau.kernel.accounts.models import User
from bureau.kernel.errors import Conflict, InvalidInput
from bureau.kernel.events.log import emit

_OF_COMPLAINANT = frozenset(
    {
        ClassificationStatus.COMPLAINANT,
        ClassificationStatus.SLOT_SKIPPED,
        ClassificationStatus.SKIPPED,
        ClassificationStatus.REVIEWING,
    }
)
_OF_OFFICER = frozenset({ClassificationStatus.OFFICER, ClassificationStatus.REVIEWING})


def review(case: Grievance, values: Mapping[str, Any], *, actor: str) -> Grievance:
    """The complainant (or the bot for them) confirms or corrects what the machine wrote.

    Raises:
        Conflict: an officer decided already, or the text of a filed case would change.
        InvalidInput: an unknown category or status.
    """
    status = values.get("grievance_classification_status") or ClassificationStatus.COMPLAINANT
    _check_status(status, _OF_COMPLAINANT)
    with transaction.atomic():
        locked = _locked(case)
        if locked.classification_status == ClassificationStatus.OFFICER:
            raise Conflict("An officer has confirmed the categories.")
        changes = _set(locked, values)
        _set_text(locked, values, changes)
        _deny_sensitive(locked, values, changes)
        locked.classification_status = status
        locked.save()
        note_fields(locked, actor, changes, reason="review", change_type=ChangeType.COMPLAINANT)
        _announce(locked, "grievance.reviewed", actor)
    return locked


def confirm(
    case: Grievance, values: Mapping[str, Any], *, officer: User | None, actor: str
) -> Grievance:
    """An officer confirms or corrects the categories; how right the machine was is kept.

    Raises:
        InvalidInput: an unknown category or status.
    """
    status = values.get("grievance_classification_status") or ClassificationStatus.OFFICER
    _check_status(status, _OF_OFFICER)
    with transaction.atomic():
        locked = _locked(case)
        changes = _set(locked, values)
        locked.classification_status = status
        locked.save()
        note_fields(locked, actor, changes, reason="officer")
        if status == ClassificationStatus.OFFICER:
            _keep_correction(locked, officer)
        _announce(locked, "grievance.corrected", actor)
    return locked


def _locked(case: Grievance) -> Grievance:
    cases = Grievance.objects.held()
    return cases.select_related("complainant", "office").get(pk=case.pk)


def _check_status(status: str, allowed: frozenset[ClassificationStatus]) -> None:
    if status not in allowed:
        names = ", ".join(sorted(allowed))
        raise InvalidInput(fields={"grievance_classification_status": [f"One of {names}."]})


def _set(case: Grievance, values: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Set summary and categories; name -> old and new value of what changed."""
    changes: dict[str, tuple[Any, Any]] = {}
    if values.get("grievance_summary") is not None:
        _change(case, "summary", values["grievance_summary"].strip(), changes)
    if values.get("grievance_categories") is not None:
        _change(case, "categories", known_keys(values["grievance_categories"]), changes)
    return changes


def _change(case: Grievance, name: str, value: Any, changes: dict[str, tuple[Any, Any]]) -> None:
    old = getattr(case, name)
    if old != value:
        changes[f"grievance_{name}"] = (old, value)
        setattr(case, name, value)


def _set_text(case: Grievance, values: Mapping[str, Any], changes: dict[str, Any]) -> None:
    text = values.get("grievance_description")
    if text is None or text.strip() == case.description:
        return
    if not case.is_draft:
        # the receipt stands for what was received
        raise Conflict("The complaint was filed; what was said in it does not change any more.")
    _change(case, "description", text.strip(), changes)


def _deny_sensitive(case: Grievance, values: Mapping[str, Any], changes: dict[str, Any]) -> None:
    """A complainant may say "not sensitive": kept beside the finding, which stays for officers."""
    said = values.get("grievance_sensitive_issue")
    if said is None:
        return
    _change(case, "sensitive_denied", not said, changes)
    if said:
        case.sensitive = True
    mark_sensitive(case)


def _keep_correction(case: Grievance, officer: User | None) -> None:
    suggested: Sequence[Mapping[str, Any]] = case.suggestion.get("categories", [])
    first = str(suggested[0]["key"]) if suggested else ""
    decided = str(case.categories[0]) if case.categories else ""
    if decided:
        Correction.objects.create(
            grievance=case,
            suggested=first,
            decided=decided,
            was_right=first == decided,
            provider=str(case.suggestion.get("provider", "")),
            officer=officer,
        )


def _announce(case: Grievance, type_: str, actor: str) -> None:
    emit(
        case.stream,
        type_,
        payload={
            "grievance_id": case.grievance_id,
            "classification_status": case.classification_status,
            "categories": case.categories,
        },
        actor=actor,
    )

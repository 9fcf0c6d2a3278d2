"""Giving rows their names: a clash of random names is answered with another one."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from django.db import IntegrityError
from django.db.models import Model
from django.utils import timezone

from bureau.desks.grievances.ids import Kind, new_id
from bureau.desks.grievances.models import Grievance
from bureau.kernel.prepared import insert_unless_taken

ATTEMPTS = 5
Made = TypeVar("Made", bound=Model)


def named(
    kind: Kind, source: str, province: str, district: str, make: Callable[[str], Made]
) -> Made:
    """Store what `make` builds with a fresh name; with another one when it is taken.

    Args:
        make: name -> a row that is not stored yet.

    Raises:
        IntegrityError: `ATTEMPTS` names were taken, or something else than the name clashed.
    """
    for _ in range(ATTEMPTS):
        name = new_id(
            kind, source=source, province=province, district=district, day=timezone.localdate()
        )
        made = make(name)
        if insert_unless_taken(made):
            return made
    raise IntegrityError(f"{ATTEMPTS} names of kind {kind} were taken.")


def named_for(case: Grievance, kind: Kind, make: Callable[[str], Made]) -> Made:
    """As `named`, for something that belongs to a case and is named after its place."""
    return named(kind, case.source, case.province, case.district, make)

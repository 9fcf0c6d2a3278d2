"""Giving rows their names: a clash of random names is answered with another one."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from django.db import IntegrityError, transaction
from django.utils import timezone

from bureau.desks.grievances.ids import Kind, new_id
from bureau.desks.grievances.models import Grievance

ATTEMPTS = 5
Made = TypeVar("Made")


def named(
    kind: Kind, source: str, province: str, district: str, make: Callable[[str], Made]
) -> Made:
    """Call `make` with a fresh name; again with another one when it is taken.

    Raises:
        IntegrityError: `ATTEMPTS` names were taken, or something else than the name clashed.
    """
    for attempt in range(1, ATTEMPTS + 1):
        name = new_id(
            kind, source=source, province=province, district=district, day=timezone.localdate()
        )
        try:
            with transaction.atomic():
                return make(name)
        except IntegrityError:
            if attempt == ATTEMPTS:
                raise
    raise AssertionError("unreachable")


def named_for(case: Grievance, kind: Kind, make: Callable[[str], Made]) -> Made:
    """As `named`, for something that belongs to a case and is named after its place."""
    return named(kind, case.source, case.province, case.district, make)

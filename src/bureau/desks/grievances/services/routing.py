"""Which office deals with a place: the most exact area that holds it."""

from __future__ import annotations

from django.db.models import Q

from bureau.desks.grievances.models import Grievance, Office, OfficeArea


def office_of(case: Grievance) -> Office | None:
    """The active office of the case's place; None where no office has it (administrators see it).

    A ward counts before a municipality, a municipality before a district, that before a province.
    """
    place = Q(province=case.province)
    place &= Q(district="") | Q(district=case.district)
    place &= Q(municipality="") | Q(municipality__iexact=case.municipality)
    place &= Q(ward=None) | Q(ward=case.ward)
    areas = OfficeArea.objects.filter(place, office__is_active=True).select_related("office")
    best = max(areas, key=_exactness, default=None)
    return best.office if best else None


def _exactness(area: OfficeArea) -> tuple[bool, bool, bool, int]:
    return area.ward is not None, bool(area.municipality), bool(area.district), -area.pk

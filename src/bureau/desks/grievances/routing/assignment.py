"""Which office deals with a place: the most exact area that holds it."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from bureau.desks.grievances.models import Grievance, Office, OfficeArea
from bureau.desks.grievances.routing.places import bare_name, municipality_code
from bureau.kernel.prepared import Given, Prepared


def office_of(case: Grievance) -> Office | None:
    """The active office of the case's place; None where no office has it (administrators see it).

    A ward counts before a municipality, a municipality before a district, that before a province.
    """
    areas = _AREAS.all(province=case.province, district=case.district, ward=case.ward)
    fitting = (area for area in areas if _holds(area, case))
    best = max(fitting, key=_exactness, default=None)
    return best.office if best else None


def _holds(area: OfficeArea, case: Grievance) -> bool:
    """Whether an area's municipality, if it has one, is the one that the case names in its own way."""
    if not area.municipality:
        return True
    known = municipality_code(area.municipality, case.district)
    if known:
        return known == municipality_code(case.municipality, case.district)
    return bare_name(area.municipality) == bare_name(case.municipality)


def _areas() -> QuerySet[OfficeArea]:
    place = Q(province=Given("province"))
    place &= Q(district="") | Q(district=Given("district"))
    place &= Q(ward=None) | Q(ward=Given("ward"))
    return OfficeArea.objects.filter(place, office__is_active=True).select_related("office")


_AREAS = Prepared(_areas)


def _exactness(area: OfficeArea) -> tuple[bool, bool, bool, int]:
    return area.ward is not None, bool(area.municipality), bool(area.district), -area.pk

"""Which office deals with a place: the most exact area that holds it."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.db.models.functions import Upper
from django.db.models.lookups import Exact

from bureau.desks.grievances.models import Grievance, Office, OfficeArea
from bureau.kernel.prepared import Given, Prepared


def office_of(case: Grievance) -> Office | None:
    """The active office of the case's place; None where no office has it (administrators see it).

    A ward counts before a municipality, a municipality before a district, that before a province.
    """
    areas = _AREAS.all(
        province=case.province,
        district=case.district,
        municipality=case.municipality,
        ward=case.ward,
    )
    best = max(areas, key=_exactness, default=None)
    return best.office if best else None


def _areas() -> QuerySet[OfficeArea]:
    place = Q(province=Given("province"))
    place &= Q(district="") | Q(district=Given("district"))
    place &= Q(municipality="") | Q(Exact(Upper("municipality"), Upper(Given("municipality"))))
    place &= Q(ward=None) | Q(ward=Given("ward"))
    return OfficeArea.objects.filter(place, office__is_active=True).select_related("office")


_AREAS = Prepared(_areas)


def _exactness(area: OfficeArea) -> tuple[bool, bool, bool, int]:
    return area.ward is not None, bool(area.municipality), bool(area.district), -area.pk

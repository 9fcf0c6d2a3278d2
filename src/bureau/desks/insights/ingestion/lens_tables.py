"""Lens records to the same facet tables that Espacenet exports give.

Records are grouped by simple family, so that a family counts once for each distinct value however
many of its publications the search found. Names become upper case, as Espacenet writes them:
patent offices spell one applicant in several ways of upper and lower case.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from bureau.desks.insights.datasets import Dataset, Key
from bureau.desks.insights.errors import ValidationProblem
from bureau.desks.insights.facets import FACETS, Facet
from bureau.desks.insights.ingestion.lens import LensAnswer

Record = Mapping[str, Any]


def count_lens(answer: LensAnswer, facets: Iterable[str]) -> dict[str, Dataset]:
    """One dataset for each named facet that the records have values for.

    Raises:
        ValidationProblem: the search found nothing.
    """
    if not answer.records:
        raise ValidationProblem("The Lens search found no patents. Widen the query or the dates.")
    notes: tuple[str, ...] = ()
    if answer.truncated:
        notes = (f"Read the first {len(answer.records)} of {answer.total} records.",)
    counted = {key: _count(answer.records, FACETS[key], notes) for key in dict.fromkeys(facets)}
    return {key: dataset for key, dataset in counted.items() if dataset.rows}


def _count(records: Iterable[Record], facet: Facet, notes: tuple[str, ...]) -> Dataset:
    values_of = _VALUES.get(facet.key, _nothing)
    families: dict[str, set[Key]] = defaultdict(set)
    for record in records:
        families[_family_id(record)].update(values_of(record))
    counts: Counter[Key] = Counter()
    for values in families.values():
        earliest_only = facet.kind == "year" and values
        counts.update([min(values)] if earliest_only else values)
    order = _by_year if facet.kind == "year" else _by_count
    rows = tuple(sorted(counts.items(), key=order))
    return Dataset(facet.key, rows, source_kind="lens", unit="family", notes=notes)


def _by_year(row: tuple[Key, int]) -> Key:
    return row[0]


def _by_count(row: tuple[Key, int]) -> tuple[int, str]:
    return -row[1], str(row[0])


def _family_id(record: Record) -> str:
    ids = [str(member["lens_id"]) for member in _members(record) if member.get("lens_id")]
    return min(ids, default=str(record.get("lens_id")))


def _members(record: Record) -> list[Record]:
    return _path(record, "families", "simple_family", "members")


def _path(record: Record, *names: str) -> list[Record]:
    """A list deep in a record; [] where a step is absent, as the API leaves empty fields out."""
    value: Any = record
    for name in names:
        value = value.get(name) if isinstance(value, Mapping) else None
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []


def _nothing(record: Record) -> Iterator[Key]:
    return iter(())


def _countries(record: Record) -> Iterator[Key]:
    documents = [
        record,
        *(member.get("document_id") or {} for member in _members(record)),
    ]
    return (str(document["jurisdiction"]) for document in documents if "jurisdiction" in document)


def _published_years(record: Record) -> Iterator[Key]:
    dates = [member.get("document_id", {}).get("date") for member in _members(record)]
    return _years([record.get("date_published"), *dates])


def _priority_years(record: Record) -> Iterator[Key]:
    claims = (record.get("biblio") or {}).get("priority_claims") or {}
    return _years([(claims.get("earliest_claim") or {}).get("date")])


def _years(days: Iterable[Any]) -> Iterator[Key]:
    return (int(str(day)[:4]) for day in days if str(day)[:4].isdigit())


def _parties(role: str) -> Callable[[Record], Iterator[Key]]:
    def names(record: Record) -> Iterator[Key]:
        for party in _path(record, "biblio", "parties", role):
            name = " ".join(str((party.get("extracted_name") or {}).get("value") or "").split())
            if name:
                yield name.upper()

    return names


def _residences(role: str) -> Callable[[Record], Iterator[Key]]:
    def codes(record: Record) -> Iterator[Key]:
        parties = _path(record, "biblio", "parties", role)
        return (str(party["residence"]) for party in parties if party.get("residence"))

    return codes


def _symbols(scheme: str, *, main_group: bool) -> Callable[[Record], Iterator[Key]]:
    def symbols(record: Record) -> Iterator[Key]:
        for entry in _path(record, "biblio", scheme, "classifications"):
            symbol = str(entry.get("symbol") or "").replace(" ", "")
            if symbol:
                yield symbol.split("/")[0] if main_group else symbol

    return symbols


_VALUES: dict[str, Callable[[Record], Iterator[Key]]] = {
    "countries": _countries,
    "earliest_publication_year": _published_years,
    "earliest_priority_year": _priority_years,
    "applicants": _parties("applicants"),
    "inventors": _parties("inventors"),
    "applicant_countries": _residences("applicants"),
    "inventor_countries": _residences("inventors"),
    "cpc_subgroups": _symbols("classifications_cpc", main_group=False),
    "cpc_main_groups": _symbols("classifications_cpc", main_group=True),
    "ipc_subgroups": _symbols("classifications_ipcr", main_group=False),
    "ipc_main_groups": _symbols("classifications_ipcr", main_group=True),
}

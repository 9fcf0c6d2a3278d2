"""The facets: what a patent table can be keyed by, and how its source is recognised.

A facet is one (key, number of documents) table. The titles are those of the sheets of an
Espacenet "Filters" export, which are cut to what a workbook can hold, hence the short patterns.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

KeyKind = Literal["text", "code", "year"]

COUNT_WORDS = (
    "number",
    "count",
    "documents",
    "cantidad",
    "total",
    "publications",
    "patentes",
    "anzahl",
    "dokumente",
    "nombre de",
    "número de",
)
_COUNTRY_WORDS = (
    *("country", "countries", "pais", "país", "jurisdiction", "jurisdicción"),
    *("land", "länder", "pays", "países"),
    *("family", "office", "code", "codigo", "código"),
)
_YEAR_WORDS = (
    *("year", "año", "date", "fecha", "publication", "publicación"),
    *("earliest", "priority", "prioridad"),
    *("jahr", "datum", "année"),
)
_CLASS_WORDS = (
    "cpc",
    "ipc",
    "group",
    "classification",
    "code",
    "codigo",
    "código",
    "clase",
)
_INVENTOR_WORDS = (
    "inventor",
    "erfinder",
    "inventeur",
    "name",
    "nombre",
    "author",
    "autor",
    "creator",
)
_APPLICANT_WORDS = (
    *("anmelder", "demandeur"),
    *("applicant", "solicitante", "name", "nombre"),
    *("company", "empresa", "organization", "organización"),
)


@dataclass(frozen=True, slots=True)
class Facet:
    """One kind of table.

    `header` is the column title Espacenet writes; `patterns` are the lower-case parts of a sheet
    title that name this facet, `key_words` those of a column header.
    """

    key: str
    header: str
    kind: KeyKind
    patterns: tuple[str, ...]
    key_words: tuple[str, ...]

    @property
    def sheet(self) -> str:
        """The sheet title in the workbook: Espacenet cuts it at 30 characters."""
        return self.header[:30].strip()


FACETS: dict[str, Facet] = {
    facet.key: facet
    for facet in (
        Facet(
            "countries",
            "Countries (family)",
            "code",
            ("countries", "länder (", "pays (", "países ("),
            _COUNTRY_WORDS,
        ),
        Facet(
            "languages",
            "Languages (family)",
            "code",
            ("languages",),
            ("language", "idioma"),
        ),
        Facet(
            "earliest_publication_year",
            "Earliest publication date (family)",
            "year",
            (
                "earliest publication date",
                "frühestes veröffentlichungsdatum",
                "date de publication la plus ancienne",
                "fecha de publicación más antigua",
            ),
            _YEAR_WORDS,
        ),
        Facet(
            "earliest_priority_year",
            "Earliest priority date",
            "year",
            (
                "earliest priority date",
                "frühestes prioritätsdatum",
                "date de priorité la plus ancienne",
                "fecha de prioridad más antigua",
            ),
            _YEAR_WORDS,
        ),
        Facet(
            "ipc_main_groups",
            "IPC main groups",
            "code",
            ("ipc main groups",),
            _CLASS_WORDS,
        ),
        Facet("ipc_subgroups", "IPC subgroups", "code", ("ipc subgroups",), _CLASS_WORDS),
        Facet(
            "cpc_main_groups",
            "CPC main groups",
            "code",
            ("cpc main groups",),
            _CLASS_WORDS,
        ),
        Facet("cpc_subgroups", "CPC subgroups", "code", ("cpc subgroups",), _CLASS_WORDS),
        Facet(
            "cpc_offices",
            "CPC assigning offices",
            "code",
            ("cpc assigning offices",),
            (*_COUNTRY_WORDS, "cpc"),
        ),
        Facet(
            "applicants",
            "Applicants",
            "text",
            ("applicants", "anmelder", "demandeurs", "solicitantes"),
            _APPLICANT_WORDS,
        ),
        Facet(
            "inventors",
            "Inventors",
            "text",
            ("inventors", "erfinder", "inventeurs", "inventores"),
            _INVENTOR_WORDS,
        ),
        Facet(
            "applicant_countries",
            "Applicants - country",
            "code",
            ("applicants - countr", "anmelder - l", "demandeurs - pa", "solicitantes - pa"),
            (*_COUNTRY_WORDS, "applicant"),
        ),
        Facet(
            "inventor_countries",
            "Inventors - country",
            "code",
            ("inventors - countr", "erfinder - l", "inventeurs - pa", "inventores - pa"),
            (*_COUNTRY_WORDS, "inventor"),
        ),
    )
}
COUNT_HEADER = "Number of documents"


def facet_of_title(title: str) -> Facet | None:
    """The facet a sheet or column title names, or None.

    The longest pattern wins, so that "Inventors - country" is never taken for "Inventors".
    """
    folded = title.casefold()
    hits = [
        (len(pattern), facet)
        for facet in FACETS.values()
        for pattern in facet.patterns
        if pattern in folded
    ]
    return max(hits, key=lambda hit: hit[0])[1] if hits else None


def sheet_for(facet: Facet, sheet_names: Sequence[str]) -> str | None:
    """The sheet that holds this facet, or None; never another facet's.

    A sheet with exactly the facet's title comes before one whose title merely contains it.
    """
    holding = [name for name in sheet_names if facet_of_title(name) is facet]
    exact = {facet.header.casefold(), facet.sheet.casefold(), *facet.patterns}
    return next(
        (name for name in holding if name.strip().casefold() in exact), next(iter(holding), None)
    )

"""The sentences of the built-in describer, by language, and the writing of their numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bureau.desks.insights import wording
from bureau.desks.insights.params import Language

_SENTENCES: dict[str, dict[Language, str]] = {
    "leads": {
        "es": "{leader} encabeza la lista con {count}, el {share} de un total de {total}.",
        "en": "{leader} leads the list with {count}, {share} of a total of {total}.",
    },
    "shares_lead": {
        "es": "{leader} comparte el primer lugar de la lista con {count}, el {share} de un total "
        "de {total}.",
        "en": "{leader} shares the lead of the list with {count}, {share} of a total of {total}.",
    },
    "follow_one": {"es": "Le sigue {names}.", "en": "Next comes {names}."},
    "follow": {"es": "Le siguen {names}.", "en": "Next come {names}."},
    "inventors_hold": {
        "es": "En conjunto, los {n} inventores mostrados reúnen {sum}, el {share}.",
        "en": "Together, the {n} inventors shown hold {sum}, {share}.",
    },
    "applicants_hold": {
        "es": "En conjunto, los {n} solicitantes mostrados reúnen {sum}, el {share}.",
        "en": "Together, the {n} applicants shown hold {sum}, {share}.",
    },
    "groups_hold": {
        "es": "En conjunto, los {n} primeros subgrupos reúnen {sum}, el {share}.",
        "en": "Together, the {n} leading subgroups hold {sum}, {share}.",
    },
    "ecuador": {
        "es": "Ecuador ocupa el puesto {rank} con {count}.",
        "en": "Ecuador is at rank {rank} with {count}.",
    },
    "no_ecuador": {
        "es": "Ecuador no figura en los datos.",
        "en": "Ecuador does not appear in the data.",
    },
    "period": {
        "es": "Entre {start} y {end} se cuentan {total}, un promedio de {mean} al año.",
        "en": "Between {start} and {end} there are {total}, {mean} a year on average.",
    },
    "peak": {
        "es": "El año con más publicaciones es {year}, con {count}; el último, {end}, tiene {last}.",
        "en": "The year with the most publications is {year}, with {count}; the last, {end}, "
        "has {last}.",
    },
    "recent": {
        "es": "Los últimos {years} años suman {sum}, el {share} del periodo.",
        "en": "The last {years} years add up to {sum}, {share} of the period.",
    },
    "reached": {
        "es": "El total acumulado llega a {total} en {end}, desde {first} en {start}.",
        "en": "The running total reaches {total} in {end}, from {first} in {start}.",
    },
    "half": {
        "es": "La mitad se alcanza en {year}, con {count}.",
        "en": "Half of it is reached in {year}, with {count}.",
    },
    "observed": {
        "es": "La serie va de {start} a {end}, con {last} en el último año y un máximo de {count} "
        "en {year}.",
        "en": "The series runs from {start} to {end}, with {last} in the last year and a peak of "
        "{count} in {year}.",
    },
    "forecast": {
        "es": "El modelo {model} estima {first} para {start} y {last} para {end}.",
        "en": "The {model} model expects {first} for {start} and {last} for {end}.",
    },
    "cagr": {
        "es": "Entre {start} y {end} la tasa de crecimiento anual compuesta es del {rate}.",
        "en": "Between {start} and {end} the compound annual growth rate is {rate}.",
    },
    "caution": {
        "es": "Son extrapolaciones del pasado, no certezas.",
        "en": "These extend the past and are not certainties.",
    },
}


@dataclass(frozen=True, slots=True)
class Speaker:
    """Writes sentences and numbers in one language."""

    language: Language

    def say(self, sentence: str, **words: object) -> str:
        """A sentence with its words filled in; years may be given as they are."""
        return _SENTENCES[sentence][self.language].format(**words)

    def count(self, value: int) -> str:
        """A whole number."""
        return wording.number(value, self.language)

    def decimal(self, value: float) -> str:
        """A number with one decimal."""
        return wording.number(value, self.language, 1)

    def publications(self, value: int) -> str:
        """A number of publications with its noun."""
        return wording.publications(value, self.language)

    def share(self, part: int, whole: int) -> str:
        """A part as a percentage of a whole."""
        return self.percent(100 * part / whole if whole else 0.0)

    def percent(self, value: float) -> str:
        """A percentage with one decimal."""
        return wording.percent(value, self.language)

    def listed(self, items: Sequence[str]) -> str:
        """Items as a list in a sentence."""
        return wording.listed(items, self.language)

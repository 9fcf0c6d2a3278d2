"""The check itself: what a source says in numbers, dates, denials and medicines, its translation
must say too, and nothing more. Pure; it knows words, not meanings, so a pass is no proof.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from bureau.desks.interpreting.safety.dates import Calendar, Readings, calendar_of
from bureau.desks.interpreting.safety.drugs import drugs_in
from bureau.desks.interpreting.safety.negation import denied_sentences
from bureau.desks.interpreting.safety.numbers import Quantity, plain_digits, quantities_in

Kind = Literal["number", "unit", "date", "time", "weekday", "negation", "medicine", "glossary"]
MEASURED = frozenset({"mass", "volume", "units", "mmol", "mmhg", "percent", "degrees"})


@dataclass(frozen=True, slots=True)
class Warning:
    """One thing that does not agree; `message` is for the people in the room."""

    kind: Kind
    message: str


@dataclass(frozen=True, slots=True)
class Report:
    """What the check found, and what it could not look at in these languages."""

    warnings: tuple[Warning, ...]
    unchecked: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Facts:
    """What of a text must survive translation."""

    quantities: list[Quantity]
    calendar: Calendar
    medicines: dict[str, str]
    denials: int | None


def facts_of(text: str, language: str, other: str) -> Facts:
    """Read a text in one language, to be compared with one in the other (the desk's short codes)."""
    calendar = calendar_of(plain_digits(text), language, other)
    return Facts(
        quantities=quantities_in(calendar.rest, language),
        calendar=calendar,
        medicines=drugs_in(text),
        denials=denied_sentences(text, language),
    )


def check(source: str, source_language: str, target: str, target_language: str) -> Report:
    """Compare a translation with its source."""
    said = facts_of(source, source_language, target_language)
    translated = facts_of(target, target_language, source_language)
    warnings = [
        *_quantities(said.quantities, translated.quantities),
        *_calendars(said.calendar, translated.calendar),
        *_denials(said.denials, translated.denials),
        *_medicines(said.medicines, translated.medicines),
    ]
    unknown = said.denials is None or translated.denials is None
    return Report(tuple(warnings), ("negation",) if unknown else ())


# --- numbers --------------------------------------------------------------------------------


def _quantities(said: list[Quantity], translated: list[Quantity]) -> list[Warning]:
    missing, extra = unmatched(said, translated)
    found = []
    for one in missing:
        other = next((two for two in extra if _same_number_other_kind(one, two)), None)
        if other is not None:
            extra.remove(other)
            text = f"'{one.shown}' stands for something else in the translation: '{other.shown}'."
            found.append(Warning("unit", text))
        elif one.required:
            found.append(Warning("number", f"'{one.shown}' is not in the translation."))
    found += [
        Warning("number", f"'{one.shown}' is in the translation only.")
        for one in extra
        if one.required
    ]
    return found


def unmatched(
    said: Sequence[Quantity], translated: Sequence[Quantity]
) -> tuple[list[Quantity], list[Quantity]]:
    """The quantities of each side that have no counterpart on the other.

    A pair that agrees in value and kind is matched before one of which a side has no kind.
    """
    left, right = list(said), list(translated)
    for agree in (_same, _same_where_known):
        for one in list(left):
            other = next((two for two in right if agree(one, two)), None)
            if other is not None:
                left.remove(one)
                right.remove(other)
    return left, right


def _same(one: Quantity, two: Quantity) -> bool:
    return one.kind == two.kind and _equal(one.value, two.value)


def _same_where_known(one: Quantity, two: Quantity) -> bool:
    # an amount without its unit is another amount; a count without its noun is the same count
    if {one.kind, two.kind} & MEASURED:
        return False
    return ("" in {one.kind, two.kind}) and _equal(one.value, two.value)


def _equal(one: float, two: float) -> bool:
    return abs(one - two) <= 1e-9 * max(abs(one), abs(two))


def _same_number_other_kind(one: Quantity, two: Quantity) -> bool:
    return _equal(one.number, two.number)


# --- dates, denials, medicines ----------------------------------------------------------------


def _calendars(said: Calendar, translated: Calendar) -> list[Warning]:
    found = []
    if not _dates_agree(said.dates, translated.dates):
        found.append(Warning("date", "The dates differ."))
    if sorted(said.clocks) != sorted(translated.clocks):
        found.append(Warning("time", "The times of day differ."))
    if sorted(said.weekdays) != sorted(translated.weekdays):
        found.append(Warning("weekday", "The days of the week differ."))
    return found


def _dates_agree(said: list[Readings], translated: list[Readings]) -> bool:
    left = list(translated)
    for date in said:
        other = next((one for one in left if date & one), None)
        if other is None:
            return False
        left.remove(other)
    return not left


def _denials(said: int | None, translated: int | None) -> list[Warning]:
    if said is None or translated is None or said == translated:
        return []
    lost = said > translated
    return [
        Warning(
            "negation",
            "A 'not' seems to be lost in the translation."
            if lost
            else "The translation seems to deny something that was not denied.",
        )
    ]


def _medicines(said: dict[str, str], translated: dict[str, str]) -> list[Warning]:
    lost = [word for name, word in said.items() if name not in translated]
    added = [word for name, word in translated.items() if name not in said]
    return [
        *(
            Warning("medicine", f"The medicine '{word}' is not in the translation.")
            for word in lost
        ),
        *(
            Warning("medicine", f"The medicine '{word}' is in the translation only.")
            for word in added
        ),
    ]

"""Terms of the glossary in a text: which are in it, and whether a translation kept them. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from bureau.desks.interpreting.safety.check import Warning
from bureau.kernel.text.spelling import marks


@dataclass(frozen=True, slots=True)
class Rule:
    """A term in force: `wanted` is its translation, or the term itself where it must be kept."""

    term: str
    wanted: str

    @property
    def is_kept(self) -> bool:
        """Whether the term must not be translated."""
        return self.term == self.wanted


def rules_in(text: str, rules: Iterable[Rule]) -> list[Rule]:
    """The rules whose term is in the text, longer terms first.

    A term inside a longer one that fired does not fire itself: `heart failure`, not `heart`.
    """
    fired: list[Rule] = []
    rest = text
    for rule in sorted(rules, key=lambda one: -len(one.term)):
        pattern = _pattern(rule.term)
        if pattern.search(rest):
            fired.append(rule)
            rest = pattern.sub(" ", rest)
    return fired


def broken(fired: Iterable[Rule], translation: str) -> list[Warning]:
    """A warning for each rule that the translation does not follow."""
    return [
        Warning("glossary", f"The glossary wants '{rule.wanted}' for '{rule.term}'.")
        for rule in fired
        if rule.wanted.casefold() not in translation.casefold()
    ]


def _pattern(term: str) -> re.Pattern[str]:
    # a vowel sign goes on with a word: no term ends before one
    letter = rf"[\w{marks()}]"
    return re.compile(rf"(?<!{letter}){re.escape(term)}(?!{letter})", re.IGNORECASE)

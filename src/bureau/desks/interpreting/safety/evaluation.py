"""How well the check does its work, measured on made sentences. Pure."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field

from bureau.desks.interpreting.safety.check import check
from bureau.desks.interpreting.safety.sentences import Pair, Spoilt, corruptions, make_pair

SPOILT_SHARE = 0.10


@dataclass
class Outcome:
    """What the check said about a run of translations.

    Attributes:
        sentences: how many were translated; `sound` of them rightly.
        spoilt, flagged: by kind of corruption, how many there were and how many were noticed.
        false_alarms: sound translations with a warning.
        missed: corruptions that passed, and `alarms`: sound pairs that did not, as examples.
    """

    sentences: int = 0
    sound: int = 0
    false_alarms: int = 0
    numeric: int = 0
    numeric_flagged: int = 0
    spoilt: Counter[str] = field(default_factory=Counter)
    flagged: Counter[str] = field(default_factory=Counter)
    missed: list[tuple[str, str]] = field(default_factory=list)
    alarms: list[tuple[str, str]] = field(default_factory=list)

    @property
    def numeric_rate(self) -> float:
        """Share of numeric corruptions that were flagged, 0..1."""
        return self.numeric_flagged / self.numeric if self.numeric else 1.0

    @property
    def false_alarm_rate(self) -> float:
        """Share of sound translations that were flagged, 0..1."""
        return self.false_alarms / self.sound if self.sound else 0.0


def evaluate(count: int, seed: int, *, share: float = SPOILT_SHARE) -> Outcome:
    """Translate `count` sentences, spoil a share of the translations, and check them all."""
    dice, outcome = random.Random(seed), Outcome()
    for _ in range(count):
        pair = make_pair(dice)
        outcome.sentences += 1
        ways = corruptions(pair, dice)
        if ways and dice.random() < share:
            _count_spoilt(outcome, pair, dice.choice(ways))
        else:
            _count_sound(outcome, pair)
    return outcome


def _count_spoilt(outcome: Outcome, pair: Pair, spoilt: Spoilt) -> None:
    noticed = bool(check(pair.source, "en", spoilt.target, pair.language).warnings)
    outcome.spoilt[spoilt.kind] += 1
    outcome.flagged[spoilt.kind] += noticed
    if spoilt.is_numeric:
        outcome.numeric += 1
        outcome.numeric_flagged += noticed
    if not noticed:
        outcome.missed.append((pair.source, spoilt.target))


def _count_sound(outcome: Outcome, pair: Pair) -> None:
    outcome.sound += 1
    if check(pair.source, "en", pair.target, pair.language).warnings:
        outcome.false_alarms += 1
        outcome.alarms.append((pair.source, pair.target))

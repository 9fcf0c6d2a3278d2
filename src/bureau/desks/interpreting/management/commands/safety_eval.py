from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from bureau.desks.interpreting.safety.evaluation import Outcome, evaluate

LEAST_FLAGGED, MOST_FALSE = 0.99, 0.02
SHOWN = 5


class Command(BaseCommand):
    help = "Measure the check of translations on made sentences, a tenth of them spoilt."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--sentences", type=int, default=2_000, help="how many (2000)")
        parser.add_argument("--seed", type=int, default=1, help="another seed, other sentences")
        parser.add_argument("--share", type=float, default=0.1, help="share that is spoilt (0.1)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the figures.

        Raises:
            CommandError: fewer numeric corruptions are flagged, or more false alarms come, than
                the desk promises.
        """
        outcome = evaluate(options["sentences"], options["seed"], share=options["share"])
        for line in lines_of(outcome):
            self.stdout.write(line)
        if outcome.numeric_rate < LEAST_FLAGGED or outcome.false_alarm_rate >= MOST_FALSE:
            raise CommandError("The check does not hold what it promises.")


def lines_of(outcome: Outcome) -> list[str]:
    """The figures for people."""
    spoilt = sum(outcome.spoilt.values())
    lines = [
        f"{outcome.sentences} sentences in {spoilt + outcome.sound} translations, {spoilt} spoilt",
        f"numeric corruptions flagged: {outcome.numeric_flagged} of {outcome.numeric}"
        f" ({outcome.numeric_rate:.1%}; promised: at least {LEAST_FLAGGED:.0%})",
        f"false alarms: {outcome.false_alarms} of {outcome.sound}"
        f" ({outcome.false_alarm_rate:.1%}; promised: under {MOST_FALSE:.0%})",
    ]
    lines += [
        f"  {kind}: {outcome.flagged[kind]} of {count}"
        for kind, count in sorted(outcome.spoilt.items())
    ]
    lines += [f"  missed: {source} | {target}" for source, target in outcome.missed[:SHOWN]]
    lines += [f"  false alarm: {source} | {target}" for source, target in outcome.alarms[:SHOWN]]
    return lines

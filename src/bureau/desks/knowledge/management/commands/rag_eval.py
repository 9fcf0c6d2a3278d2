"""`bureau manage rag_eval FILE`: how well the documents answer your own questions."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from bureau.desks.knowledge.access import Reader
from bureau.desks.knowledge.services.evaluation import Outcome, cases_in, evaluate, figures
from bureau.kernel.accounts.models import User
from bureau.kernel.errors import BureauError

LEAST = {
    "min_recall": "recall",
    "min_supported": "supported_answers",
    "min_refusal": "refusal_rate",
}


class Command(BaseCommand):
    help = "Measure recall, supported answers and refusals on a file of questions (JSON lines)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "questions", type=Path, help='Lines of {"question", "language", "document", "pages"}.'
        )
        parser.add_argument("--k", type=int, default=10, help="Passages looked up a question.")
        parser.add_argument("--user", default="", help="Who asks; nobody if not given.")
        parser.add_argument("--json", action="store_true", help="Print the figures as JSON.")
        for name, what in LEAST.items():
            flag = f"--{name.replace('_', '-')}"
            parser.add_argument(flag, type=float, help=f"Fail below this {what}.")

    def handle(self, *args: Any, **options: Any) -> None:
        k = max(1, options["k"])
        reader = Reader(user=_user(options["user"]))
        try:
            with options["questions"].open(encoding="utf-8") as lines:
                outcomes = [evaluate(reader, case, k) for case in cases_in(lines)]
        except (BureauError, OSError) as problem:
            raise CommandError(str(problem)) from problem
        found = figures(outcomes, k)
        if options["json"]:
            self.stdout.write(json.dumps(found))
        else:
            self._print(outcomes, found)
        _refuse_below(found, k, options)

    def _print(self, outcomes: list[Outcome], found: dict[str, float | int | None]) -> None:
        for one in outcomes:
            wrong = one.refused if one.case.document else not one.refused
            if wrong or (one.case.document and not one.cited):
                what = "refused" if one.refused else "answered from elsewhere"
                self.stdout.write(f"  {what}: {one.case.question}")
        for name, value in found.items():
            shown = "-" if value is None else f"{value:.3f}" if isinstance(value, float) else value
            self.stdout.write(f"{name:20} {shown}")


def _user(name: str) -> User | None:
    if not name:
        return None
    user = User.objects.filter(username=name).first()
    if user is None:
        raise CommandError(f"There is no user {name}.")
    return user


def _refuse_below(found: dict[str, float | int | None], k: int, options: dict[str, Any]) -> None:
    for option, name in LEAST.items():
        least, value = options[option], found.get(f"recall@{k}" if name == "recall" else name)
        if least is not None and (value is None or value < least):
            raise CommandError(f"{name} is {value}, below {least}.")

"""`bureau manage rebuild_search`: write the words of passages anew where an older release wrote them."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from bureau.kernel.retrieval.rebuilding import rebuild_words


class Command(BaseCommand):
    help = (
        "Write the words to search anew where an older release wrote them; `prepare` does it, too."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        done = rebuild_words(self._report if options["verbosity"] else lambda done: None)
        if options["verbosity"]:
            self.stdout.write(self.style.SUCCESS(f"{done} passages were written anew."))

    def _report(self, done: int) -> None:
        self.stdout.write(f"{done} so far")

"""The notices and questions of race `answers`: `answers.txt` as rows. Pure functions."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

SOURCE = Path(__file__).with_name("answers.txt")
# what thresholds were set on; the rest is held back
CALIBRATION = frozenset({0, 1, 2})


@dataclass(frozen=True)
class Fact:
    """A sentence, a question that it answers, and the words that answer it."""

    sentence: str
    question: str
    gold: str


@dataclass
class Notice:
    """A document; `topic` is the same number in every language."""

    language: str
    topic: int
    title: str
    facts: list[Fact] = field(default_factory=list)

    @property
    def text(self) -> str:
        """As it is filed: one sentence a paragraph, so that passages can be told apart."""
        return "\n\n".join(fact.sentence for fact in self.facts)


def notices() -> tuple[list[Notice], dict[str, list[str]]]:
    """All documents, and language -> questions that none of them answers."""
    made: list[Notice] = []
    unanswerable: dict[str, list[str]] = {}
    for line in SOURCE.read_text(encoding="utf-8").splitlines():
        if line.startswith("= "):
            language, title = line[2:].split(" | ")
            topic = sum(one.language == language for one in made)
            made.append(Notice(language, topic, title))
        elif line.startswith("? "):
            unanswerable.setdefault(made[-1].language, []).append(line[2:])
        elif line and not line.startswith("#"):
            made[-1].facts.append(Fact(*line.split(" || ")))
    return made, unanswerable

"""Race `answers`: questions in seven languages about notices in seven languages, beside BM25.

The notices are invented and in `answers.txt`. Bureau's thresholds were set on half of them; across
languages only the other half is counted here. BM25 is bm25s over the same passages, with the words
that Bureau cuts and stems: what full text alone can do.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from typing import Any

import bm25s

from benchmarks.answers_data import CALIBRATION, notices
from benchmarks.ground import REPOSITORY, Ground
from benchmarks.report import Table
from bureau.kernel.retrieval.chunking import passages
from bureau.kernel.retrieval.parsing.pages import ParsedPage
from bureau.kernel.retrieval.words import content_words
from bureau.kernel.text.stemming import lexemes

Row = dict[str, Any]
SIZE = 240


def run(ground: Ground) -> Table:
    """File, ask, count."""
    rows = _asked(ground.bare_servers("answers"))
    table = Table("answers: found first, quoted, refused")
    rivals = _bm25()
    languages = list(dict.fromkeys(row["owner"] for row in rows))
    for language in languages:
        _within(table, language, rows, rivals[language])
    for language in languages:
        _across(table, language, rows)
    table.notes += [
        "within a language: 24 questions, 8 that nothing answers; no language model",
        "across: the half of the questions that no threshold was set on, over the six other languages",
    ]
    return table


def _asked(environment: dict[str, str]) -> list[Row]:
    command = [sys.executable, "-m", "benchmarks.answers_ours"]
    done = subprocess.run(
        command, env=environment, check=True, stdout=subprocess.PIPE, cwd=REPOSITORY
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def _within(table: Table, language: str, rows: Sequence[Row], rival: int) -> None:
    own = [row for row in rows if row["asker"] == row["owner"] == language]
    asked = [row for row in own if row["topic"] is not None]
    table.add(
        f"{language}: right passage first",
        _share(asked, lambda row: row["hit"]),
        f"BM25 {rival}",
        "at least BM25",
    )
    table.add("  answer in a quote", _share(asked, lambda row: row["gold"]), aim="85 %")
    nothing = [row for row in own if row["topic"] is None]
    table.add("  refused what nothing answers", _share(nothing, _refused), aim="90 %")


def _across(table: Table, language: str, rows: Sequence[Row]) -> None:
    others = [row for row in rows if row["asker"] == language != row["owner"]]
    held = [row for row in others if row["topic"] not in (None, *CALIBRATION)]
    table.add(
        f"{language} of other languages: answered",
        _share(held, lambda row: row["answered"]),
        aim="60 %",
    )
    table.add("  answer in a quote", _share(held, lambda row: row["gold"]))
    nothing = [row for row in others if row["topic"] is None]
    table.add("  refused what nothing answers", _share(nothing, _refused), aim="90 %")


def _refused(row: Row) -> bool:
    return not row["answered"]


def _share(rows: Sequence[Row], counts: Callable[[Row], bool]) -> str:
    number = sum(map(counts, rows))
    return f"{number} of {len(rows)} ({100 * number // max(1, len(rows))} %)"


def _bm25() -> dict[str, int]:
    """Language -> questions whose answer BM25 puts first."""
    made, _ = notices()
    found = {}
    for language in dict.fromkeys(one.language for one in made):
        own = [one for one in made if one.language == language]
        texts = [
            cut.text
            for one in own
            for cut in passages([ParsedPage(1, one.text)], size=SIZE, overlap=0)
        ]
        index = bm25s.BM25()
        index.index([_words(text, language) for text in texts], show_progress=False)
        facts = [fact for one in own for fact in one.facts]
        found[language] = sum(
            fact.gold in texts[_first(index, fact.question, language)] for fact in facts
        )
    return found


def _first(index: Any, question: str, language: str) -> int:
    asked = _words(" ".join(content_words(question)), language)
    known = [word for word in asked if word in index.vocab_dict]
    if not known:
        return 0
    places, _ = index.retrieve([known], k=1, show_progress=False)
    return int(places[0][0])


def _words(text: str, language: str) -> list[str]:
    return [form for kept in lexemes(text, language) for form in kept]

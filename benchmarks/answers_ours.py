"""Bureau's part of race `answers`, in a process of its own: files the notices, asks, prints JSON lines."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Iterator
from typing import Any

import benchmarks.django_ready  # noqa: F401  (before anything with models)
from benchmarks.answers_data import Notice, notices
from bureau.desks.knowledge.access import DESK, PERSONAL, Reader
from bureau.desks.knowledge.evidence import coverage
from bureau.desks.knowledge.nearness import margin
from bureau.desks.knowledge.services.finding import Found, find, quotes_of
from bureau.kernel.accounts.models import User
from bureau.kernel.retrieval.services import create_collection
from bureau.kernel.retrieval.texts import Cutting, Text, prepare_texts, publish_texts

# a sentence or two: several passages a document
CUTTING = Cutting(240, 0)


def file(made: Iterable[Notice]) -> dict[str, Reader]:
    """Language -> a reader who may read that language's notices and nothing else."""
    readers: dict[str, Reader] = {}
    for language in dict.fromkeys(one.language for one in made):
        owner = User.objects.create_user(f"reader-{language}")
        collection = create_collection(desk=DESK, name=PERSONAL, owner=owner)
        texts = [
            Text(uuid.uuid4(), one.title, one.text, CUTTING, language, {"topic": one.topic})
            for one in made
            if one.language == language
        ]
        publish_texts(collection, prepare_texts(collection, texts))
        readers[language] = Reader(owner, None)
    return readers


def ask(reader: Reader, question: str, language: str) -> tuple[Found, list[Any]]:
    found = find(reader, question, language)
    return found, quotes_of(found)


def answered(reader: Reader, question: str, language: str, gold: str, topic: int) -> dict[str, Any]:
    found, quotes = ask(reader, question, language)
    first = found.passages[0] if found.passages else None
    best = quotes[0].text if quotes else ""
    return {
        "hit": bool(first and gold in first.text),
        "hit5": any(gold in one.text for one in found.passages[:5]),
        "answered": bool(quotes),
        "gold": any(gold in quote.text for quote in quotes),
        "gold_first": gold in best,
        "features": [
            {
                "coverage": round(coverage(found.asked, one), 3),
                "similarity": round(one.similarity, 4),
                "margin": round(margin(one), 4),
                "spread": round(one.spread, 4),
                "right": bool(gold) and gold in one.text,
            }
            for one in found.passages[:4]
        ],
    }


def rows() -> Iterator[dict[str, Any]]:
    made, unanswerable = notices()
    readers = file(made)
    for asker in readers:
        for owner, reader in readers.items():
            for mine in (one for one in made if one.language == asker):
                theirs = next(o for o in made if (o.language, o.topic) == (owner, mine.topic))
                for own, other in zip(mine.facts, theirs.facts, strict=True):
                    kept = answered(reader, own.question, asker, other.gold, mine.topic)
                    yield {
                        "asker": asker,
                        "owner": owner,
                        "topic": mine.topic,
                        "question": own.question,
                    } | kept
            for number, question in enumerate(unanswerable[asker]):
                kept = answered(reader, question, asker, "", -1)
                yield {
                    "asker": asker,
                    "owner": owner,
                    "topic": None,
                    "number": number,
                    "question": question,
                } | kept


if __name__ == "__main__":
    for row in rows():
        print(json.dumps(row, ensure_ascii=False), flush=True)

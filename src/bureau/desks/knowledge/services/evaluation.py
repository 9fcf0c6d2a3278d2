"""How well questions are answered: whether the right page is found, quotes stand, refusals come."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, ValidationError

from bureau.desks.knowledge.access import Reader
from bureau.desks.knowledge.citing import Quote
from bureau.desks.knowledge.quoting import find_quote
from bureau.desks.knowledge.services.finding import find, language_of, quotes_of
from bureau.kernel.errors import InvalidInput
from bureau.kernel.retrieval.models import Page


class Case(BaseModel):
    """One line of a file of questions.

    Without `document` no document answers it, and it should be refused. `document` is part of the
    title; `pages` are those that answer, any if it is empty.
    """

    model_config = ConfigDict(extra="forbid")

    question: str
    language: str = "auto"
    document: str = ""
    pages: list[int] = []


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a question came to.

    Attributes:
        place: rank of the first right passage among those found, None where there is none.
        cited: whether a right page is among those that the answer quotes.
        supported: whether every quote stands on its page, word by word.
        refused: whether nothing was found good enough.
    """

    case: Case
    place: int | None
    cited: bool
    supported: bool
    refused: bool


def cases_in(lines: Iterable[str]) -> Iterator[Case]:
    """The questions of a file, one JSON object a line.

    Raises:
        InvalidInput: naming the line that is wrong.
    """
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            yield Case.model_validate(json.loads(line))
        except (ValueError, ValidationError) as problem:
            reason = str(problem).splitlines()[0]
            raise InvalidInput(f"Line {number} of the questions is wrong: {reason}") from None


def evaluate(reader: Reader, case: Case, k: int) -> Outcome:
    """Ask one question as this reader, without a language model."""
    found = find(reader, case.question, language_of(case.language, case.question), limit=k)
    places = (
        place
        for place, one in enumerate(found.passages, 1)
        if _is_right(case, one.document_title, one.page)
    )
    quotes = quotes_of(found)
    return Outcome(
        case,
        place=next(places, None) if case.document else None,
        cited=any(_is_right(case, one.passage.document_title, one.passage.page) for one in quotes),
        supported=bool(quotes) and all(map(stands, quotes)),
        refused=not found.relevant,
    )


def _is_right(case: Case, title: str, page: int | None) -> bool:
    if not case.document or case.document.lower() not in title.lower():
        return False
    return not case.pages or page in case.pages


def stands(quote: Quote) -> bool:
    """Whether a quote is on the page it names, read from the stored page."""
    number = quote.passage.page or 1
    page = Page.objects.filter(document=quote.passage.document_id, number=number).first()
    return page is not None and find_quote(quote.text, page.text) is not None


def share(outcomes: Iterable[bool]) -> float | None:
    """The share that is true; None for none."""
    values = list(outcomes)
    return sum(values) / len(values) if values else None


def figures(outcomes: list[Outcome], k: int) -> dict[str, float | int | None]:
    """All figures of an evaluation."""
    answerable = [one for one in outcomes if one.case.document]
    others = [one for one in outcomes if not one.case.document]
    return {
        "questions": len(outcomes),
        f"recall@{k}": share(one.place is not None for one in answerable),
        "right_page_cited": share(one.cited for one in answerable),
        "supported_answers": share(one.supported for one in answerable if not one.refused),
        "wrongly_refused": share(one.refused for one in answerable),
        "refusal_rate": share(one.refused for one in others),
    }

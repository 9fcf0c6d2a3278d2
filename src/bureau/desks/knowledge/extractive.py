"""An answer that is made of quotes only, for a house without a language model. Pure functions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bureau.desks.knowledge.citing import Quote
from bureau.desks.knowledge.evidence import Asked, Scored
from bureau.desks.knowledge.quoting import held_in, holds_word, words_in
from bureau.desks.knowledge.wording import place_of, quoted
from bureau.kernel.retrieval.sentences import sentences

MOST_QUOTES = 3
SHORT, LONGEST = 80, 420


def quotes_for(asked: Asked, found: Sequence[Scored]) -> list[Quote]:
    """The sentences that hold most of what was asked, at most one stretch a passage."""
    chosen: list[Quote] = []
    for one in found:
        quote = best_quote(asked, one)
        if quote and not any(_overlap(quote, other) for other in chosen):
            chosen.append(quote)
        if len(chosen) == MOST_QUOTES:
            break
    return chosen


def best_quote(asked: Asked, one: Scored) -> Quote | None:
    """The best sentence of a passage; a short one takes the next one with it."""
    text = one.passage.text
    spans = sentences(text)
    if not spans:
        return None
    weights = [_weight(asked, text[start:end]) for start, end in spans]
    best = max(range(len(spans)), key=lambda place: (weights[place], -place))
    start, end = spans[best]
    if end - start < SHORT and best + 1 < len(spans):
        end = spans[best + 1][1]
    return Quote(one.passage, start, _shortened(text, start, end))


def _weight(asked: Asked, sentence: str) -> float:
    words = words_in(sentence)
    held = held_in(sentence)
    found = sum(asked.weight(word) for word in asked.words if holds_word(held, word))
    # a heading repeats the question's words and says nothing
    return found * min(1.0, len(words) / 8)


def _shortened(text: str, start: int, end: int) -> int:
    if end - start <= LONGEST:
        return end
    cut = text.rfind(" ", start, start + LONGEST)
    return cut if cut > start else start + LONGEST


def _overlap(one: Quote, other: Quote) -> bool:
    """Neighbouring passages share text: the same words are not quoted twice."""
    return one.text in other.text or other.text in one.text


def composed(introduction: str, quotes: Sequence[Quote], language: str) -> Iterator[str]:
    """The parts of the answer: an introduction, then one paragraph a quote."""
    yield introduction
    for number, quote in enumerate(quotes, 1):
        place = place_of(quote.passage.document_title, quote.passage.page, language)
        yield f"\n\n{quoted(quote.text, language)} ({place}) [{number}]"

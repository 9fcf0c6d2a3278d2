"""An answer that is made of quotes only, for a house without a language model. Pure functions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from bureau.desks.knowledge.citing import Quote, date_of
from bureau.desks.knowledge.evidence import Asked, Scored, across
from bureau.desks.knowledge.quoting import held_in, words_in
from bureau.desks.knowledge.wording import place_of, quoted
from bureau.kernel.retrieval.search import Passage
from bureau.kernel.retrieval.sentences import sentences

MOST_QUOTES = 3
SHORT, LONGEST = 80, 420


# sentences -> how near each is to the question by meaning
Nearness = Callable[[Sequence[str]], Sequence[float]]


def quotes_for(asked: Asked, found: Sequence[Scored], nearness: Nearness) -> list[Quote]:
    """The sentences that hold most of what was asked, at most one stretch a passage.

    Args:
        nearness: asked only about passages in another language, whose words tell little.
    """
    chosen: list[Quote] = []
    for one in found:
        quote = best_quote(asked, one, nearness)
        if quote and not any(_overlap(quote, other) for other in chosen):
            chosen.append(quote)
        if len(chosen) == MOST_QUOTES:
            break
    return chosen


def best_quote(asked: Asked, one: Scored, nearness: Nearness) -> Quote | None:
    """The best sentence of a passage; a short one takes the next one with it."""
    text = one.passage.text
    spans = sentences(text)
    if not spans:
        return None
    weights = _weights(asked, one.passage, [text[start:end] for start, end in spans], nearness)
    best = max(range(len(spans)), key=lambda place: (weights[place], -place))
    start, end = spans[best]
    if end - start < SHORT and best + 1 < len(spans):
        end = spans[best + 1][1]
    return Quote(one.passage, start, _shortened(text, start, end))


def _weights(
    asked: Asked, passage: Passage, held: Sequence[str], nearness: Nearness
) -> Sequence[float]:
    by_words = [_weight(asked, sentence, passage.language) for sentence in held]
    if len(held) < 2 or not across(asked, passage):
        return by_words
    return nearness(held)


def _weight(asked: Asked, sentence: str, language: str) -> float:
    words = words_in(sentence)
    found = asked.held_weight(held_in(sentence, language))
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
        title = quote.passage.document_title
        # of a document that has changed, which version speaks
        dated = f"{title} ({date})" if (date := date_of(quote.passage)) else title
        place = place_of(dated, quote.passage.page, language)
        yield f"\n\n{quoted(quote.text, language)} ({place}) [{number}]"

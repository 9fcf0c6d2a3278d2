"""A language model's answer, sentence by sentence: what the passages bear out stays. Pure functions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bureau.desks.knowledge.citing import Quote, quote_of
from bureau.desks.knowledge.quoting import (
    ENOUGH,
    numbers_in,
    quotes_in,
    says_no,
    share_found,
    words_in,
)
from bureau.kernel.retrieval.search import Passage
from bureau.kernel.retrieval.sentences import sentences
from bureau.kernel.retrieval.words import is_stop_word

_CITED = re.compile(r"\[(\d{1,2})\]")
_IMAGE = re.compile(r"!\[[^\]]*\]\([^)]*\)")
_LINK = re.compile(r"\[([^\]\d][^\]]*)\]\([^)]*\)")
_ADDRESS = re.compile(r"(?:https?:|ftp:|data:|javascript:|www\.)\S+", re.IGNORECASE)
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
# not underscores: they are part of many names
_EMPHASIS = re.compile(r"\*{1,3}|`{1,3}|^#{1,6}\s", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Checked:
    """A sentence that its passage bears out, and the quote that shows it."""

    text: str
    quotes: tuple[Quote, ...]


def harmless(text: str) -> str:
    """Text without images, links, tags and emphasis: what a model writes is data, not a page."""
    text = _LINK.sub(r"\1", _IMAGE.sub(" ", text))
    return _EMPHASIS.sub("", _TAG.sub(" ", text))


def split(text: str) -> Iterator[str]:
    """The sentences of an answer, each with the citations behind it."""
    pending = ""
    for start, end in sentences(text):
        piece = text[start:end]
        # `It is red. [1]` is one sentence whose citation came late
        while late := re.match(r"\s*((?:\[\d{1,2}\]\s*)+)", piece):
            if pending:
                pending = f"{pending} {late[1].strip()}"
            piece = piece[late.end() :]
        if pending:
            yield pending
        pending = piece.strip()
    if pending:
        yield pending


def check(sentence: str, passages: Sequence[Passage]) -> Checked | None:
    """The sentence with its evidence, or None where nothing bears it out."""
    sentence = harmless(sentence)
    cited = [int(number) for number in _CITED.findall(sentence)]
    bare = " ".join(_CITED.sub(" ", sentence).split())
    bare = re.sub(r"\s+([.,;:!?])", r"\1", bare)
    named = [passages[number - 1] for number in cited if 0 < number <= len(passages)]
    if not bare or not named or len(named) != len(cited):
        return None
    # a document may hold an address; only as a quote of it may it reach a reader
    if _ADDRESS.search(_unquoted(bare)):
        return None
    quotes = _quotes(bare, named) if quotes_in(bare) else _evidence(bare, named)
    return Checked(bare, quotes) if quotes else None


def _unquoted(sentence: str) -> str:
    """The sentence without what stands between quotation marks."""
    for words in quotes_in(sentence):
        sentence = sentence.replace(words, " ")
    return sentence


def _quotes(sentence: str, named: Sequence[Passage]) -> tuple[Quote, ...]:
    """All that is quoted, if all of it stands in a cited passage."""
    found = []
    for words in quotes_in(sentence):
        quote = next((made for one in named if (made := quote_of(words, one))), None)
        if quote is None:
            return ()
        found.append(quote)
    rest = _unquoted(sentence)
    text = " ".join(one.text for one in named)
    return tuple(found) if numbers_in(rest) <= numbers_in(text) else ()


def _evidence(sentence: str, named: Sequence[Passage]) -> tuple[Quote, ...]:
    """The sentence of a cited passage that says the same, if there is one."""
    telling = [word for word in words_in(sentence) if not is_stop_word(word)]
    best: tuple[float, Quote | None] = (0.0, None)
    for passage in named:
        for start, end in sentences(passage.text):
            held = passage.text[start:end]
            share = share_found(telling, held)
            fits = numbers_in(sentence) <= numbers_in(held) and says_no(sentence) == says_no(held)
            if fits and share > best[0]:
                best = (share, Quote(passage, start, end))
    return (best[1],) if best[1] and best[0] >= ENOUGH else ()

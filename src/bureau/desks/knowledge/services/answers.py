"""Answering: find passages, let a model write or quote them, check every sentence, keep the turn.

No transaction is open while a model writes. An answer comes as parts: text that was checked, then
the whole message; whoever does not stream takes the last part only.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from bureau.desks.knowledge.access import Reader
from bureau.desks.knowledge.checking import Checked, check, split
from bureau.desks.knowledge.citing import Quote, citation
from bureau.desks.knowledge.evidence import Asked
from bureau.desks.knowledge.extractive import composed
from bureau.desks.knowledge.models import Conversation, Message, Role
from bureau.desks.knowledge.prompt import NO_ANSWER, messages_for
from bureau.desks.knowledge.services.conversations import add_message, earlier_turns
from bureau.desks.knowledge.services.courtesies import courtesy
from bureau.desks.knowledge.services.finding import Found, find, quotes_of
from bureau.desks.knowledge.wording import EXTRACTIVE, REFUSAL, UNSUPPORTED
from bureau.kernel.ai.ports import Chat, Completion, Delta
from bureau.kernel.ai.ports import Message as Turn
from bureau.kernel.ai.registry import chat
from bureau.kernel.retrieval.sentences import sentences
from bureau.kernel.retrieval.words import content_words

ARCHITECTURE = "pgvector_hybrid"
MAX_TOKENS = 800
TEMPERATURE = 0.1
# a question with fewer telling words is read together with the one before it
TELLING = 3


@dataclass
class Draft:
    """An answer while it is made."""

    text: str = ""
    quotes: list[Quote] = field(default_factory=list)
    method: str = "extractive"
    provider: str = "builtin"
    model: str = ""
    dropped: int = 0
    usage: dict[str, int | None] = field(default_factory=dict)

    def number_of(self, quote: Quote) -> int:
        """The citation's number; the same words of a passage are cited once."""
        for number, known in enumerate(self.quotes, 1):
            if (known.passage.chunk_id, known.start, known.end) == (
                *(quote.passage.chunk_id, quote.start),
                quote.end,
            ):
                return number
        self.quotes.append(quote)
        return len(self.quotes)


def answer(
    reader: Reader, conversation: Conversation, question: Message, language: str
) -> Iterator[str | Message]:
    """The parts of the answer as they are confirmed; the last one is the stored message.

    Raises:
        ProviderError: embedder or model failed; nothing is stored then.
        EmbeddingMismatch: see `find`.
    """
    started = time.monotonic()
    if courteous := courtesy(reader, question.content, language):
        yield from _courteous(reader, conversation, courteous, language)
        return
    history = earlier_turns(question)
    found = find(reader, _searched(question.content, history), language)
    retrieved = time.monotonic()
    draft = Draft()
    # chosen here, not kept around the parts: whoever reads them may be in another context
    with reader.work:
        model = chat() if found.relevant else None
    for part in _parts(draft, model, found, question.content, history, language):
        draft.text += part
        yield part
    times = {
        "retrieval_ms": round((retrieved - started) * 1000),
        "total_ms": round((time.monotonic() - started) * 1000),
    }
    yield _kept(conversation, draft, found, times)


def _courteous(
    reader: Reader, conversation: Conversation, said: tuple[str, str, list[Quote]], language: str
) -> Iterator[str | Message]:
    method, introduction, quotes = said
    draft = Draft(quotes=quotes, method=method)
    for part in composed(introduction, quotes, language):
        draft.text += part
        yield part
    yield _kept(conversation, draft, Found(reader, None, Asked([], {}, 0, language), [], []), {})


def _searched(text: str, history: Sequence[Turn]) -> str:
    """What is looked up: a short follow-up is nothing without the question before it."""
    previous = next((turn.content for turn in history if turn.role == "user"), "")
    return text if len(content_words(text)) >= TELLING or not previous else f"{previous} {text}"


def _parts(
    draft: Draft,
    model: Chat | None,
    found: Found,
    question: str,
    history: Sequence[Turn],
    language: str,
) -> Iterator[str]:
    if not found.relevant:
        draft.method = "refusal"
        yield REFUSAL[language]
        return
    if model is None:
        yield from _quoted(draft, found, EXTRACTIVE[language], language)
    else:
        yield from _written(draft, model, found, question, history, language)


def _quoted(draft: Draft, found: Found, introduction: str, language: str) -> Iterator[str]:
    draft.quotes = quotes_of(found)
    yield from composed(introduction, draft.quotes, language)


def _written(
    draft: Draft,
    model: Chat,
    found: Found,
    question: str,
    history: Sequence[Turn],
    language: str,
) -> Iterator[str]:
    passages = [one.passage for one in found.relevant]
    messages = messages_for(question, passages, history, language)
    draft.method, draft.provider, draft.model = "generated", model.provider, model.model
    heard: list[str] = []
    for sentence in _sentences(draft, model, messages):
        heard.append(sentence)
        checked = check(sentence, passages)
        if checked is None:
            draft.dropped += 1
            continue
        yield _shown(draft, checked)
    if draft.quotes:
        return
    if " ".join(heard).strip(" .*").upper().startswith(NO_ANSWER):
        draft.method, draft.dropped = "refusal", 0
        yield REFUSAL[language]
        return
    draft.method = "extractive"
    yield from _quoted(draft, found, UNSUPPORTED[language], language)


def _sentences(draft: Draft, model: Chat, messages: Sequence[Turn]) -> Iterator[str]:
    """Whole sentences of a model, each as soon as the next one has begun."""
    pending = ""
    for item in model.stream(messages, max_tokens=MAX_TOKENS, temperature=TEMPERATURE):
        if isinstance(item, Completion):
            draft.model = item.model
            draft.usage = {
                "prompt_tokens": item.usage.prompt_tokens,
                "completion_tokens": item.usage.completion_tokens,
            }
        else:
            assert isinstance(item, Delta)
            pending += item.text
            ready = _whole(pending)
            yield from split(pending[:ready])
            pending = pending[ready:]
    yield from split(pending)


def _whole(text: str) -> int:
    """How much of a growing text is whole sentences with the citations that come behind them."""
    starts = [start for start, _ in sentences(text)][1:-1]
    return next((start for start in reversed(starts) if text[start] != "["), 0)


def _shown(draft: Draft, checked: Checked) -> str:
    gap = " " if draft.text else ""
    numbers = dict.fromkeys(draft.number_of(quote) for quote in checked.quotes)
    return f"{gap}{checked.text} " + "".join(f"[{number}]" for number in numbers)


def _kept(conversation: Conversation, draft: Draft, found: Found, times: dict[str, int]) -> Message:
    citations = [citation(number, quote) for number, quote in enumerate(draft.quotes, 1)]
    metadata: dict[str, Any] = {
        "architecture": ARCHITECTURE,
        "method": draft.method,
        "provider": draft.provider,
        "model": draft.model,
        "embedding_model": found.question.space.label if found.question else "",
        "context_used": bool(found.relevant),
        "sources_count": len(found.relevant),
        "citations_count": len(citations),
        "sentences_dropped": draft.dropped,
        **draft.usage,
        **times,
    }
    return add_message(
        conversation, Role.ASSISTANT, draft.text, citations=citations, metadata=metadata
    )

"""What every `Chat` promises, whoever is behind it. Subclasses give the fixture `chat`."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Literal

import pytest
from pydantic import BaseModel

from bureau.kernel.ai.ports import Chat, Completion, Delta, Message, ProviderAnswerUnusable

GREETING = [Message("user", "Say hello.")]


class Sorted(BaseModel):
    """A form as a desk might ask for it."""

    category: Literal["water", "road"]
    urgent: bool


class ChatConformance:
    def test_an_answer_has_text_and_says_who_gave_it(self, chat: Chat) -> None:
        completion = chat.complete(GREETING, max_tokens=60)
        assert completion.text == completion.text.strip() != ""
        assert completion.provider == chat.provider
        assert completion.model
        assert completion.finish_reason in {"stop", "end_turn"}

    def test_tokens_are_counted(self, chat: Chat) -> None:
        usage = chat.complete(GREETING, max_tokens=60).usage
        assert usage.prompt_tokens and usage.prompt_tokens > 3
        assert usage.completion_tokens and 0 < usage.completion_tokens <= 60

    def test_system_messages_and_several_turns_are_taken(self, chat: Chat) -> None:
        talk = [
            Message("system", "You are polite."),
            Message("user", "Hello."),
            Message("assistant", "Hello! How can I help?"),
            Message("system", "Be brief."),
            Message("user", "Say goodbye."),
        ]
        assert chat.complete(talk, max_tokens=60).text

    def test_any_script_and_broken_characters_are_taken(self, chat: Chat) -> None:
        strange = Message("user", "नमस्ते, sawubona, 🩺 \x00 \ud800")
        try:
            assert chat.complete([strange], max_tokens=12).text
        except ProviderAnswerUnusable as problem:
            # what a small model says to this is its own affair: the request was understood
            assert problem.reason == "truncated"

    def test_half_an_answer_is_an_error(self, chat: Chat) -> None:
        with pytest.raises(ProviderAnswerUnusable) as caught:
            chat.complete(GREETING, max_tokens=2)
        assert caught.value.reason == "truncated"
        assert not caught.value.temporary

    def test_senseless_requests_are_refused_before_anything_is_sent(self, chat: Chat) -> None:
        for messages, limits in (
            ([], {"max_tokens": 5}),
            ([Message("system", "Be brief.")], {"max_tokens": 5}),
            (GREETING, {"max_tokens": 0}),
            (GREETING, {"max_tokens": 5, "timeout": 0}),
        ):
            with pytest.raises(ValueError, match=r"needs at least one|must be positive"):
                chat.complete(messages, **limits)

    def test_threads_share_one_adapter(self, chat: Chat) -> None:
        with ThreadPoolExecutor(3) as pool:
            answers = list(pool.map(lambda _: chat.complete(GREETING, max_tokens=60), range(3)))
        assert all(answer.text for answer in answers)

    def test_a_stream_gives_pieces_and_then_the_whole(self, chat: Chat) -> None:
        *pieces, last = chat.stream(GREETING, max_tokens=60)
        assert len(pieces) > 1
        assert all(isinstance(piece, Delta) and piece.text for piece in pieces)
        assert isinstance(last, Completion)
        assert "".join(piece.text for piece in pieces).strip() == last.text
        assert (last.provider, bool(last.model)) == (chat.provider, True)
        assert last.usage.prompt_tokens and last.usage.prompt_tokens > 3
        assert last.usage.completion_tokens and 0 < last.usage.completion_tokens <= 60

    def test_half_a_streamed_answer_ends_in_an_error(self, chat: Chat) -> None:
        stream = chat.stream(GREETING, max_tokens=2)
        assert isinstance(next(stream), Delta)
        with pytest.raises(ProviderAnswerUnusable) as caught:
            list(stream)
        assert caught.value.reason == "truncated"

    def test_a_stream_can_be_left_early(self, chat: Chat) -> None:
        stream = chat.stream([Message("user", "Tell a long story.")], max_tokens=300)
        next(stream)
        stream.close()
        assert chat.complete(GREETING, max_tokens=60).text

    def test_senseless_streams_are_refused_before_the_first_piece(self, chat: Chat) -> None:
        with pytest.raises(ValueError, match="needs at least one"):
            chat.stream([], max_tokens=5)

    def test_a_form_is_filled_or_the_answer_is_unusable(self, chat: Chat) -> None:
        question = [Message("user", "Which category has: The road is broken?")]
        try:
            form = chat.structured(question, Sorted, max_tokens=80)
        except ProviderAnswerUnusable as problem:
            # a server that does not enforce the form leaves it to the model
            assert problem.reason in {"malformed", "truncated"}
        else:
            assert isinstance(form, Sorted)

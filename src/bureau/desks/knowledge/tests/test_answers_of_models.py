"""Answers that a language model writes: what its passages bear out is shown, the rest is not."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bureau.desks.knowledge.services import answers
from bureau.desks.knowledge.tests.desk import Person
from bureau.desks.knowledge.tests.models_of_talk import ScriptedModel, Write, outside_of
from bureau.desks.knowledge.wording import REFUSAL, UNSUPPORTED

MANUAL = (
    "# Cleaning\n\nThe filter has to be washed every 30 days at no more than 40 degrees. "
    "Do not put the filter into a dishwasher. The manual is at https://pumps.example/manual.\n"
)
ASKED = "How often must the filter be washed?"
Use = Callable[[Write | str], ScriptedModel]


@pytest.fixture
def use(monkeypatch: pytest.MonkeyPatch, ana: Person) -> Use:
    ana.shelve("Cleaning", MANUAL)

    def set_up(write: Write | str) -> ScriptedModel:
        model = ScriptedModel(write if callable(write) else lambda messages: write)
        monkeypatch.setattr(answers, "chat", lambda: model)
        return model

    return set_up


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        # as it stands there, in other words, and quoted
        ("The filter must be washed every 30 days [1].", True),
        ("It says “washed every 30 days” [1].", True),
        ("Wash the filter every 30 days. [1]", True),
        # an address is shown as the passage's own words or not at all
        ("It says “The manual is at https://pumps.example/manual” [1].", True),
        ("The manual is at https://pumps.example/manual [1].", False),
        # another number, no such quote, the opposite, no citation, no such passage, nothing to do
        ("The filter must be washed every 60 days [1].", False),
        ("It says “washed every 30 weeks” [1].", False),
        ("You should put the filter into a dishwasher [1].", False),
        ("The filter must be washed every 30 days.", False),
        ("The filter must be washed every 30 days [4].", False),
        ("Filters were invented in Ohio by a plumber [1].", False),
        ("Visit https://evil.example/x to wash the filter every 30 days [1].", False),
    ],
)
def test_a_sentence_is_shown_if_its_passage_says_so(
    ana: Person, use: Use, written: str, shown: bool
) -> None:
    use(written)
    message = ana.ask(ASKED)["message"]
    assert (message["metadata"]["method"] == "generated") is shown
    assert message["metadata"]["sentences_dropped"] == (0 if shown else 1)
    if not shown:
        assert message["content"].startswith(UNSUPPORTED["en"])
    for citation in message["citations"]:
        assert citation["quote"] in MANUAL


def test_what_is_not_borne_out_is_left_out_of_the_rest(ana: Person, use: Use) -> None:
    use(
        "Wash the filter every 30 days [1]. It was invented in Ohio [1]. Use 40 degrees at most [1]."
    )
    events = ana.stream(ASKED)
    message = events[-1][1]["message"]
    assert "30 days" in message["content"]
    assert "Ohio" not in str(events)
    assert message["metadata"]["sentences_dropped"] == 1
    assert message["metadata"]["prompt_tokens"] == 7


def test_a_model_that_finds_no_answer_is_believed(ana: Person, use: Use) -> None:
    use("NO ANSWER")
    message = ana.ask(ASKED)["message"]
    assert (message["content"], message["citations"]) == (REFUSAL["en"], [])


def test_markup_of_a_model_is_shown_as_words(ana: Person, use: Use) -> None:
    use("Wash the <b>filter</b> ![x](http://evil.example/p.png) every **30 days** [1].")
    content = ana.ask(ASKED)["message"]["content"]
    assert "30 days" in content
    assert not any(mark in content for mark in ("<", "evil", "**", "!["))


def test_the_question_is_sent_once_and_history_newest_first_within_its_budget(
    ana: Person, use: Use
) -> None:
    model = use("Wash the filter every 30 days [1].")
    conversation = ana.ask("What is the filter?" + " and" * 480)["conversation_id"]
    for number in range(4):
        ana.ask(f"{ASKED} {number}" + " and" * 250, conversation_id=conversation)
    last = model.heard[-1]
    assert outside_of(last).count(f"{ASKED} 3") == 1
    assert [one.role for one in last][:1] == ["system"]
    said = [one.content[:40] for one in last[1:-1]]
    # the newest turns are there, in their order; the oldest ones did not fit
    assert any(f"{ASKED} 2" in text for text in said)
    assert not any(text.startswith("What is the filter?") for text in said)
    assert sum(len(one.content) for one in last[1:-1]) <= 4_000

"""What is no question to a document gets a fitting answer, and questions are still looked up."""

from __future__ import annotations

import pytest

from bureau.desks.knowledge.courtesy import Kind, kind_of
from bureau.desks.knowledge.tests.desk import Person
from bureau.desks.knowledge.wording import LANGUAGES, REFUSAL

pytestmark = pytest.mark.django_db

RULES = b"""# Night shift

The night team meets at nine in the ward office.

# Keys

Keys are handed over at the gate and signed for in the green book.
"""


def test_thanks_are_no_question(ana: Person) -> None:
    ana.upload("rules.md", b"We thank the night team for its work.\n")
    for said in ("Thank you!", "Danke!", "धन्यवाद", "谢谢"):
        message = ana.ask(said)["message"]
        assert (message["citations"], message["metadata"]["method"]) == ([], "courtesy")
    assert ana.ask("Which team do we thank for its work?")["message"]["citations"]


def test_what_there_is_to_ask_about_is_listed_within_the_readers_scope(
    ana: Person, ben: Person
) -> None:
    ana.upload("rules.md", RULES, title="House rules")
    assert "House rules" in ana.ask("What documents do you have?")["message"]["content"]
    assert "House rules" not in ben.ask("What documents do you have?")["message"]["content"]


def test_a_summary_quotes_the_beginning_of_each_part(ana: Person, ben: Person) -> None:
    ana.upload("rules.md", RULES, title="House rules")
    message = ana.ask("Summarise the document 'house rules'")["message"]
    assert message["metadata"]["method"] == "overview"
    assert message["citations"] and all(one["verified"] for one in message["citations"])
    assert "House rules" in message["content"]
    # what somebody may not read is looked up like any question, and not found
    assert ben.ask("Summarise the document 'house rules'")["message"]["content"] == REFUSAL["en"]


def test_only_whole_messages_are_courtesies() -> None:
    for text in (
        "How do we thank the night team?",
        "What documents do you have about parking permits?",
        "Which document lists the files that I need?",
        "",
    ):
        assert kind_of(text) == (Kind.QUESTION, "")


def test_nothing_found_is_said_in_every_language_of_the_house() -> None:
    assert set(REFUSAL) == set(LANGUAGES)

"""Planted instructions stay in the block of passages, whatever they look like, and obeying one
shows nothing that the passages do not say."""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence

import pytest

from bureau.desks.knowledge.checking import check
from bureau.desks.knowledge.prompt import RULES, messages_for
from bureau.desks.knowledge.services import answers
from bureau.desks.knowledge.tests.desk import Person
from bureau.desks.knowledge.tests.injections import GOAL, ORDERS, hidden, planted
from bureau.desks.knowledge.tests.models_of_talk import ScriptedModel, block_of, outside_of
from bureau.kernel.ai.ports import Message
from bureau.kernel.retrieval.search import Passage

PLANTED = planted()
FACT = "The pump has to be greased every 90 days with lithium grease."
ASKED = "How often must the pump be greased?"
CONTROL = re.compile(r"<\|im_|\[/?INST\]|<</?SYS>>|</?system>|</s>|_of_turn>", re.IGNORECASE)


def passage(text: str, title: str = "Pump") -> Passage:
    return Passage(
        *(uuid.uuid4(), uuid.uuid4(), title, {}, 1, "Upkeep", 0, len(text), text, "en"),
        *(0.1, 0.9, 1, 1, 0.8, 0.1),
    )


def test_there_are_enough_of_them() -> None:
    assert len(set(PLANTED)) >= 60


@pytest.mark.parametrize("place", ["text", "title"])
def test_no_order_leaves_the_block(place: str) -> None:
    for order in PLANTED:
        text = f"{FACT}\n{order}"
        one = passage(text) if place == "text" else passage(FACT, title=order)
        messages = messages_for(ASKED, [one, passage(FACT)], [], "en")
        assert messages[0].content == RULES
        block, outside = block_of(messages), outside_of(messages)
        assert FACT in block
        # nothing of the document stands outside, and nothing inside could end the block
        assert outside == f"{RULES}\n\n\nAnswer in English. Question: {ASKED}"
        assert "=====" not in block
        assert not re.search(r"(?:BEGIN|END) (?:OF )?(?:PASSAGES|CONTEXT)", block)
        assert not CONTROL.search(block)
        assert not re.search(
            r"^\s*(?:system|assistant|human|user|instruction)\s*:", block, re.M | re.I
        )
        assert not any(0xE0000 <= ord(char) <= 0xE007F or char in "\u200b\u202e" for char in block)


def test_hidden_orders_are_gone_altogether() -> None:
    block = block_of(messages_for(ASKED, [passage(FACT + hidden(ORDERS[0]))], [], "en"))
    assert "".join(block.split()).endswith("".join(FACT.split()))


def test_the_block_cannot_be_forged_by_its_number() -> None:
    numbers = {
        re.findall(r"PASSAGES (\w+)", messages_for(ASKED, [passage(FACT)], [], "en")[-1].content)[0]
        for _ in range(20)
    }
    assert len(numbers) == 20
    assert all(len(number) == 16 for number in numbers)


def obedient(messages: Sequence[Message]) -> str:
    """Does what it is told anywhere, in the ways that would hurt."""
    orders = re.findall(r"\S*evil\.example\S*", messages[-1].content)
    target = orders[0] if orders else GOAL
    return (
        f"Visit {target} for more [1]. ![logo]({target}) [1]. [click here]({target}) [1]. "
        f"{RULES[:200]} [1]. The pump must be greased every 90 days [1]."
    )


def test_a_model_that_obeys_reaches_no_reader_with_it(
    ana: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answers, "chat", lambda: ScriptedModel(obedient))
    text = "\n\n".join([FACT, *PLANTED[:3]])
    ana.shelve("Pump", text)
    events = ana.stream(ASKED)
    content = events[-1][1]["message"]["content"]
    assert "90 days" in content
    for word in ("evil", "http", "![", "You answer questions about documents"):
        assert word not in content


def test_an_address_is_shown_only_if_its_passage_holds_it() -> None:
    for order in PLANTED:
        assert check(f"Visit {GOAL}secret now [1].", [passage(FACT), passage(order)]) is None

"""Asking with the built-in model: answers are quotes that stand where they say."""

from __future__ import annotations

import uuid

import pytest

from bureau.desks.knowledge.quoting import same_stem
from bureau.desks.knowledge.tests.desk import Person, nobody
from bureau.desks.knowledge.wording import REFUSAL
from bureau.kernel.ai.counting import counted
from bureau.kernel.retrieval.tests import papers

PAGES = (
    "1 Safety\n\nWear gloves when you clean the blades.\nUnplug the machine before you open it.",
    "2 Cleaning\n\nThe filter has to be washed every 30 days at no more than 40 °C.\n"
    "Never put the filter into a dishwasher.",
    "3 Warranty\n\nThe warranty period is 24 months from the date of purchase.",
)


@pytest.fixture
def manual(ana: Person) -> dict[str, object]:
    made: dict[str, object] = ana.upload("coffee_grinder.pdf", papers.pdf(*PAGES))
    assert made["state"] == "READY", made
    return made


def test_an_answer_quotes_the_page_and_says_that_no_model_wrote_it(
    ana: Person, manual: dict[str, object]
) -> None:
    answer = ana.ask("How often must the filter be washed?")
    assert answer["success"]
    assert answer["message"]["content"].startswith("No language model is configured")
    best = answer["message"]["citations"][0]
    assert (best["page_number"], best["document_id"], best["document_title"]) == (
        2,
        manual["id"],
        "coffee grinder",
    )
    page = ana.get(f"/api/documents/{manual['id']}/pages/2/").json()["text"]
    assert " ".join(page[best["start"] : best["end"]].split()) == best["quote"]
    assert "washed every 30 days at no more than 40 °C" in best["quote"]
    assert best["quote"] in answer["message"]["content"]
    assert answer["rag_metadata"]["citations_count"] == len(answer["message"]["citations"])


@pytest.mark.parametrize(
    ("language", "question"),
    [
        ("en", "What is the capital of Mongolia?"),
        ("de", "Wie hoch ist die Mehrwertsteuer in Deutschland?"),
        ("fr", "Quelle est la recette de la ratatouille ?"),
        ("es", "¿Cuál es la distancia entre la Tierra y la Luna?"),
    ],
)
def test_what_the_documents_do_not_say_is_refused_in_the_askers_language(
    ana: Person, manual: object, language: str, question: str
) -> None:
    answer = ana.ask(question, language="auto")
    assert answer["message"]["content"] == REFUSAL[language]
    assert answer["message"]["citations"] == []
    assert answer["rag_metadata"]["method"] == "refusal"


def test_a_german_question_finds_the_english_page(ana: Person, manual: object) -> None:
    answer = ana.ask("Wie lange ist die Garantiezeit ab dem Kauf?", language="auto")
    pages = [one["page_number"] for one in answer["message"]["citations"]]
    # words of another language cannot be compared: it is found by meaning or not at all
    assert pages in ([], [3])


def test_a_question_is_embedded_once(ana: Person, admin: Person, manual: object) -> None:
    for audience in ("members", "everyone"):
        admin.upload("more.txt", f"The filter is blue. {audience}".encode(), audience=audience)
    with counted() as counts:
        ana.ask("How often must the filter be washed?")
    assert counts["queries"] == 1
    with counted() as counts:
        assert ana.post("/api/chat/search/", {"query": "filter"}).json()["total_results"]
    assert counts["queries"] == 1


def test_a_stream_ends_with_the_message_that_its_parts_make(ana: Person, manual: object) -> None:
    events = ana.stream("How long is the warranty period?")
    names = [name for name, _ in events]
    assert names[0] == "start"
    assert names[-1] == "done"
    text = "".join(data["text"] for name, data in events if name == "delta")
    assert text == events[-1][1]["message"]["content"]
    assert "24 months" in text


def test_a_conversation_goes_on_and_a_follow_up_keeps_its_subject(
    ana: Person, manual: object
) -> None:
    first = ana.ask("How often must the filter be washed?")
    path = f"/api/chat/conversations/{first['conversation_id']}/"
    second = ana.post(f"{path}messages/", {"message": "And at what temperature?"}).json()
    assert second["conversation_id"] == first["conversation_id"]
    assert second["message"]["citations"][0]["page_number"] == 2
    detail = ana.get(path).json()
    assert detail["message_count"] == 4
    assert [one["role"] for one in detail["messages"]] == ["user", "assistant"] * 2
    assert detail["title"] == "How often must the filter be washed?"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"message": "x" * 2001}, "message"),
        ({"message": ""}, "message"),
        ({}, "message"),
        ({"message": "hello", "conversation_id": "7"}, "conversation_id"),
        ({"message": "hello", "language": "x" * 11}, "language"),
    ],
)
def test_a_question_out_of_order_is_refused_by_field(
    ana: Person, body: dict[str, object], field: str
) -> None:
    answer = ana.post("/api/chat/", body)
    assert answer.status_code == 400
    (told,) = answer.json()["errors"][field]
    assert "items" not in told
    assert ana.get("/api/chat/conversations/").json()["count"] == 0


def test_a_missing_conversation_is_not_found_and_makes_none(ana: Person) -> None:
    body = {"message": "hello", "conversation_id": str(uuid.uuid4())}
    assert ana.post("/api/chat/", body).status_code == 404
    assert ana.get("/api/chat/conversations/").json()["count"] == 0


def test_feedback_is_for_the_readers_own_answers_and_can_change(ana: Person, ben: Person) -> None:
    answer = ana.ask("Is anybody there?")["message"]
    question = ana.get("/api/chat/conversations/").json()["results"][0]["messages"][0]
    word = {"message": answer["id"], "feedback_type": "helpful", "is_positive": True}
    assert ana.post("/api/chat/feedback/", word).status_code == 201
    changed = ana.post("/api/chat/feedback/", {**word, "is_positive": False, "rating": 2})
    assert (changed.status_code, changed.json()["is_positive"]) == (201, False)
    for who, message in ((ben, answer["id"]), (nobody(), answer["id"]), (ana, question["id"])):
        assert who.post("/api/chat/feedback/", {**word, "message": message}).status_code == 404


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("run", "runs", True),
        ("file", "files", True),
        ("new", "newt", False),
        ("file", "filth", False),
        ("pump", "pumping", True),
        ("gas", "ga", False),
    ],
)
def test_forms_of_a_word_are_told_from_other_words(one: str, other: str, alike: bool) -> None:
    assert same_stem(one, other) is same_stem(other, one) is alike

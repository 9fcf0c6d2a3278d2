"""What a search looks at: the scope, the nearest, and the words that tell something."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import numpy as np
import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from bureau.kernel.retrieval import search as searching
from bureau.kernel.retrieval.models import (
    Chunk,
    ChunkVector,
    Collection,
    Document,
    DocumentState,
    EmbeddingSpace,
    Format,
)
from bureau.kernel.retrieval.rebuilding import rebuild_words
from bureau.kernel.retrieval.search import Question, effort, search
from bureau.kernel.retrieval.terms import (
    MOST_MATCHES,
    Term,
    passages_with,
    query_of,
    telling,
    terms_of,
)
from bureau.kernel.retrieval.vectors import EmbeddingMismatch, copy_chunks, copy_vectors
from bureau.kernel.retrieval.words import content_words

DIMENSION = 384
PASSAGES = 1_500

Settle = Callable[[], None]
pytestmark = pytest.mark.django_db
# statistics are made of what was committed
committed = pytest.mark.django_db(transaction=True)
shares = st.floats(0, 1)


@given(st.lists(shares, max_size=40), st.integers(0, 10_000_000))
def test_telling_terms_are_the_rarest_and_hit_a_bounded_number(
    found: list[float], size: int
) -> None:
    terms = [Term(str(place), f"'{place}'", share) for place, share in enumerate(found)]
    chosen = telling(terms, size)
    assert sum(term.share for term in chosen) * size <= MOST_MATCHES * (1 + 1e-9)
    left_out = [term for term in terms if term not in chosen]
    assert all(one.share <= other.share for one in chosen for other in left_out)
    if left_out:
        rarest = min(term.share for term in left_out)
        assert (sum(term.share for term in chosen) + rarest) * size > MOST_MATCHES * (1 - 1e-9)
    if size <= MOST_MATCHES / max(1, len(terms)):
        assert not left_out


@given(st.integers(0, 10_000_000), st.integers(0, 10_000_000))
def test_a_larger_index_is_searched_more_widely_within_what_it_allows(one: int, other: int) -> None:
    # pgvector takes 1 to 1000
    assert 1 <= effort(one) <= 1_000
    assert (effort(one) <= effort(other)) or one > other


@pytest.fixture
def space(settings: Settings) -> EmbeddingSpace:
    # vectors made by chance are far from one another
    settings.ENV = settings.ENV.model_copy(update={"similarity_threshold": -1.0})
    return EmbeddingSpace.objects.create(provider="test", model="words", dimension=DIMENSION)


def vectors(number: int, seed: int = 1) -> Any:
    made = np.random.default_rng(seed).normal(size=(number, DIMENSION))
    return (made / np.linalg.norm(made, axis=1, keepdims=True)).astype(np.float32)


def shelf(
    space: EmbeddingSpace, name: str, texts: list[str], matrix: Any, language: str = "en"
) -> Collection:
    """A published collection of these passages."""
    collection = Collection.objects.create(
        desk="test", name=name, space=space, chunk_count=len(texts)
    )
    document = Document.objects.create(
        collection=collection,
        title=name,
        format=Format.TEXT,
        content_hash=name,
        state=DocumentState.READY,
    )
    chunks = [
        Chunk(
            id=uuid4(),
            document=document,
            index=index,
            start=0,
            end=len(text),
            language=language,
            text=text,
        )
        for index, text in enumerate(texts)
    ]
    copy_chunks(chunks)
    Chunk.objects.filter(document=document).update(collection=collection)
    copy_vectors(space, chunks, matrix, collection.pk)
    return collection


@pytest.fixture
def settle(as_superuser: Callable[[], Any]) -> Settle:
    """Does what autovacuum does in time: statistics, and words into their index."""

    def settle() -> None:
        with as_superuser() as connected:
            connected.autocommit = True
            connected.execute("VACUUM ANALYZE retrieval_chunk, retrieval_chunkvector")

    return settle


def asked(space: EmbeddingSpace, vector: Any, *words: str) -> Question:
    return Question(" ".join(words), terms_of(words), vector, space)


@committed
def test_how_common_words_are_is_known_without_counting(
    space: EmbeddingSpace, settle: Settle
) -> None:
    texts = ["The pump hums." + " A quasar." * (index == 700) for index in range(PASSAGES)]
    made = shelf(space, "hums", texts, vectors(PASSAGES))
    settle()
    pump, quasar, both = terms_of(["pumps", "quasar", "pump-quasar"])
    assert pump.share > 0.99
    assert both.share <= quasar.share < 0.01
    assert telling([pump, quasar], PASSAGES) == [quasar]
    assert passages_with([pump, quasar], [made.pk], PASSAGES) == {"pumps": PASSAGES, "quasar": 1}
    assert terms_of([]) == terms_of(["!"]) == []


@committed
def test_rare_words_find_what_is_far_and_common_ones_rank_what_is_near(
    space: EmbeddingSpace, settle: Settle
) -> None:
    texts = ["The pump hums." + " A quasar." * (index == 700) for index in range(PASSAGES)]
    matrix = vectors(PASSAGES)
    # the only one near without the common word
    texts[3] = "Nothing."
    made = shelf(space, "hums", texts, matrix)
    settle()
    rare = search(asked(space, matrix[3], "pump", "quasar"), [made.pk])
    (one,) = [one for one in rare if one.by_words]
    assert ("quasar" in one.text, one.by_words, one.by_meaning) == (True, 1, None)
    # a word that stands nowhere is no reason to forget the others
    common = search(asked(space, matrix[3], "pump", "quark"), [made.pk], 100)
    assert all(one.by_meaning for one in common)
    assert {bool(one.by_words) for one in common} == {True, False}
    assert [one.by_meaning for one in common if one.text == "Nothing."] == [1]
    assert [one.text for one in common if not one.by_words] == ["Nothing."]


def test_no_words_and_no_documents_are_no_wild_cards(space: EmbeddingSpace) -> None:
    matrix = vectors(5)
    made = shelf(space, "five", [f"Text {index}." for index in range(5)], matrix)
    document = Document.objects.get(collection=made)
    question = asked(space, matrix[2])
    assert len(search(question, [made.pk])) == 5
    assert len(search(question, [made.pk], document_ids=[document.pk])) == 5
    assert search(question, [made.pk], document_ids=[]) == []
    assert search(question, []) == []


def test_a_scope_of_two_models_is_refused(space: EmbeddingSpace) -> None:
    other = EmbeddingSpace.objects.create(provider="test", model="other", dimension=DIMENSION)
    shelves = [
        shelf(one, str(one.pk), ["A text."], vectors(1, one.pk)).pk for one in (space, other)
    ]
    question = asked(space, vectors(1)[0])
    with pytest.raises(EmbeddingMismatch):
        search(question, shelves)
    assert len(search(question, shelves[:1])) == 1


def test_a_large_scope_reads_the_index_until_enough_is_in_scope(
    space: EmbeddingSpace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The scope is the half that lies away from the question: a filter afterwards would find nothing."""
    matrix = vectors(PASSAGES)
    order = np.argsort(-(matrix @ matrix[0]))
    half = PASSAGES // 2
    shelf(space, "near", ["Near."] * half, matrix[order[:half]])
    far = shelf(space, "far", ["Far."] * half, matrix[order[half:]])
    question = asked(space, matrix[0], "far")
    exact = search(question, [far.pk])
    monkeypatch.setattr(searching, "EXACT_LIMIT", 0)
    found = search(question, [far.pk])
    assert {one.text for one in found} == {"Far."}
    assert len(found) == len(exact) == 10
    assert ChunkVector.objects.filter(collection=far).count() == half


@committed
def test_plans_use_the_index_of_the_scope_and_of_the_words(
    space: EmbeddingSpace, settle: Settle
) -> None:
    texts = ["The pump hums." + " A quasar." * (index % 700 == 0) for index in range(PASSAGES)]
    matrix = vectors(PASSAGES)
    shelf(space, "many", texts, matrix)
    few = shelf(space, "few", ["The pump is off."] * 20, vectors(20, 2))
    settle()
    question = asked(space, matrix[0], "pump", "quasar")
    small = indexes(question, [few.pk], exact=True)
    assert "vector_by_collection" in small
    assert "vector_near_384" not in small
    everything = list(Collection.objects.values_list("pk", flat=True))
    large = indexes(question, everything, exact=False)
    assert {"vector_near_384", "chunk_search"} <= large


def indexes(question: Question, scope: list[int], *, exact: bool) -> set[str]:
    """Names of the indexes that a search reads."""
    statement = searching._statement(question, exact, picked=False)
    values = {
        "collections": scope,
        "space": question.space.pk,
        "vector": str(question.vector.tolist()),
        "words": query_of(question.terms),
        "telling": query_of(telling(question.terms, PASSAGES)),
        "documents": [],
        "threshold": -1.0,
        "candidates": 60,
        "limit": 10,
    }
    with connection.cursor() as cursor:
        # so few rows are sorted sooner than the index is read; here is asked whether it can be
        switch = f"SET LOCAL enable_sort = {'on' if exact else 'off'}"
        cursor.execute(f"{switch}; EXPLAIN (FORMAT JSON) {statement}", values)
        cursor.nextset()
        shown = cursor.fetchone()[0]
    return set(_named(json.loads(shown) if isinstance(shown, str) else shown))


def _named(plan: Any) -> list[str]:
    if isinstance(plan, list):
        return [name for one in plan for name in _named(one)]
    if not isinstance(plan, dict):
        return []
    own = [plan["Index Name"]] if "Index Name" in plan else []
    return own + [name for one in plan.values() for name in _named(one)]


def test_words_of_an_older_release_are_written_anew(space: EmbeddingSpace) -> None:
    made = shelf(space, "old", ["The “filters” are changed weekly."], vectors(1))
    Chunk.objects.filter(collection=made).update(search_version=0)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE retrieval_chunk SET search = ''::tsvector")
    found = passages_with(terms_of(["filter"]), [made.pk], 1)
    assert found == {"filter": 0}
    assert (rebuild_words(), rebuild_words()) == (1, 0)
    assert passages_with(terms_of(["filter"]), [made.pk], 1) == {"filter": 1}


def test_what_is_asked_in_another_form_is_found_by_its_words(space: EmbeddingSpace) -> None:
    made = shelf(space, "ne", ["खानेपानी कार्यालयको ढोका सात बजे खुल्छ।"], vectors(1), language="ne")
    words = content_words("कार्यालय कति बजे खुल्छ?")
    assert words == ["कार्यालय", "बजे", "खुल्छ"]
    assert passages_with(terms_of(words), [made.pk], 1) == dict.fromkeys(words, 1)


def test_a_table_of_contents_comes_behind_what_it_leads_to(space: EmbeddingSpace) -> None:
    contents = "Contents\n" + "\n".join(f"{n} The pump {'. ' * 9}{n}" for n in range(1, 9))
    made = shelf(space, "manual", [contents, "The pump hums."], vectors(2))
    found = search(asked(space, vectors(2)[0], "pump"), [made.pk])
    assert [one.text for one in found] == ["The pump hums.", contents]
    assert len(search(asked(space, vectors(2)[0], "pump"), [made.pk], 1)) == 1

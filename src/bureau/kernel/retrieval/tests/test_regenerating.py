"""Another embedding model: built beside, changed over at once, never mixed."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command

from bureau.kernel.ai import registry
from bureau.kernel.errors import Conflict
from bureau.kernel.retrieval import regeneration, services
from bureau.kernel.retrieval.models import Chunk, ChunkVector, Collection, EmbeddingSpace
from bureau.kernel.retrieval.search import embed_question, search, space_in_scope
from bureau.kernel.retrieval.tests.conftest import People
from bureau.kernel.retrieval.tests.words_embedder import WordsEmbedder
from bureau.kernel.retrieval.texts import Cutting, Text, prepare_texts, publish_texts
from bureau.kernel.retrieval.vectors import EmbeddingMismatch

OTHER = WordsEmbedder("test", "other", 768)


def shelve(shelf: Collection, text: str) -> None:
    one = Text(uuid4(), text[:20], text, Cutting(1200, 200), "en")
    publish_texts(shelf, prepare_texts(shelf, [one]))


@pytest.fixture
def shelves(words_embedder: WordsEmbedder, person: People) -> list[Collection]:
    owner = person()
    made = [services.create_collection(desk="test", name=name, owner=owner) for name in "ab"]
    for number, shelf in enumerate(made):
        shelve(shelf, f"The pump number {number} is green.")
        shelf.refresh_from_db()
    return made


def found(shelves: list[Collection]) -> int:
    ids = [one.pk for one in shelves]
    return len(search(embed_question("green pump", space_in_scope(ids)), ids))


def test_searching_goes_on_until_all_change_over_together(
    shelves: list[Collection], monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []

    def look(done: int, left: int) -> None:
        seen.append(found(shelves))
        if len(seen) == 1:
            # published while the others are being embedded: it is not forgotten
            shelve(shelves[0], "A late pump is green too.")

    space = regeneration.regenerate(OTHER, batch_size=1, report=look)
    assert seen[0] == 2
    assert set(seen[1:]) == {3}
    assert {one.space_id for one in Collection.objects.all()} == {space.pk}
    assert ChunkVector.objects.count() == Chunk.objects.count() == 3
    monkeypatch.setattr(registry, "embedder", lambda preference=None: OTHER)
    assert found(shelves) == 3


def test_two_models_are_never_compared(
    shelves: list[Collection], monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = [one.pk for one in shelves]
    question = embed_question("green pump")
    other = EmbeddingSpace.objects.create(provider="test", model="other", dimension=768)
    Collection.objects.filter(pk=ids[0]).update(space=other)
    with pytest.raises(EmbeddingMismatch):
        space_in_scope(ids)
    with pytest.raises(EmbeddingMismatch):
        search(question, ids)
    monkeypatch.setattr(registry, "embedder", lambda preference=None: OTHER)
    with pytest.raises(EmbeddingMismatch, match="regenerate_embeddings"):
        embed_question("green pump", shelves[1].space)
    with pytest.raises((EmbeddingMismatch, Conflict)):
        shelve(shelves[1], "Embedded by another model.")


def test_the_command_says_asks_and_does(
    shelves: list[Collection], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from bureau.kernel.retrieval.management.commands import regenerate_embeddings as command

    monkeypatch.setattr(command, "embedder", lambda preference=None: OTHER)
    call_command("regenerate_embeddings", dry_run=True)
    assert "2 of 2 passages have no vector of test/other (768)" in capsys.readouterr().out
    monkeypatch.setattr("builtins.input", lambda prompt: "no")
    with pytest.raises(CommandError):
        call_command("regenerate_embeddings")
    assert ChunkVector.objects.filter(dimension=768).count() == 0
    call_command("regenerate_embeddings", yes=True, batch_size=1)
    assert set(ChunkVector.objects.values_list("dimension", flat=True)) == {768}

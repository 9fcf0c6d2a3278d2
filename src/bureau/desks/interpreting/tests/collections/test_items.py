"""Items: adding, finding, changing, and what happens when indexing fails on the way."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from bureau.desks.interpreting.collections.models import CollectionItem, SealedPassage
from bureau.desks.interpreting.tests.clinic import Person, run_all, run_to_the_end
from bureau.desks.interpreting.tests.collections.conftest import collection
from bureau.kernel.ai.ports import ProviderUnavailable
from bureau.kernel.events.models import Event
from bureau.kernel.files.models import StoredFile
from bureau.kernel.jobs.models import Task
from bureau.kernel.retrieval.models import Chunk, ChunkVector, Document, Page
from bureau.kernel.retrieval.tests.papers import pdf, scanned_pdf
from bureau.kernel.retrieval.tests.words_embedder import WordsEmbedder

PARACETAMOL = "Paracetamol: adults take one gram every six hours, four grams a day at most."
INSULIN = "Insulin is kept in the refrigerator and is never frozen."


def add(admin: Person, place: int, **fields: Any) -> Any:
    body = {"name": "Paracetamol", "content": PARACETAMOL, **fields}
    return admin.post(f"/api/collections/{place}/add_document/", body)


def found(admin: Person, place: int, text: str, top_k: int = 5) -> list[dict[str, Any]]:
    body = {"query": text, "top_k": top_k}
    answer = admin.post(f"/api/collections/{place}/query/", body)
    assert answer.status_code == 200, answer.content
    assert answer.json()["query"] == text
    results: list[dict[str, Any]] = answer.json()["results"]
    return results


@pytest.mark.usefixtures("words_embedder")
class TestTexts:
    def test_a_text_is_accepted_and_can_be_found_when_its_task_has_run(
        self, admin: Person, base: int
    ) -> None:
        answer = add(admin, base, metadata={"source": "leaflet"}, description="Adults")
        assert answer.status_code == 202
        told = answer.json()
        assert (told["status"], told["name"], told["state"]) == (
            "processing",
            "Paracetamol",
            "pending",
        )
        assert found(admin, base, "paracetamol dose") == []
        run_all()
        add(admin, base, name="Insulin", content=INSULIN)
        run_all()
        best = found(admin, base, "how much paracetamol for adults")[0]
        assert (best["name"], best["content"]) == ("Paracetamol", PARACETAMOL)
        assert best["metadata"] == {"source": "leaflet", "chunk_index": 0, "total_chunks": 1}
        assert admin.get(f"/api/tasks/{told['task_id']}/").json()["status"] == "SUCCESS"
        item = admin.get(f"/api/collection-items/{told['id']}/").json()
        assert (item["state"], item["parts_count"]) == ("ready", 1)
        event = Event.objects.filter(type="document.processed").first()
        assert event is not None
        assert event.payload == {
            "document_id": told["id"],
            "collection_id": base,
            "parts_count": 1,
        }

    @pytest.mark.parametrize("flag", ["false", False])
    def test_who_does_not_want_to_wait_gets_items_that_can_be_found(
        self, admin: Person, base: int, flag: Any
    ) -> None:
        answer = add(admin, base, **{"async": flag})
        assert answer.status_code == 201
        (item,) = answer.json()
        assert (item["state"], item["parts_count"]) == ("ready", 1)
        assert found(admin, base, "paracetamol")[0]["name"] == "Paracetamol"
        assert not Task.objects.exists()

    def test_a_form_with_metadata_as_json_text_is_understood(
        self, admin: Person, base: int
    ) -> None:
        form = {"name": "A", "content": INSULIN, "metadata": '{"a": 1}', "async": "false"}
        answer = admin.client.post(f"/api/collections/{base}/add_document/", form)
        assert answer.status_code == 201
        assert answer.json()[0]["metadata"] == {"a": 1}

    @pytest.mark.parametrize(
        ("body", "says"),
        [
            ({"name": "A"}, "Name and content (or a PDF file) are required"),
            ({"content": "B"}, "Name and content (or a PDF file) are required"),
            ({"name": "A", "content": "  "}, "Name and content (or a PDF file) are required"),
            (
                {"name": "A", "content": "b " * 30_000, "async": False},
                "More than 50000 characters are not processed at once; use async=true.",
            ),
        ],
    )
    def test_what_is_missing_is_said_and_nothing_is_kept(
        self, admin: Person, base: int, body: dict[str, Any], says: str
    ) -> None:
        answer = admin.post(f"/api/collections/{base}/add_document/", body)
        assert (answer.status_code, answer.json()) == (400, {"error": says})
        assert not CollectionItem.objects.exists()

    @pytest.mark.parametrize(
        "body",
        [
            {"name": "A", "content": "B", "async": "perhaps"},
            {"name": "A", "content": "B", "metadata": "text"},
            {"name": "A" * 192, "content": "B"},
            {"query": "A", "top_k": 21},
            {"query": ""},
        ],
    )
    def test_values_of_a_wrong_kind_are_refused(
        self, admin: Person, base: int, body: dict[str, Any]
    ) -> None:
        verb = "query" if "query" in body else "add_document"
        assert admin.post(f"/api/collections/{base}/{verb}/", body).status_code == 400

    def test_parts_are_numbered_and_cut_as_the_collection_says(self, admin: Person) -> None:
        place = collection(admin, chunk_length=200, chunk_overlap=0)
        text = " ".join(f"Sentence {number} is about topic{number}." for number in range(40))
        add(admin, place, name="Long", content=text)
        run_all()
        best = found(admin, place, "topic33", 1)[0]
        parts = best["metadata"]["total_chunks"]
        assert parts > 5
        assert best["name"] == f"Long (Part {best['metadata']['chunk_index'] + 1}/{parts})"
        assert "topic33" in best["content"]
        # a short rest joins the passage before it
        assert len(best["content"]) <= 300
        whole = collection(admin, name="Whole", chunking_strategy="no-chunking")
        add(admin, whole, name="Long", content=text)
        run_all()
        assert found(admin, whole, "topic33", 1)[0]["content"] == text

    def test_a_text_that_looks_like_a_table_of_contents_is_found(
        self, admin: Person, base: int
    ) -> None:
        text = "\n".join(f"{n}. Ward of topic{n} ............ {n * 7}" for n in range(1, 15))
        add(admin, base, name="Wards", content=text, **{"async": "false"})
        assert found(admin, base, "topic9")[0]["name"] == "Wards"

    def test_the_old_text_is_found_until_the_new_one_takes_its_place(
        self, admin: Person, base: int
    ) -> None:
        item = add(admin, base).json()["id"]
        run_all()
        changed = admin.patch(f"/api/collection-items/{item}/", {"content": INSULIN}).json()
        assert (changed["content"], changed["state"]) == (INSULIN, "pending")
        assert found(admin, base, "paracetamol")[0]["content"] == PARACETAMOL
        run_all()
        assert [one["content"] for one in found(admin, base, "paracetamol insulin")] == [INSULIN]
        assert Document.objects.count() == Chunk.objects.count() == ChunkVector.objects.count() == 1

    def test_an_item_that_was_changed_twice_ends_with_its_last_text(
        self, admin: Person, base: int
    ) -> None:
        item = add(admin, base).json()["id"]
        for text in ("Second text.", "Third text."):
            admin.patch(f"/api/collection-items/{item}/", {"content": text})
        run_all()
        assert [one["content"] for one in found(admin, base, "text")] == ["Third text."]
        assert admin.get(f"/api/collection-items/{item}/").json()["state"] == "ready"

    def test_items_can_be_listed_narrowed_and_removed(self, admin: Person, base: int) -> None:
        other = collection(admin, name="Other")
        first = add(admin, base).json()["id"]
        second = add(admin, other, content="x " * 3_000).json()["id"]
        run_all()
        listed = admin.get("/api/collection-items/").json()["results"]
        assert [one["id"] for one in listed] == [second, first]
        assert listed[0]["content"].endswith("...")
        narrowed = admin.get("/api/collection-items/", collection=base).json()["results"]
        assert [one["id"] for one in narrowed] == [first]
        assert admin.get("/api/collection-items/", collection=99_999).status_code == 404
        assert admin.get("/api/collection-items/", collection="abc").status_code == 400
        assert admin.delete(f"/api/collection-items/{first}/").status_code == 204
        assert found(admin, base, "paracetamol") == []
        assert Document.objects.count() == 1

    def test_an_item_stays_in_its_collection(self, admin: Person, base: int) -> None:
        other = collection(admin, name="Other")
        item = add(admin, base).json()["id"]
        refused = admin.patch(f"/api/collection-items/{item}/", {"collection": other})
        assert refused.status_code == 400
        assert "collection" in refused.json()["errors"]


class Failing(WordsEmbedder):
    """Fails at these calls, as a provider that is away does."""

    def __init__(self, *calls: int) -> None:
        super().__init__()
        self.failing, self.calls = set(calls), 0

    def embed_passages(self, texts: Sequence[str]) -> Any:
        self.calls += 1
        if self.calls in self.failing:
            raise ProviderUnavailable("The embedder is away.")
        return super().embed_passages(texts)


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> Failing:
    from bureau.kernel.ai import registry

    made = Failing(2)
    monkeypatch.setattr(registry, "embedder", lambda preference=None: made)
    return made


@pytest.mark.parametrize("kind", ["knowledge_base", "patient_context"])
def test_a_failure_in_the_middle_is_tried_again_without_loss_or_duplicate(
    admin: Person, failing: Failing, kind: str
) -> None:
    place = collection(admin, chunk_length=150, chunk_overlap=0, collection_type=kind)
    text = " ".join(f"Sentence {number} is about topic{number}." for number in range(200))
    item = add(admin, place, content=text).json()["id"]
    run_all()
    assert failing.calls == 2  # the first part was embedded, the second was not
    assert found(admin, place, "topic5") == []
    assert not Chunk.objects.exists() and not SealedPassage.objects.exists()
    run_to_the_end()
    shape = admin.get(f"/api/collection-items/{item}/").json()
    assert shape["state"] == "ready"
    rows = [*Chunk.objects.order_by("index"), *SealedPassage.objects.order_by("position")]
    assert len(rows) == shape["parts_count"] > 32
    # every word once and in order
    assert " ".join(row.text for row in rows) == text
    for topic in ("topic1", "topic120", "topic199"):
        assert topic in found(admin, place, topic, 1)[0]["content"]


def test_a_text_whose_embedder_stays_away_is_shown_as_failed(
    admin: Person, failing: Failing
) -> None:
    failing.failing = set(range(1, 20))
    place = collection(admin)
    told = add(admin, place).json()
    run_to_the_end()
    shape = admin.get(f"/api/collection-items/{told['id']}/").json()
    assert (shape["state"], shape["problem"]) == ("failed", "The embedder is away.")
    assert admin.get(f"/api/tasks/{told['task_id']}/").json()["status"] == "FAILURE"


SENTENCES = (
    "Children with diarrhoea need oral rehydration solution after each loose stool.\n"
    "A booster against tetanus is due every ten years, sooner after a dirty wound.\n"
    "Adults take one tablet of paracetamol three times a day, with food and with water."
)


class TestFiles:
    PAGES = (
        "Hydration\nChildren with diarrhoea need oral rehydration solution.",
        "Tetanus\nA booster against tetanus is due every ten years.",
    )

    def upload(self, admin: Person, place: int, content: bytes, name: str, **fields: str) -> Any:
        file = SimpleUploadedFile(name, content, "application/pdf")
        return admin.client.post(
            f"/api/collections/{place}/add_document/", {"file": file, **fields}
        )

    @pytest.mark.parametrize("kind", ["knowledge_base", "patient_context"])
    @pytest.mark.parametrize(
        "make",
        [
            pytest.param(pdf, id="text"),
            pytest.param(scanned_pdf, id="scanned", marks=pytest.mark.needs("tesseract")),
        ],
    )
    def test_a_pdf_answers_a_question_with_the_right_passage(
        self, admin: Person, make: Any, kind: str
    ) -> None:
        """With the model that comes with the house."""
        place = collection(admin, collection_type=kind, chunk_length=100, chunk_overlap=0)
        answer = self.upload(admin, place, make(*self.PAGES), "leaflet.pdf")
        assert answer.status_code == 202
        told = answer.json()
        assert (told["status"], told["name"]) == ("processing", "leaflet")
        run_to_the_end()
        assert admin.get(f"/api/tasks/{told['task_id']}/").json()["status"] == "SUCCESS"
        best = found(admin, place, "How often does one need a tetanus vaccination?", 1)[0]
        assert "every ten years" in best["content"]
        item = admin.get(f"/api/collection-items/{told['id']}/").json()
        assert item["state"] == "ready"
        assert "rehydration" in item["content"]
        read = [(note["kind"], note["pages"]) for note in item["notes"]]
        assert read == ([("READ_BY_OCR", [1, 2])] if make is scanned_pdf else [])
        assert Event.objects.filter(type="document.processed").count() == 1
        if kind == "patient_context":
            # nothing of a patient's file is left outside the sealed rows
            assert not StoredFile.objects.exists()
            assert not Page.objects.exists() and not Chunk.objects.exists()

    @pytest.mark.parametrize(
        ("settings_of_base", "parts"),
        [
            # the last sentence is short and joins the one before it
            ({"chunk_length": 100}, 2),
            ({"chunk_length": 4_000}, 1),
            ({"chunking_strategy": "no-chunking"}, 1),
        ],
    )
    def test_a_file_of_a_base_is_cut_by_the_bases_own_settings(
        self, admin: Person, settings_of_base: dict[str, Any], parts: int
    ) -> None:
        place = collection(admin, **settings_of_base)
        told = self.upload(admin, place, pdf(SENTENCES), "leaflet.pdf").json()
        run_to_the_end()
        assert Chunk.objects.count() == parts
        # settings that change hold for what is read from then on
        admin.patch(f"/api/collections/{place}/", {"chunking_strategy": "no-chunking"})
        admin.post(f"/api/collections/{place}/reindex/")
        run_to_the_end()
        assert Chunk.objects.count() == 1
        assert admin.get(f"/api/collection-items/{told['id']}/").json()["state"] == "ready"

    def test_the_same_file_twice_is_one_item(self, admin: Person, base: int) -> None:
        first = self.upload(admin, base, pdf(*self.PAGES), "leaflet.pdf").json()
        again = self.upload(admin, base, pdf(*self.PAGES), "leaflet.pdf")
        assert again.status_code == 202
        # a PDF written twice differs in its dates; the same bytes do not
        bytes_ = pdf("One page.")
        one = self.upload(admin, base, bytes_, "a.pdf").json()
        two = self.upload(admin, base, bytes_, "a.pdf").json()
        assert one["id"] == two["id"]
        assert first["id"] != one["id"]

    @pytest.mark.parametrize("kind", ["knowledge_base", "patient_context"])
    def test_a_file_that_is_no_document_is_refused(self, admin: Person, kind: str) -> None:
        place = collection(admin, collection_type=kind)
        sound = b"ID3\x04" + b"\0" * 100
        assert self.upload(admin, place, sound, "leaflet.pdf").status_code == 400
        assert self.upload(admin, place, b"", "leaflet.pdf").status_code == 400
        assert not CollectionItem.objects.exists() and not StoredFile.objects.exists()

    def test_a_damaged_pdf_is_shown_as_failed(self, admin: Person, base: int) -> None:
        told = self.upload(admin, base, pdf("One page.")[:200], "leaflet.pdf").json()
        run_to_the_end()
        shape = admin.get(f"/api/collection-items/{told['id']}/").json()
        assert shape["state"] == "failed"
        assert shape["problem"]
        assert admin.get(f"/api/tasks/{told['task_id']}/").json()["status"] == "FAILURE"

    def test_the_text_of_a_file_is_not_edited(self, admin: Person, base: int) -> None:
        told = self.upload(admin, base, pdf(*self.PAGES), "leaflet.pdf").json()
        run_to_the_end()
        path = f"/api/collection-items/{told['id']}/"
        refused = admin.patch(path, {"content": "Other."})
        assert refused.status_code == 400
        assert admin.patch(path, {"name": "Leaflet"}).json()["name"] == "Leaflet"


@pytest.mark.usefixtures("words_embedder")
class TestReindexing:
    def test_what_is_found_stays_found_until_its_successor_is_there(
        self, admin: Person, words_embedder: WordsEmbedder
    ) -> None:
        place = collection(admin, chunk_length=2_000)
        long_text = " ".join(f"Sentence {number} is about topic{number}." for number in range(40))
        add(admin, place, content=long_text)
        add(admin, place, name="Insulin", content=INSULIN)
        run_all()
        admin.patch(f"/api/collections/{place}/", {"chunk_length": 200})
        answer = admin.post(f"/api/collections/{place}/reindex/")
        assert answer.status_code == 202
        told = answer.json()
        assert (told["status"], told["document_count"]) == ("processing", 2)
        before = words_embedder.passages
        assert found(admin, place, "topic7", 1)[0]["content"] == long_text
        run_all()
        assert words_embedder.passages > before
        best = found(admin, place, "topic7", 1)[0]
        assert "topic7" in best["content"] and len(best["content"]) <= 300
        # names are made when they are shown: no part of a part
        assert best["name"].count("Part") == 1
        result = admin.get(f"/api/tasks/{told['task_id']}/").json()["result"]
        assert result == {"status": "success", "texts": 2, "files": 0}
        assert CollectionItem.objects.count() == 2

    def test_a_reindexing_that_fails_leaves_everything_as_it_was(
        self, admin: Person, base: int, failing: Failing
    ) -> None:
        add(admin, base)
        failing.failing = {2, 3, 4, 5}
        run_all()
        admin.post(f"/api/collections/{base}/reindex/")
        run_to_the_end()
        assert found(admin, base, "paracetamol")[0]["content"] == PARACETAMOL


def test_a_question_is_answered_from_the_passages_alone_and_says_who_wrote_it(
    admin: Person, base: int, words_embedder: WordsEmbedder
) -> None:
    path = f"/api/collections/{base}/query_and_answer/"
    empty = admin.post(path, {"query": "dose of paracetamol"}).json()
    assert empty["status"] == "success"
    assert empty["sources"] == []
    assert "nothing" in empty["answer"]
    add(admin, base)
    run_all()
    answer = admin.post(path, {"query": "dose of paracetamol"}).json()
    assert (answer["status"], answer["provider"]) == ("success", "builtin")
    assert PARACETAMOL in answer["answer"]
    (source,) = answer["sources"]
    assert source == {
        "name": "Paracetamol",
        "similarity": round(source["similarity"], 3),
        "content": PARACETAMOL,
    }

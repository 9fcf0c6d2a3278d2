"""Imports of data sets into knowledge bases, through the library itself."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from bureau.desks.interpreting.collections.models import Collection, CollectionItem
from bureau.desks.interpreting.imports import tasks
from bureau.desks.interpreting.imports.catalogue import PROJECTION, VOICE_LANGUAGES, VOICES
from bureau.desks.interpreting.imports.running import Wish, run_import
from bureau.desks.interpreting.tests.clinic import Person, run_all, run_to_the_end
from bureau.desks.interpreting.tests.imports.conftest import nothing
from bureau.desks.interpreting.tests.imports.shelf import VOICE_ROWS
from bureau.kernel.ai.ports import ProviderUnavailable
from bureau.kernel.events.models import Event
from bureau.kernel.jobs.models import Job, Task
from bureau.kernel.retrieval.models import Chunk
from bureau.kernel.retrieval.tests.words_embedder import WordsEmbedder

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shelf")]

USABLE = VOICE_ROWS - 1


def names() -> list[str]:
    return [item.name for item in CollectionItem.objects.order_by("id")]


def facts_of(type: str) -> dict[str, Any]:
    event = Event.objects.get(type=type)
    return dict(event.payload)


def command(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    call_command(*words)
    return str(capsys.readouterr().out)


def test_transcripts_become_items_of_a_global_base_and_can_be_found(
    admin: Person, capsys: pytest.CaptureFixture[str]
) -> None:
    said = command(capsys, "import_hf_dataset", "--lang", "zul")
    base = Collection.objects.get()
    assert said.endswith(
        f"isiZulu Language Dataset (collection {base.pk}): {USABLE} created, 0 skipped, 1 errors\n"
    )
    assert (base.is_global, base.chunking_strategy) == (True, "no-chunking")
    assert names()[:2] == ["transcript_000000", "transcript_000002"]
    item = CollectionItem.objects.order_by("id")[0]
    assert item.content == "Umusho 0 wesi-zul train"
    assert item.metadata == {
        "speaker_id": "s0",
        "gender": "female",
        "age": 30,
        "duration": 2.5,
        "source": VOICES.repository,
        "index": 0,
        "lang_code": "zul",
    }
    query = {"query": "Umusho 33 wesi-zul", "top_k": 1}
    best = admin.post(f"/api/collections/{base.pk}/query/", query).json()["results"][0]
    assert best["name"] == "transcript_000033"
    assert facts_of("dataset.import_started") == {
        "lang_code": "zul",
        "lang_name": "isiZulu",
        "collection_name": "isiZulu Language Dataset",
        "split": "train",
    }
    assert facts_of("dataset.import_completed") == {
        "lang_code": "zul",
        "lang_name": "isiZulu",
        "collection_name": "isiZulu Language Dataset",
        "collection_id": base.pk,
        "created": USABLE,
        "skipped": 0,
        "errors": 1,
    }


def test_a_second_run_and_another_split_double_nothing(
    capsys: pytest.CaptureFixture[str],
) -> None:
    command(capsys, "import_hf_dataset", "--lang", "zul", "--limit", "5")
    again = command(capsys, "import_hf_dataset", "--lang", "zul", "--limit", "8", "--streaming")
    assert "3 created, 4 skipped, 1 errors" in again
    other = command(capsys, "import_hf_dataset", "--lang", "zul", "--split", "dev_test")
    assert "2 created, 0 skipped, 1 errors" in other
    assert names()[-2:] == ["transcript_000000_dev_test", "transcript_000002_dev_test"]
    assert len(names()) == len(set(names())) == Chunk.objects.count() == 9


def test_rows_are_embedded_in_batches(words_embedder: WordsEmbedder) -> None:
    calls: list[int] = []
    embed = words_embedder.embed_passages

    def counting(texts: Sequence[str]) -> Any:
        calls.append(len(texts))
        return embed(texts)

    words_embedder.embed_passages = counting  # type: ignore[method-assign]
    run_import(Wish("voices", "zul"), nothing)
    assert sum(calls) == USABLE
    assert len(calls) == 3


def test_an_import_that_fails_goes_on_where_it_stopped(words_embedder: WordsEmbedder) -> None:
    calls: list[int] = []
    embed = words_embedder.embed_passages

    def failing(texts: Sequence[str]) -> Any:
        calls.append(len(texts))
        if len(calls) == 3:
            raise ProviderUnavailable("The embedder is away.")
        return embed(texts)

    words_embedder.embed_passages = failing  # type: ignore[method-assign]
    task = tasks.start_import(Wish("voices", "zul"))
    run_all()
    stored = CollectionItem.objects.count()
    assert 0 < stored < USABLE
    assert not Event.objects.filter(type="dataset.import_failed").exists()
    run_to_the_end()
    task.refresh_from_db()
    assert (task.status, task.attempt) == ("SUCCESS", 2)
    assert task.result is not None
    assert (task.result["created"], task.result["skipped"]) == (USABLE - stored, stored)
    assert len(names()) == len(set(names())) == Chunk.objects.count() == USABLE


def test_a_cancelled_import_stores_no_further_batch() -> None:
    class Enough(Exception):
        pass

    seen: list[int] = []

    def guard(tally: Any) -> None:
        seen.append(tally.seen)
        if len(seen) == 2:
            raise Enough

    with pytest.raises(Enough):
        run_import(Wish("voices", "zul"), guard)
    assert CollectionItem.objects.count() == Chunk.objects.count() == 63


def test_all_ten_languages_are_queued_each_as_a_job_of_its_own(
    capsys: pytest.CaptureFixture[str],
) -> None:
    command(capsys, "import_hf_dataset", "--lang", "all", "--async", "--limit", "2")
    run_all()
    first = Task.objects.get(kind=tasks.ALL_VOICES_KIND)
    languages = list(VOICE_LANGUAGES)
    assert first.result == {"status": "queued", "languages": languages, "count": 10}
    each = Task.objects.filter(kind=tasks.VOICES_KIND).order_by("id")
    assert [task.params["lang_code"] for task in each] == languages
    assert all(task.status == "SUCCESS" for task in each)
    assert Job.objects.count() == 11
    assert Collection.objects.count() == 10
    assert facts_of("dataset.batch_import_started") == {
        "languages": languages,
        "split": "train",
        "limit": 2,
    }


def test_facts_are_taken_in_the_language_that_was_asked_for(
    capsys: pytest.CaptureFixture[str],
) -> None:
    said = command(capsys, "import_knowledge_base_projection", "--lang", "xho")
    assert "isiXhosa Knowledge Base" in said
    assert "4 created, 0 skipped, 0 errors" in said
    items = CollectionItem.objects.order_by("id")
    assert [item.content for item in items] == [f"Fact {number} in xho" for number in range(4)]
    assert names()[0] == "kb_projection_xho_000001"
    assert items[0].metadata["source"] == PROJECTION.repository
    assert Event.objects.filter(type="dataset.kb_import_completed").count() == 1


def test_aligned_translations_stand_side_by_side(capsys: pytest.CaptureFixture[str]) -> None:
    said = command(capsys, "import_aligned_translations", "--languages", "english", "afrikaans")
    assert "Aligned Translations (English, Afrikaans)" in said
    assert "3 created, 0 skipped, 1 errors" in said
    item = CollectionItem.objects.order_by("id")[1]
    assert item.content == "English: Where does it hurt?\n\nAfrikaans: Waar is dit seer?"
    assert item.metadata["text_eng"] == "Where does it hurt?"
    assert item.metadata["text_afr"] == "Waar is dit seer?"


def test_rows_of_very_different_length_are_left_out_when_asked(
    capsys: pytest.CaptureFixture[str],
) -> None:
    words = ("import_aligned_translations", "--verify-alignment", "--collection", "Checked")
    assert "2 created, 0 skipped, 2 errors" in command(capsys, *words)
    wide = (*words, "--max-length-ratio", "20")
    assert "1 created, 2 skipped, 1 errors" in command(capsys, *wide)


def test_aligned_translations_as_a_task(capsys: pytest.CaptureFixture[str]) -> None:
    command(capsys, "import_aligned_translations", "--async", "--limit", "2")
    run_all()
    task = Task.objects.get()
    assert task.result is not None
    assert (task.result["status"], task.result["created"]) == ("success", 2)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("import_hf_dataset", "--lang", "eng"), "invalid choice"),
        (("import_hf_dataset",), "--lang"),
        (("import_hf_dataset", "--lang", "zul", "--split", "test"), "invalid choice"),
        (("import_hf_dataset", "--lang", "zul", "--limit", "0"), "at least 1"),
        (("import_hf_dataset", "--lang", "all"), "needs --async"),
        (("import_hf_dataset", "--lang", "zul", "--async", "--hf-token", "t"), "HF_TOKEN"),
        (("import_knowledge_base_projection", "--lang", "afr"), "invalid choice"),
        (("import_knowledge_base_projection", "--lang", "zul", "--split", "no"), "no split 'no'"),
        (("import_aligned_translations", "--languages", "english"), "two languages"),
        (("import_aligned_translations", "--min-length-ratio", "4"), "below"),
        (("reindex_collection", "2000000000"), "no collection"),
        (("reembed_everything", "--collection", "None such"), "no collection"),
    ],
)
def test_wrong_flags_are_explained_and_store_nothing(words: tuple[str, ...], says: str) -> None:
    with pytest.raises(CommandError, match=says):
        call_command(*words)
    assert not CollectionItem.objects.exists()
    assert not Task.objects.exists()


def test_a_patients_context_is_not_filled_with_a_data_set(admin: Person) -> None:
    body = {"name": "Ctx", "description": "One", "collection_type": "patient_context"}
    admin.post("/api/collections/", body)
    with pytest.raises(CommandError, match="patient's context"):
        call_command("import_hf_dataset", "--lang", "zul", "--collection", "Ctx")


def test_a_part_that_is_not_there_fails_once_and_says_so(
    shelf: Path, settings: Settings, tmp_path: Path
) -> None:
    empty = tmp_path / "shelf" / VOICES.repository
    empty.mkdir(parents=True)
    (empty / "README.md").write_text((shelf / PROJECTION.repository / "README.md").read_text())
    (empty / "train.jsonl").write_text('{"text": "a"}\n')
    update = {"bureau_datasets_dir": str(tmp_path / "shelf")}
    settings.ENV = settings.ENV.model_copy(update=update)
    tasks.start_import(Wish("voices", "zul"))
    run_to_the_end()
    task = Task.objects.get()
    assert (task.status, task.attempt) == ("FAILED", 1)
    assert "has no part 'zul'" in task.error_message
    assert facts_of("dataset.import_failed")["lang_code"] == "zul"


class TestRebuilding:
    def test_everything_or_only_what_cannot_be_found_is_embedded_again(
        self, capsys: pytest.CaptureFixture[str], words_embedder: WordsEmbedder
    ) -> None:
        command(capsys, "import_hf_dataset", "--lang", "afr")
        base = Collection.objects.get()
        CollectionItem.objects.filter(name_index="transcript_000000").update(indexed_version=0)
        words_embedder.passages = 0
        assert "0 text(s)" not in command(capsys, "reembed_everything")
        assert words_embedder.passages == 1
        assert "0 text(s) embedded" in command(capsys, "reembed_everything")
        command(capsys, "reembed_everything", "--all", "--collection", base.name)
        assert words_embedder.passages == 2
        said = command(capsys, "reindex_collection", str(base.pk), "--dry-run")
        assert "1 item(s), 1 passage(s) would be rebuilt" in said
        assert words_embedder.passages == 2
        assert "1 text(s) rebuilt" in command(capsys, "reindex_collection", str(base.pk))
        assert words_embedder.passages == 3
        assert Chunk.objects.count() == 1

    def test_as_tasks(self, capsys: pytest.CaptureFixture[str]) -> None:
        command(capsys, "import_hf_dataset", "--lang", "afr")
        command(capsys, "reembed_everything", "--all", "--async")
        run_all()
        task = Task.objects.get()
        assert task.result == {"status": "success", "texts": 1, "files": 0}

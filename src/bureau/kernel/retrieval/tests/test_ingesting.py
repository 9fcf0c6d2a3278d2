"""From an upload to searchable passages: what is kept, what is repeated, what survives a stop."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from bureau.kernel.errors import Conflict, InvalidInput
from bureau.kernel.files.models import StoredFile
from bureau.kernel.jobs.models import Task
from bureau.kernel.jobs.runner import run_task
from bureau.kernel.jobs.status import TaskStatus
from bureau.kernel.retrieval import ingestion, services
from bureau.kernel.retrieval.chunking import passages
from bureau.kernel.retrieval.models import (
    Chunk,
    ChunkVector,
    Collection,
    Document,
    DocumentState,
    Page,
)
from bureau.kernel.retrieval.parsing.headings import is_contents
from bureau.kernel.retrieval.parsing.pages import ParsedPage
from bureau.kernel.retrieval.search import Passage, embed_question, search
from bureau.kernel.retrieval.tests import papers
from bureau.kernel.retrieval.tests.conftest import People
from bureau.kernel.retrieval.tests.words_embedder import WordsEmbedder

PUMP = "The pump runs at 12.5 °C (+/- 5 %) and 24 V."
VALVE = "Close the valve before the filter is changed."


@pytest.fixture
def shelf(words_embedder: WordsEmbedder, person: People) -> Collection:
    return services.create_collection(desk="test", name="shelf", owner=person())


def add(shelf: Collection, content: bytes, name: str, **more: Any) -> Document:
    more.setdefault("language", "en")
    upload = SimpleUploadedFile(name, content)
    return services.add_document(shelf, file=upload, actor=shelf.owner, **more)


def processed(document: Document) -> Document:
    assert document.task
    run_task(document.task.pk)
    return Document.objects.select_related("task").get(pk=document.pk)


def found(shelf: Collection, text: str) -> list[Passage]:
    return search(embed_question(text), [shelf.pk])


def test_a_pdf_is_found_by_its_page_and_its_exact_characters(shelf: Collection) -> None:
    document = processed(add(shelf, papers.pdf(PUMP, VALVE), "pump_manual-2.pdf"))
    assert (document.state, document.page_count, document.title) == ("READY", 2, "pump manual 2")
    best = found(shelf, "When do I close the valve?")[0]
    assert (best.page, best.document_id, best.text) == (2, document.pk, VALVE)
    page = Page.objects.get(document=document, number=2)
    assert page.text[best.start : best.end] == best.text
    assert "12.5 °C (+/- 5 %) and 24 V" in found(shelf, "pump runs at")[0].text


@pytest.mark.needs("tesseract")
def test_a_scan_is_read_as_pictures(shelf: Collection) -> None:
    document = processed(add(shelf, papers.scanned_pdf("The valve is made of brass."), "scan.pdf"))
    assert document.state == "READY", document.failure_reason
    page = Page.objects.get(document=document)
    assert page.by_ocr
    assert [(one["kind"], one["pages"]) for one in document.notes] == [("READ_BY_OCR", [1])]
    assert "valve is made of brass" in found(shelf, "brass valve")[0].text


@pytest.mark.parametrize(
    ("name", "content"),
    [
        (
            "manual.docx",
            papers.docx(("berschrift1", "Upkeep"), ("", PUMP), prologue="<!-- ä -->"),
        ),
        (
            "manual.html",
            f"<!doctype html><body><h2>Upkeep</h2><p>{PUMP}<script>no()</script>".encode(),
        ),
        ("manual.md", f"# Upkeep\n\n{PUMP}\n\n```\n# no heading\n```\n".encode()),
        ("manual.txt", f"2.1 Upkeep\n\n{PUMP}\n".encode("latin-1")),
    ],
)
def test_every_format_keeps_headings_and_signs(
    shelf: Collection, name: str, content: bytes
) -> None:
    document = processed(add(shelf, content, name))
    assert (document.state, document.page_count) == ("READY", None), document.failure_reason
    best = found(shelf, "At what temperature does the pump run?")[0]
    assert PUMP in best.text
    assert best.section.endswith("Upkeep")
    assert "no()" not in best.text


def test_what_the_reader_left_out_is_kept_with_the_document(shelf: Collection) -> None:
    deleted = "<w:p><w:del><w:r><w:delText>500 mg</w:delText></w:r></w:del></w:p>"
    document = processed(add(shelf, papers.docx(("", PUMP), body=deleted), "a.docx"))
    (note,) = document.notes
    assert (note["kind"], note["count"], note["pages"]) == ("DELETED_TEXT", 1, [])
    assert note["message"] == "1 deletion that is marked as a change was left out."
    assert processed(add(shelf, papers.pdf(PUMP), "a.pdf")).notes == []


def test_the_same_content_is_kept_once(shelf: Collection) -> None:
    first = add(shelf, papers.pdf(PUMP), "a.pdf")
    kept = StoredFile.objects.count()
    upload = SimpleUploadedFile("b.pdf", open_bytes(first))
    again = services.add_document(shelf, file=upload, language="en", actor=shelf.owner)
    assert again.pk == first.pk
    assert (Document.objects.count(), StoredFile.objects.count()) == (1, kept)


def open_bytes(document: Document) -> bytes:
    from bureau.kernel.files.services import open_file

    assert document.file
    with open_file(document.file) as content:
        return bytes(content.read())


def test_processing_again_replaces_the_passages_and_shows_the_old_ones_until_then(
    shelf: Collection,
) -> None:
    document = processed(add(shelf, f"{PUMP}\n".encode(), "a.txt"))
    before = set(Chunk.objects.values_list("id", flat=True))
    again = services.reprocess_document(document)
    assert {one.chunk_id for one in found(shelf, "pump")} == before
    with pytest.raises(Conflict):
        services.reprocess_document(document)
    assert processed(again).state == DocumentState.READY
    assert Chunk.objects.count() == len(before)
    assert before.isdisjoint(one.chunk_id for one in found(shelf, "pump"))


def test_a_stopped_ingestion_goes_on_where_it_was(
    shelf: Collection, words_embedder: WordsEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ingestion, "CHUNKS_AT_ONCE", 1)
    monkeypatch.setattr(ingestion, "PAGES_AT_ONCE", 1)
    # long enough not to be taken for scans
    texts = [
        f"Page {number} of the manual. " + word * 3
        for number, word in enumerate(["ab ", "cd ", "ef "])
    ]
    document = add(shelf, papers.pdf(*texts), "a.pdf")
    real, reads = ingestion.copy_vectors, []

    def fail_once(*arguments: Any) -> None:
        if not reads:
            reads.append(words_embedder.passages)
            raise services.Conflict("stopped")
        real(*arguments)

    monkeypatch.setattr(ingestion, "copy_vectors", fail_once)
    assert processed(document).state == DocumentState.FAILED
    pages = list(Page.objects.values_list("pk", flat=True))
    assert len(pages) == 3
    assert document.task
    Task.objects.filter(pk=document.task.pk).update(status=TaskStatus.PENDING)
    assert processed(document).state == DocumentState.READY
    assert list(Page.objects.values_list("pk", flat=True)) == pages
    assert words_embedder.passages == 4


def test_a_deleted_document_leaves_nothing_and_stops_its_task(shelf: Collection) -> None:
    document = processed(add(shelf, papers.pdf(PUMP), "a.pdf"))
    waiting = add(shelf, papers.pdf(VALVE), "b.pdf")
    services.delete_document(document)
    services.delete_document(waiting)
    assert not any(
        table.objects.exists() for table in (Document, Chunk, ChunkVector, Page, StoredFile)
    )
    shelf.refresh_from_db()
    assert shelf.chunk_count == 0
    assert waiting.task
    run_task(waiting.task.pk)
    assert Task.objects.get(pk=waiting.task.pk).status == TaskStatus.CANCELLED


def test_what_is_no_document_is_refused_and_leaves_nothing(shelf: Collection) -> None:
    sound = b"ID3\x04" + bytes(40)
    for content, name, told in ((sound, "a.pdf", "a Word document"), (b"", "a.txt", "empty")):
        with pytest.raises(InvalidInput, match=told):
            add(shelf, content, name)
    with pytest.raises(InvalidInput):
        services.add_document(shelf, text=" ")
    assert not Document.objects.exists()
    assert not StoredFile.objects.exists()


SCANNED_CONTENTS = """Hierarchy Standard
3.16.1. Purpose
3.16.2. Requirements .
3.16.3. Specific Options ..............ccceeee
4. The /usr Hierarchy ....
4.1. Purpose ......
4.2. Requirements wee
4.3. /usr/share/color : Colour management (optional) ..
"""
CLAUSES = """3.1 The supplier delivers within 10 days.
3.2 The buyer pays within 30 days.
3.3 A discount of 2 % is given within 14 days.
3.4 Interest is due after that.
3.5 Signed: .........
"""


def test_a_table_of_contents_is_told_from_numbered_clauses_and_both_are_kept() -> None:
    def cut(text: str) -> list[str]:
        return [one.text for one in passages([ParsedPage(1, text)], size=1_000, overlap=0)]

    assert is_contents(SCANNED_CONTENTS)
    assert not is_contents(CLAUSES)
    # both are kept; what is a table of contents comes behind everything else
    assert all(cut(text) for text in (SCANNED_CONTENTS, CLAUSES))


LISTS = {
    "telephones": "Internal telephone list\nReception 1200\nPharmacy 1305\nRadiology 1418\nKitchen 1602\nGate 1611\n",
    "prices": "Price list\nBed per night 40\nMeal 8\nParking per day 8\nTelephone per week 6\nWashing 12\n",
    "results": "Laboratory\nSodium 139\nPotassium 4\nUrea 31\nGlucose 98\nCreatinine 71\nAlbumin 42\n",
}
CONTENTS = "Contents\nSafety 3\nMounting 5\nWiring 9\nNetwork 12\nUpkeep 20\nParts 31\n"
INDEX = "abscess, 12, 45\nasthma, 3, 19\nbandage, 7\nbruise, 4, 22-23\nburns, 15, 31\ncough, 9\n"


@pytest.mark.parametrize("name", LISTS)
def test_lists_whose_lines_end_in_numbers_are_no_table_of_contents(name: str) -> None:
    assert not is_contents(LISTS[name])
    cuts = list(passages([ParsedPage(1, LISTS[name])], size=1_000, overlap=0))
    assert LISTS[name].split("\n")[2] in "".join(cut.text for cut in cuts)


def test_contents_and_indexes_are_told_by_their_form() -> None:
    assert is_contents(CONTENTS)
    assert is_contents(INDEX)

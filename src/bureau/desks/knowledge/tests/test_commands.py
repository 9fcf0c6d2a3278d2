"""The desk's commands do what their flags say."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command

from bureau.desks.knowledge import demo, sample
from bureau.desks.knowledge.access import Reader
from bureau.desks.knowledge.models import Conversation, Message
from bureau.desks.knowledge.services import seeding
from bureau.desks.knowledge.services.filing import filed
from bureau.desks.knowledge.services.finding import find
from bureau.desks.knowledge.tests.desk import Person, nobody, run_waiting
from bureau.kernel.retrieval.models import Chunk, Document, DocumentState
from bureau.kernel.retrieval.tests import papers

TINY = seeding.Size(2, 4, 3, (3, 5))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "files" / "Ethernet Splitter - X100"
    place.mkdir(parents=True)
    (place / "bedienungsanleitung_v2.txt").write_text("Die Pumpe läuft mit 24 V. " * 3)
    (tmp_path / "files" / "price list.pdf").write_bytes(papers.pdf("The pump costs 40 euros."))
    (tmp_path / "files" / "broken.pdf").write_bytes(papers.pdf("A page.")[:200])
    (tmp_path / "files" / "photo.png").write_bytes(b"no document")
    return tmp_path / "files"


def titles() -> set[str]:
    return set(Document.objects.values_list("title", flat=True))


@pytest.mark.django_db
def test_a_folder_is_uploaded_read_and_replaced(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("batch_upload_documents", str(folder), dry_run=True)
    assert titles() == set()
    with pytest.raises(CommandError):
        call_command("batch_upload_documents", str(folder), process=True)
    assert "Uploaded: 2, Skipped: 0, Failed: 1" in capsys.readouterr().out
    manual = Document.objects.get(title="X100 - bedienungsanleitung v2")
    assert (manual.state, manual.language) == (DocumentState.READY, "de")
    assert manual.metadata == {"document_type": "manual", "product_line": "DMX Splitter"}
    (folder / "price list.pdf").write_bytes(papers.pdf("The pump costs 50 euros."))
    (folder / "broken.pdf").unlink()
    call_command("batch_upload_documents", str(folder))
    assert "Skipped: 2" in capsys.readouterr().out
    call_command("batch_upload_documents", str(folder), overwrite=True)
    texts = set(Chunk.objects.filter(document__title="price list").values_list("text", flat=True))
    assert texts == {"The pump costs 50 euros."}
    # a replacement that cannot be read leaves the old one where it is
    (folder / "price list.pdf").write_bytes(papers.pdf("A page.")[:200])
    with pytest.raises(CommandError):
        call_command("batch_upload_documents", str(folder), overwrite=True)
    assert Chunk.objects.filter(text="The pump costs 50 euros.").exists()


def test_a_name_tells_type_line_and_title() -> None:
    root = Path("/manuals")
    about = filed(root / "DIN Rail Dimmer - RD-4" / "RD4_Datenblatt.pdf", root)
    assert (about.document_type, about.product_line) == ("datasheet", "DIN Rail")
    assert filed(root / "notes.pdf", root).product_line == "General"


@pytest.mark.django_db
def test_waiting_and_failed_documents_are_processed_all_of_them(
    ana: Person, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in range(3):
        answer = ana.client.post(
            "/api/documents/upload/",
            {"file": SimpleUploadedFile("a.txt", f"Text {number} of the pump.".encode())},
        )
        assert answer.status_code == 201
    count = 3
    call_command("process_documents", batch_size=1)
    assert Document.objects.filter(state=DocumentState.READY).count() == count
    assert f"Documents: {count}" in capsys.readouterr().out
    call_command("process_documents")
    assert "Documents: 0" in capsys.readouterr().out
    one = Document.objects.latest("created_at")
    call_command("process_documents", document_id=one.pk, reprocess=True)
    assert "ready 1" in capsys.readouterr().out


@pytest.mark.django_db
def test_seeds_are_marked_made_once_and_cleared(
    monkeypatch: pytest.MonkeyPatch, environment: Any
) -> None:
    monkeypatch.setitem(seeding.SIZES, "small", TINY)
    for _ in range(2):
        call_command("seed_database", documents_only=True)
        assert Document.objects.filter(title__startswith="[SEED]").count() == 2
    assert Chunk.objects.count() >= 2 * TINY.passages - 2
    call_command("seed_database", conversations_only=True)
    assert Conversation.objects.count() == 3
    assert all(one.citations for one in Message.objects.filter(role="assistant"))
    call_command("seed_database", clear=True, conversations_only=True)
    assert Conversation.objects.count() == 3
    seeding.clear_documents()
    call_command("seed_database", clear=True, documents_only=True)
    environment(https_only=True)
    with pytest.raises(CommandError, match="production"):
        call_command("seed_database")


def test_an_invented_manual_is_the_same_each_time() -> None:
    assert sample.manual(3, 20) == sample.manual(3, 20) != sample.manual(4, 20)


def test_questions_of_ones_own_are_measured(
    ana: Person, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ana.upload("boiler.md", demo.BOILER.encode())
    lines = [
        {"question": "How often must the filter be washed?", "document": "boiler"},
        {"question": "How long is the warranty period?", "document": "boiler"},
        {"question": "What is the capital of Mongolia?"},
    ]
    file = tmp_path / "questions.jsonl"
    file.write_text("\n".join(map(json.dumps, lines)))
    call_command("rag_eval", str(file), user="ana", json=True, min_recall=1.0, min_refusal=1.0)
    figures = json.loads(capsys.readouterr().out)
    assert figures == {
        "questions": 3,
        "recall@10": 1.0,
        "right_page_cited": 1.0,
        "supported_answers": 1.0,
        "wrongly_refused": 0.0,
        "refusal_rate": 1.0,
    }
    # nobody sees ana's document: everything is refused
    with pytest.raises(CommandError, match="recall"):
        call_command("rag_eval", str(file), min_recall=0.5)
    file.write_text('{"question": 1}')
    with pytest.raises(CommandError, match="Line 1"):
        call_command("rag_eval", str(file))


@pytest.mark.django_db
def test_the_demonstration_answers_everybody() -> None:
    facts = demo.seed()
    run_waiting()
    assert len(facts["documents"]) == 2
    content = nobody().ask(facts["ask"])["message"]["content"]
    assert "every 30 days at no more than 40 °C" in content
    found = find(Reader(), "Wie lange darf man vor dem Haus parken?", "de")
    assert "2 Stunden" in found.relevant[0].passage.text


def test_a_person_can_take_away_and_remove_what_is_theirs(ana: Person, ben: Person) -> None:
    from bureau.desks.knowledge import privacy
    from bureau.kernel.vault.shredders import Person as Subject

    for who in (ana, ben):
        who.upload(f"of {who.user}.txt", f"The word of {who.user} is plum.".encode())
        who.ask("What is the word?")
    told = json.dumps(privacy.export(Subject(username="Ana")))
    assert "What is the word?" in told
    assert "ben" not in told
    assert json.dumps(privacy.export(Subject(email="ANA@example.org "))) == told
    assert privacy.export(Subject(phone="+977 9841234567")) == []
    assert privacy.erase(Subject(email="ana@example.org")) == 2
    assert privacy.export(Subject(username="ana")) == []
    assert len(privacy.export(Subject(username="ben"))) == 2

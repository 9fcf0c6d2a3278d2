"""Documents that are broken, locked, enormous or hostile: FAILED with a reason, the worker alive."""

from __future__ import annotations

import zlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from bureau.kernel.errors import InvalidInput, TooLarge
from bureau.kernel.jobs.models import Task
from bureau.kernel.jobs.runner import run_task
from bureau.kernel.retrieval import services
from bureau.kernel.retrieval.models import Chunk, Collection, Document, DocumentState
from bureau.kernel.retrieval.parsing import limits
from bureau.kernel.retrieval.tests import papers
from bureau.kernel.retrieval.tests.conftest import People
from bureau.kernel.retrieval.tests.words_embedder import WordsEmbedder


@pytest.fixture
def shelf(words_embedder: WordsEmbedder, person: People) -> Collection:
    return services.create_collection(desk="test", name="shelf", owner=person())


def processed(shelf: Collection, name: str, content: bytes) -> Document:
    upload = SimpleUploadedFile(name, content)
    document = services.add_document(shelf, file=upload, language="en", actor=shelf.owner)
    assert document.task
    run_task(document.task.pk)
    return Document.objects.select_related("task").get(pk=document.pk)


def objects_pdf(*objects: bytes, pages: str = "[3 0 R]", count: int = 1) -> bytes:
    """A PDF written by hand: catalogue, page tree, then these objects from number 3 on."""
    head = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Kids{pages}/Count {count}>>".encode(),
    ]
    body, offsets = b"%PDF-1.4\n", []
    for number, content in enumerate([*head, *objects], 1):
        offsets.append(len(body))
        body += f"{number} 0 obj\n".encode() + content + b"\nendobj\n"
    table = b"".join(f"{offset:010d} 00000 n \n".encode() for offset in offsets)
    size = len(offsets) + 1
    return (
        body
        + f"xref\n0 {size}\n0000000000 65535 f \n".encode()
        + table
        + f"trailer<</Size {size}/Root 1 0 R>>\nstartxref\n{len(body)}\n%%EOF".encode()
    )


def many_pages(count: int) -> bytes:
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>"
    kids = "[" + " ".join(f"{number} 0 R" for number in range(3, count + 3)) + "]"
    return objects_pdf(*[page] * count, pages=kids, count=count)


def flate_bomb(megabytes: int) -> bytes:
    """A page whose content unpacks to very much, packed twice."""
    content = zlib.compress(b"q " * (megabytes << 19), 9)
    stream = zlib.compress(content, 9)
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]/Contents 4 0 R>>"
    head = f"<</Length {len(stream)}/Filter[/FlateDecode/FlateDecode]>>".encode()
    return objects_pdf(page, head + b"stream\n" + stream + b"\nendstream")


ENTITY = (
    '<!DOCTYPE w:document [<!ENTITY x SYSTEM "file:///etc/passwd">'
    '<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
)
FAILING = {
    "encrypted.pdf": (papers.pdf("secret", encrypt="a password"), "ENCRYPTED"),
    "truncated.pdf": (papers.pdf("A page of text.")[:300], "DAMAGED"),
    "noise.pdf": (b"%PDF-1.7\n" + bytes(range(256)) * 40, "DAMAGED"),
    "many.pdf": (many_pages(10_000), "TOO_LARGE"),
    "blank.pdf": (papers.pdf(""), "EMPTY"),
    "xxe.docx": (papers.docx(prologue=ENTITY, body="<w:p><w:r><w:t>&x;</w:t></w:r></w:p>"), ""),
    "laughs.docx": (
        papers.docx(prologue=ENTITY, body="<w:p><w:r><w:t>&b;</w:t></w:r></w:p>"),
        "",
    ),
    "bomb.docx": (
        papers.archive({"word/document.xml": b" " * (limits.MAX_XML_BYTES + 10)}),
        "TOO_LARGE",
    ),
    "hollow.docx": (papers.archive({"word/document.xml": b"<x/>"}), "DAMAGED"),
    "endless.txt": (b"word " * (limits.MAX_CHARACTERS // 5 + 10), "TOO_LARGE"),
}


@pytest.mark.parametrize("name", FAILING)
def test_it_fails_with_a_reason_and_the_next_one_is_read(shelf: Collection, name: str) -> None:
    content, reason = FAILING[name]
    document = processed(shelf, name, content)
    assert document.state == DocumentState.FAILED
    assert document.failure_code == (reason or "FORBIDDEN_XML")
    assert document.failure_reason.endswith(".")
    assert "root:" not in document.failure_reason
    assert document.task
    assert Task.objects.get(pk=document.task.pk).error_code == "DOCUMENT_UNREADABLE"
    assert not Chunk.objects.exists()
    assert processed(shelf, "next.txt", b"The next one is fine.").state == DocumentState.READY


def test_a_page_that_unpacks_to_very_much_costs_no_more_than_its_child(shelf: Collection) -> None:
    content = flate_bomb(600)
    assert len(content) < 10_000
    document = processed(shelf, "bomb.pdf", content)
    assert document.state == DocumentState.FAILED
    assert document.failure_code in {"DAMAGED", "EMPTY", "TIMEOUT", "TOO_LARGE"}


def test_what_is_over_the_upload_limit_is_refused_at_once(
    shelf: Collection, settings: object
) -> None:
    upload = SimpleUploadedFile("large.txt", b"A")
    upload.size = 100 * 1024**2
    with pytest.raises(TooLarge):
        services.add_document(shelf, file=upload, actor=shelf.owner)
    for content in (b"MZ\x90\x00" + bytes(100), b"PK\x03\x04" + bytes(40), b"GIF89a" + bytes(9)):
        with pytest.raises(InvalidInput):
            services.add_document(shelf, file=SimpleUploadedFile("a.pdf", content))
    assert not Document.objects.exists()

"""Race `manuals`: three real manuals over HTTP, one of them as pictures only, and questions.

The manuals come from Debian's documentation packages (apt-get download), or from a folder that
`BENCHMARK_MANUALS` names. Whether a quote stands on its page is checked by reading the PDF here.
"""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pypdfium2
from rapidfuzz import fuzz

from benchmarks.ground import REPOSITORY, Ground, Installation
from benchmarks.report import Table

PACKAGES = {
    "developers-reference": "usr/share/developers-reference/developers-reference.pdf",
    "maint-guide": "usr/share/doc/maint-guide/maint-guide.en.pdf",
    "debian-policy": "usr/share/doc/debian-policy/fhs/fhs-3.0.pdf.gz",
}
# the one that becomes pictures
SCANNED = "debian-policy"
PATIENCE = 1_800.0
# a scan's words are compared with the text of the original: tesseract may miss a sign
ALMOST = 95
AIM = "at least 9 of 10"
# in four languages, with questions that none of the manuals answers
CASES = Path(__file__).with_name("manuals.jsonl")
FIGURES = {
    "recall@10": "right page among the ten found",
    "right_page_cited": "right page cited",
    "supported_answers": "answers whose every quote stands",
    "wrongly_refused": "refused though a page answers",
    "refusal_rate": "refused where no page answers",
}


class Asked(NamedTuple):
    """A question, the manual that answers it and the page."""

    manual: str
    page: int
    text: str


def questions() -> list[Asked]:
    """The English questions that the manuals answer."""
    cases = map(json.loads, CASES.read_text(encoding="utf-8").splitlines())
    return [
        Asked(case["document"], case["pages"][0], case["question"])
        for case in cases
        if case["language"] == "en" and "document" in case
    ]


def run(ground: Ground) -> Table:
    """Upload, ask, and look every quote up in the PDF."""
    manuals = fetched(ground.folder / "manuals")
    installation = ground.installation()
    headers = {"Authorization": f"Bearer {installation.access_token('analyst')}"}
    table = Table("manuals: three real manuals, one as pictures only, ten questions")
    with httpx.Client(base_url=installation.url, headers=headers, timeout=120) as client:
        for name, path in manuals.items():
            upload = scanned(path) if name == SCANNED else path
            _add_reading(table, name, *_read(client, name, upload))
        answers = [(asked, _answer(client, asked)) for asked in questions()]
    _add_figures(table, manuals, answers)
    _add_evaluation(table, installation)
    return table


def fetched(folder: Path) -> dict[str, Path]:
    """The manuals as PDFs."""
    given = os.environ.get("BENCHMARK_MANUALS")
    if given:
        return {name: Path(given) / f"{name}.pdf" for name in PACKAGES}
    folder.mkdir()
    # apt drops its rights for a download and needs a folder that it may write to
    folder.chmod(0o777)
    subprocess.run(["apt-get", "download", *PACKAGES], cwd=folder, check=True, capture_output=True)
    return dict(_unpacked(folder))


def _unpacked(folder: Path) -> Iterator[tuple[str, Path]]:
    for name, inside in PACKAGES.items():
        package = next(folder.glob(f"{name}_*.deb"))
        subprocess.run(["dpkg-deb", "-x", package, folder / name], check=True)
        source, target = folder / name / inside, folder / f"{name}.pdf"
        content = source.read_bytes()
        target.write_bytes(gzip.decompress(content) if source.suffix == ".gz" else content)
        yield name, target


def scanned(path: Path) -> Path:
    """The same pages as pictures only."""
    pages = [page.render(scale=200 / 72).to_pil().convert("L") for page in _pages(path)]
    target = path.with_suffix(".scan.pdf")
    pages[0].save(target, "PDF", resolution=200, save_all=True, append_images=pages[1:])
    return target


def _pages(path: Path) -> Any:
    return pypdfium2.PdfDocument(path)


def _read(client: httpx.Client, name: str, path: Path) -> tuple[dict[str, Any], float]:
    started = time.monotonic()
    with path.open("rb") as content:
        files = {"file": (f"{name}.pdf", content)}
        fields = {"title": name, "language": "en", "document_type": "manual"}
        answer = client.post("/api/documents/upload/", data=fields, files=files)
    answer.raise_for_status()
    while time.monotonic() - started < PATIENCE:
        document = client.get(f"/api/documents/{answer.json()['id']}/").json()
        if document["state"] in ("READY", "FAILED"):
            return document, time.monotonic() - started
        time.sleep(1)
    raise SystemExit(f"{name} was not read in {PATIENCE:.0f} s")


def _answer(client: httpx.Client, asked: Asked) -> dict[str, Any]:
    answer = client.post("/api/chat/", json={"message": asked.text, "language": "auto"})
    answer.raise_for_status()
    message: dict[str, Any] = answer.json()["message"]
    return message


def _add_reading(table: Table, name: str, document: dict[str, Any], seconds: float) -> None:
    if document["state"] != "READY":
        raise SystemExit(f"{name} was not read: {document['failure_reason']}")
    pages, what = document["page_count"], "pictures" if name == SCANNED else "text"
    table.add(
        f"{name}: {pages} pages of {what}, {document['chunk_count']} passages", f"{seconds:.0f} s"
    )


def _add_figures(
    table: Table, manuals: dict[str, Path], answers: list[tuple[Asked, dict[str, Any]]]
) -> None:
    cited = first = quotes = found = 0
    for asked, message in answers:
        places = [(one["document_title"], one["page_number"]) for one in message["citations"]]
        cited += (asked.manual, asked.page) in places
        first += places[:1] == [(asked.manual, asked.page)]
        for one in message["citations"]:
            quotes += 1
            if stands(manuals[one["document_title"]], one):
                found += 1
            else:
                table.notes.append(
                    f"not found on its page: {one['document_title']}: {one['quote']}"
                )
        if (asked.manual, asked.page) not in places:
            table.notes.append(f"{asked.text} cited {places}, expected page {asked.page}")
    table.add("right page cited", f"{cited} of {len(answers)}", "", AIM)
    table.add("  as the first citation", f"{first} of {len(answers)}")
    table.add("quotes found on their page of the PDF", f"{found} of {quotes}", "", "all")
    table.notes.append(
        f"quotes are compared without white space and hyphens; those of the scan with the text of "
        f"the original, {ALMOST} % alike or more"
    )


def _add_evaluation(table: Table, installation: Installation) -> None:
    """What `rag_eval` says of questions in four languages, without a language model."""
    command = [sys.executable, "-m", "bureau.cli", "manage", "rag_eval", str(CASES)]
    done = subprocess.run(
        [*command, "--user", "analyst", "--json"],
        cwd=REPOSITORY,
        env={**os.environ, **installation.environment()},
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    found = json.loads(done.stdout.splitlines()[-1])
    for name, told in FIGURES.items():
        table.add(f"rag_eval, {found['questions']} questions: {told}", f"{found[name]:.3f}")


def stands(path: Path, citation: dict[str, Any]) -> bool:
    """Whether the quote is on the page it names, by the PDF's own text."""
    text = _bare(_pages(path)[citation["page_number"] - 1].get_textpage().get_text_bounded())
    quote = _bare(citation["quote"])
    exact = quote in text
    almost = citation["document_title"] == SCANNED and fuzz.partial_ratio(quote, text) >= ALMOST
    return exact or almost


def _bare(text: str) -> str:
    dropped = "\x02\ufffe-\u00ad\u2010\u2011"
    return "".join(char for char in text if not char.isspace() and char not in dropped)

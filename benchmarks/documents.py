"""How much of documents that nobody here made is kept: words, against an independent reader.

Files are those that the machine's own packages ship (BENCH_FILES names other folders, apart by
colons). A PDF is compared with `pdftotext`, an office file with `pandoc`, each where it is
installed. Bureau's readers are asked without the child that confines them. Files without a text
layer are left out, since there is nothing to compare a scan with.
"""

from __future__ import annotations

import gzip
import os
import re
import shutil
import site
import subprocess
import sys
import tempfile
import time
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks.ground import Ground
from benchmarks.report import Table
from bureau.kernel.retrieval.parsing.pages import ParsedPage, Unreadable
from bureau.kernel.retrieval.parsing.readers import parts_of

FORMATS = {
    ".pdf": "pdf",
    ".docx": "docx",
    ".docm": "docx",
    ".odt": "odt",
    ".rtf": "rtf",
    ".epub": "epub",
    ".pptx": "pptx",
    ".html": "html",
}
PANDOC = {"docx": "docx", "odt": "odt", "rtf": "rtf", "epub": "epub", "html": "html"}
# a list of files; more of one ending tell nothing new
MOST = int(os.environ.get("BENCH_MOST", "400"))
LARGEST = 20_000_000
LOW = 0.9
_WORD = re.compile(r"[^\W_]+")
_BROKEN = re.compile(r"[-\u2010\u2011\u00ad]\n?\s*")


@dataclass
class Kept:
    """One file: the share of an independent reader's words that Bureau has, and what it said."""

    path: Path
    share: float
    words: int
    said: str


def run(ground: Ground) -> Table:
    """Read what is there and compare."""
    kept: dict[str, list[Kept]] = {}
    failed: list[Kept] = []
    with tempfile.TemporaryDirectory() as scratch:
        for path in _files(Path(scratch)):
            format_ = FORMATS[path.suffix.lower()]
            one = _compared(path, format_)
            if one is not None:
                (failed if one.share < LOW else []).append(one)
                kept.setdefault(format_, []).append(one)
    table = Table("Words of an independent reader that Bureau kept")
    for format_, found in sorted(kept.items()):
        _add(table, format_, found)
    for one in sorted(failed, key=lambda kept: kept.share):
        table.notes.append(f"{one.share:6.1%} of {one.words:,} words, {one.path.name}: {one.said}")
    return table


def _add(table: Table, format_: str, found: list[Kept]) -> None:
    shares = [one.share for one in found]
    low = sum(share < LOW for share in shares)
    total = sum(one.words for one in found)
    table.add(
        f"{format_}, {len(found)} files, {total:,} words: median",
        f"{median(shares):.2%}",
        aim="99 %",
    )
    table.add(f"{format_}: files under {LOW:.0%}, listed below", str(low))


def _files(scratch: Path) -> Iterator[Path]:
    """Files of the packages of this machine, each content once, those of an ending up to MOST."""
    named = os.environ.get("BENCH_FILES", "")
    roots = named.split(":") if named else ["/usr/share", "/usr/lib", *site.getsitepackages()]
    seen: set[tuple[str, int]] = set()
    counts: Counter[str] = Counter()
    for root in roots:
        for folder, _, names in os.walk(root):
            for name in sorted(names):
                path = Path(folder, name)
                if name.endswith(".pdf.gz"):
                    path = _unpacked(path, scratch)
                ending = path.suffix.lower()
                if ending not in FORMATS or not path.is_file() or counts[ending] >= MOST:
                    continue
                size = path.stat().st_size
                if 0 < size < LARGEST and (name, size) not in seen:
                    seen.add((name, size))
                    counts[ending] += 1
                    yield path


def _unpacked(path: Path, scratch: Path) -> Path:
    target = scratch / path.name.removesuffix(".gz")
    try:
        target.write_bytes(gzip.decompress(path.read_bytes()))
    except OSError:
        return path
    return target


def _compared(path: Path, format_: str) -> Kept | None:
    reference = _words(_reference(path, format_))
    total = reference.total()
    if total < 5:
        return None
    started = time.monotonic()
    text, said = _ours(path, format_)
    ours = _words(text)
    common = (reference & ours).total()
    print(f"{time.monotonic() - started:5.1f} s {path}", file=sys.stderr)
    return Kept(path, common / total, total, said)


def _words(text: str) -> Counter[str]:
    plain = _BROKEN.sub("", unicodedata.normalize("NFKC", text)).lower()
    return Counter(_WORD.findall(plain))


def _ours(path: Path, format_: str) -> tuple[str, str]:
    pages, said = [], []
    try:
        for part in parts_of(format_, path, "eng"):
            if isinstance(part, ParsedPage):
                pages.append(part.text)
                said += [note.kind.value for note in part.notes]
    except Unreadable as problem:
        said.append(f"{problem.reason}: {problem}")
    notes = Counter(said)
    return "\n".join(pages), ", ".join(f"{kind} ×{n}" for kind, n in notes.items()) or "no note"


def _reference(path: Path, format_: str) -> str:
    """The text that another program reads, empty where it is not installed or fails."""
    if format_ == "pdf":
        command = ["pdftotext", "-enc", "UTF-8", str(path), "-"]
    elif format_ in PANDOC:
        command = ["pandoc", "-f", PANDOC[format_], "-t", "plain", "--wrap=none", str(path)]
    else:
        return ""
    if shutil.which(command[0]) is None:
        return ""
    try:
        done = subprocess.run(command, capture_output=True, timeout=60, check=False)
    except subprocess.TimeoutExpired:
        return ""
    return done.stdout.decode(errors="replace")

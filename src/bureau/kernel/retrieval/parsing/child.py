"""What the child that reads a document runs: its parts as plain data, one after the other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bureau.kernel.retrieval.parsing import limits
from bureau.kernel.retrieval.parsing.pages import Overview, ParsedPage, Unreadable


def parts(path: Path, format_: str, languages: str, first: int) -> Iterator[dict[str, Any]]:
    """`overview`, then `page` after `page` from number `first` on; `problem` where it ends early."""
    try:
        for part in _within_limits(_parsed(format_, path, languages, first)):
            yield {"overview" if isinstance(part, Overview) else "page": asdict(part)}
    except Unreadable as problem:
        yield {"problem": {"reason": problem.reason, "message": problem.message}}


def _parsed(
    format_: str, path: Path, languages: str, first: int
) -> Iterator[Overview | ParsedPage]:
    if format_ == "pdf":
        from bureau.kernel.retrieval.parsing import pdf

        return pdf.parse(path, ocr_languages=languages, first=first)
    if format_ == "docx":
        from bureau.kernel.retrieval.parsing import docx

        return docx.parse(path)
    if format_ == "html":
        from bureau.kernel.retrieval.parsing import html

        return html.parse(path)
    from bureau.kernel.retrieval.parsing import plain

    return plain.parse_markdown(path) if format_ == "markdown" else plain.parse(path)


def _within_limits(
    parts: Iterator[Overview | ParsedPage],
) -> Iterator[Overview | ParsedPage]:
    characters = 0
    for part in parts:
        if isinstance(part, ParsedPage):
            characters += len(part.text)
            if characters > limits.MAX_CHARACTERS:
                raise Unreadable(
                    "TOO_LARGE",
                    f"The document has more than {limits.MAX_CHARACTERS:,} characters, the limit.",
                )
        yield part

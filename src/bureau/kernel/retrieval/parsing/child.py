"""What the child that reads a document runs: its parts as plain data, one after the other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bureau.kernel.retrieval.parsing import limits
from bureau.kernel.retrieval.parsing.pages import Overview, ParsedPage, Unreadable
from bureau.kernel.retrieval.parsing.readers import parts_of


def parts(path: Path, format_: str, languages: str, first: int) -> Iterator[dict[str, Any]]:
    """`overview`, then `page` after `page` from number `first` on; `problem` where it ends early."""
    try:
        for part in _within_limits(parts_of(format_, path, languages, first)):
            yield {"overview" if isinstance(part, Overview) else "page": asdict(part)}
    except Unreadable as problem:
        yield {"problem": {"reason": problem.reason, "message": problem.message}}


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

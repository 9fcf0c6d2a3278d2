"""The process in which documents are read: `python -m … FORMAT PATH OCR_LANGUAGES FIRST_PAGE`.

It is limited in memory and processor time before it opens anything, and says what it finds on
standard output, one JSON object a line: `overview`, then `page` after `page`, at last `end` or
`problem`. Whatever a document does to it, only this process can die of it.
"""

from __future__ import annotations

import json
import os
import resource
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from bureau.kernel.retrieval.parsing import limits
from bureau.kernel.retrieval.parsing.pages import Overview, ParsedPage, Unreadable
from bureau.kernel.retrieval.parsing.readers import parts_of


def main() -> None:
    """Read the document that the arguments name."""
    _limit()
    format_, path, languages, first = sys.argv[1:5]
    try:
        for part in _within_limits(parts_of(format_, Path(path), languages, int(first))):
            kind = "overview" if isinstance(part, Overview) else "page"
            _say({kind: asdict(part)})
        _say({"end": True})
    except Unreadable as problem:
        _say({"problem": {"reason": problem.reason, "message": problem.message}})
    except MemoryError:
        message = "Reading the document needs more memory than is allowed."
        _say({"problem": {"reason": "TOO_LARGE", "message": message}})


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (limits.MEMORY_BYTES, limits.MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.CPU_SECONDS, limits.CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # with more threads a scan takes five times as long
    os.environ["OMP_THREAD_LIMIT"] = "1"


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


def _say(what: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()

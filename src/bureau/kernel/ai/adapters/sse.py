"""Server-sent events as providers send answers in pieces. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

# the OpenAI protocol's mark for the end of a stream
END = b"[DONE]"


def lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Whole lines without their ends, from chunks that break anywhere."""
    rest = b""
    for chunk in chunks:
        *whole, rest = (rest + chunk).split(b"\n")
        yield from (line.rstrip(b"\r") for line in whole)
    if rest:
        yield rest.rstrip(b"\r")


def objects(chunks: Iterable[bytes]) -> Iterator[dict[str, Any]]:
    """The JSON object of each `data:` line, up to the mark of the end.

    Comments, which keep a line open, and names of events are passed over: every object says itself
    what it is.

    Raises:
        ValueError: a line holds no JSON object.
    """
    for line in lines(chunks):
        if not line.startswith(b"data:"):
            continue
        data = line[5:].strip()
        if data == END:
            return
        if not data:
            continue
        found = json.loads(data)
        if not isinstance(found, dict):
            raise ValueError("The data is no object.")
        yield found

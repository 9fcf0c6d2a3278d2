"""Replaying requests against two servers, or against a golden file, and telling what differs."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import Any

MOST = 20


@dataclass(frozen=True)
class Answer:
    """What a server said: status and body, as JSON where it is JSON."""

    status: int
    body: Any


Fetch = Callable[[dict[str, Any]], Answer]


def compare(
    requests: list[dict[str, Any]], left: Fetch, right: Fetch, ignored: Collection[str] = ()
) -> Iterator[tuple[str, list[str]]]:
    """(request, differences) for each request; an empty list where the answers agree.

    Args:
        requests: objects with `path`, and `method`, `query`, `json` where they need them.
        ignored: keys whose values may differ, such as `data_load_time`.
    """
    for request in requests:
        one, other = left(request), right(request)
        found = [] if one.status == other.status else [f"status: {one.status} != {other.status}"]
        found += list(differences(one.body, other.body, set(ignored)))[:MOST]
        yield (
            f"{request.get('method', 'GET')} {request['path']} {request.get('query', '')}".strip(),
            found,
        )


def differences(left: Any, right: Any, ignored: Collection[str], at: str = "$") -> Iterator[str]:
    """Each place where two JSON values differ; the order of an object's keys counts too."""
    if isinstance(left, dict) and isinstance(right, dict):
        if list(left) != list(right):
            yield f"{at}: keys {list(left)} != {list(right)}"
        for key in left.keys() & right.keys() - set(ignored):
            yield from differences(left[key], right[key], ignored, f"{at}.{key}")
    elif isinstance(left, list) and isinstance(right, list):
        if len(left) != len(right):
            yield f"{at}: {len(left)} items != {len(right)}"
        for place, (one, other) in enumerate(zip(left, right, strict=False)):
            yield from differences(one, other, ignored, f"{at}[{place}]")
    elif type(left) is not type(right) or left != right:
        yield f"{at}: {left!r} != {right!r}"

"""Race `imaging`: finding one study among very many.

Ours is asked over HTTP, signed in, with every search logged, in a running installation; the original's
statements are sent straight to the same database, which spares them the web server; FastAPI over
DuckDB is asked over HTTP without any sign-in; Orthanc holds fewer studies and looks at names only.
Forty terms take turns, and questions come when they are due whether or not the last one is answered:
at a fixed rate to us, and to each rival at half of what it can carry, because at ours it would never end.
"""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Sequence
from functools import partial
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import httpx
import redis

from benchmarks.ground import Ground, Installation
from benchmarks.imaging_data import filled, sources
from benchmarks.imaging_rivals import (
    ORTHANC_STUDIES,
    PAGE,
    Ask,
    NewClient,
    duck_service,
    must,
    original_client,
    orthanc,
)
from benchmarks.open_loop import open_loop, rate_it_can_carry
from benchmarks.report import Table, percentile, timed

TERMS = [
    "王",
    "陳",
    "林淑",
    "陳偉",
    "李明",
    "張小",
    "黃家豪",
    "林淑美",
    "王志",
    "吳宗",
    "smith",
    "maria",
    "garcía",
    "nguyen",
    "ng",
    "li",
    "victor",
    "o'b",
    "tanaka",
    "hana",
    "CT",
    "MR",
    "電腦斷層",
    "胸部",
    "頭部",
    "腰椎",
    "乳房攝影",
    "顯影",
    "無顯影劑",
    "portable",
    "PA",
    "100%",
    "US",
    "超音波",
    "X光",
    "Chest",
    "Brain",
    "追蹤",
    "朱磊",
    "蔡雅",
]

ROUNDS = 3
RATE = 10.0  # questions a second
CLIENTS, SECONDS = 8, 10.0
DEEP_PAGES = 20
WARM_AIM = "p95 at most 25 ms"
COLD_AIM = "none over 200 ms"
SEARCH = "/api/v1/studies/search"


def run(ground: Ground) -> Table:
    """Ours cold and warm, then the rivals."""
    table = Table(f"imaging: {ground.studies:,} studies")
    folder = ground.kept_folder(f"imaging-{ground.studies}")
    made = sources(folder, ground.studies)
    place = filled(ground, folder, made.duck)
    _cold(table, place)
    deep = range(ground.studies * 4 // 5 // PAGE, ground.studies, 1)[:DEEP_PAGES]
    ours = _warm(table, place, deep)
    address = place.environment()["DATABASE_OWNER_URL"]
    original = partial(original_client, address)
    _rival(table, "original's statements, search", original, TERMS, ours["search"], "at least 20x")
    _rival(table, "original's statements, deep page", original, deep, ours["deep"])
    place.stop()
    with duck_service(made.duck) as service:
        _rival(table, "FastAPI + DuckDB, search", service, TERMS, ours["search"], "at least 5x")
        _rival(table, "FastAPI + DuckDB, deep page", service, deep, ours["deep"])
    _orthanc(table, folder, made.text, ours["search"])
    table.notes += [
        f"{len(TERMS)} terms in turn; ours over HTTP, signed in, each search logged",
        f"ours: {RATE:g} questions a second; times count from when a question was due",
        "warm: every question was asked once before, of ours and of the rivals",
        "cold: servers started anew, their files out of the page cache, no count remembered",
        "ratios compare medians; every answer has the exact total and the options, Orthanc's has not",
    ]
    return table


# --- ours -----------------------------------------------------------------------------------


def _cold(table: Table, place: Installation) -> None:
    for name, extra in (("search", {}), ("search with facets", {"facets": "true"})):
        _forget(place)
        place.start()
        _drop_counts(place)
        seconds = _once_each(_searching(place, _headers(place), **extra))
        _row(table, f"{name}, cold", seconds, COLD_AIM)
        place.stop()


def _once_each(ask: Ask) -> list[float]:
    return [timed(partial(ask, term)) for term in TERMS]


def _forget(place: Installation) -> None:
    """Take the files of a stopped installation out of the page cache."""
    os.sync()
    for path in place.data.root.rglob("*"):
        if path.is_file():
            descriptor = os.open(path, os.O_RDONLY)
            os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
            os.close(descriptor)


def _drop_counts(place: Installation) -> None:
    """Remembered counts outlive a restart, and would make a cold search a warm one."""
    with redis.Redis.from_url(place.environment()["REDIS_URL"]) as store:
        for key in store.scan_iter("*imaging:*"):
            store.delete(key)


def _warm(table: Table, place: Installation, deep: Sequence[int]) -> dict[str, list[float]]:
    place.start()
    headers = _headers(place)
    pages = _client(place, headers)
    last = must(pages.get(SEARCH, params={"page": deep[-1]})).json()["data"][-1]["exam_id"]
    newest = must(pages.get(SEARCH, params={"page_size": 60})).json()["data"]
    asked: dict[str, tuple[NewClient, Sequence[Any]]] = {
        "search": (lambda: _searching(place, headers), TERMS * ROUNDS),
        "search with facets": (
            lambda: _searching(place, headers, facets="true"),
            TERMS * ROUNDS,
        ),
        "detail": (lambda: _reading(place, headers), [row["exam_id"] for row in newest]),
        "deep": (lambda: _turning(place, headers, "page"), list(deep) * ROUNDS),
        "after": (lambda: _turning(place, headers, "after"), [last] * 60),
    }
    names = {"deep": f"page {deep[0]:,} by number", "after": "the page behind it by `after`"}
    seconds = {}
    for name, (client, subjects) in asked.items():
        _once(client(), subjects)
        seconds[name] = open_loop(client, subjects, RATE)
        _row(table, names.get(name, name), seconds[name], WARM_AIM)
    table.add(f"searches of {CLIENTS} clients", f"{_throughput(place, headers):,.0f} /s")
    return seconds


def _once(ask: Ask, subjects: Sequence[Any]) -> None:
    """Every question once before time is taken: warm is what was asked before."""
    for subject in dict.fromkeys(subjects):
        ask(subject)


def _headers(place: Installation) -> dict[str, str]:
    return {"Authorization": f"Bearer {place.access_token('doctor')}"}


def _client(place: Installation, headers: dict[str, str]) -> httpx.Client:
    return httpx.Client(base_url=place.url, headers=headers, timeout=60)


def _searching(place: Installation, headers: dict[str, str], **extra: str) -> Ask:
    client = _client(place, headers)
    return lambda term: must(client.get(SEARCH, params={"q": term, **extra})).json()


def _reading(place: Installation, headers: dict[str, str]) -> Ask:
    client = _client(place, headers)
    return lambda number: must(client.get(f"/api/v1/studies/{number}")).json()


def _turning(place: Installation, headers: dict[str, str], parameter: str) -> Ask:
    client = _client(place, headers)
    return lambda where: must(client.get(SEARCH, params={parameter: where})).json()


def _throughput(place: Installation, headers: dict[str, str]) -> float:
    """Searches a second of several clients, each with the terms in an order of its own."""
    counts = [0] * CLIENTS
    end = time.monotonic() + SECONDS

    def work(number: int) -> None:
        ask = _searching(place, headers)
        for term in islice(cycle(TERMS), number * 5, None):
            if time.monotonic() >= end:
                return
            ask(term)
            counts[number] += 1

    threads = [threading.Thread(target=work, args=(number,)) for number in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / SECONDS


# --- rivals ---------------------------------------------------------------------------------


def _orthanc(table: Table, folder: Path, text: Path, ours: list[float]) -> None:
    program = shutil.which("Orthanc")
    if program is None:
        table.notes.append("Orthanc did not run: `apt-get install orthanc`")
        return
    with orthanc(folder / "orthanc", program, text) as service:
        name = f"Orthanc, names among {ORTHANC_STUDIES:,} studies"
        _rival(table, name, service, TERMS, ours)


def _rival(
    table: Table,
    name: str,
    client: NewClient,
    subjects: Sequence[Any],
    ours: list[float],
    aim: str = "",
) -> None:
    ask = client()
    _once(ask, subjects)
    rate = rate_it_can_carry(ask, subjects[:5])
    theirs = open_loop(client, subjects, rate)
    p50, p95 = (1000 * percentile(theirs, one) for one in (50, 95))
    ratio = percentile(theirs, 50) / percentile(ours, 50)
    table.add(f"{name} ({rate:.2g} /s)", f"p50 {p50:.1f}  p95 {p95:.1f} ms", f"{ratio:.0f}x", aim)


def _row(table: Table, name: str, seconds: list[float], aim: str) -> None:
    p50, p95, worst = (1000 * percentile(seconds, one) for one in (50, 95, 100))
    table.add(name, f"p50 {p50:.1f}  p95 {p95:.1f}  max {worst:.0f} ms", "", aim)

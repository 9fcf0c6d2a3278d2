"""Race `grievances`: how long a complaint takes to be filed, over HTTP, one after the other."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

import httpx

from benchmarks.ground import Ground
from benchmarks.report import Table, percentile

WARM_UP, FILED = 10, 150
# so that the work which follows a complaint does not pile up behind the web process
PAUSE_SECONDS = 0.1
AIM_SUBMIT = "p95 at most 50 ms"
SUBMIT, NEXT_TO_NOTHING = "/submit-grievance", "/api/grievance/statuses"
# a line of the access log; the supervisor passes it on within this time
ACCESS_LINE, LOG_SECONDS = re.compile(r"ms=([\d.]+) route=(\S+) status=200"), 1.0
Body = dict[str, str]
TEXTS = {
    "en": "Dust from the road works covers our houses all day and the children cough.",
    "ne": "सडक खनेदेखि धारामा पानी छैन। खोलाबाट बोक्नुपर्छ।",
}


def run(ground: Ground) -> Table:
    """File complaints at a running installation, which does the work that follows meanwhile."""
    place = ground.installation()
    with httpx.Client(base_url=place.url, timeout=60) as http:
        floor = [_milliseconds(http, "GET", NEXT_TO_NOTHING) for _ in range(WARM_UP + FILED)]
        spent = [_milliseconds(http, "POST", SUBMIT, one) for one in _complaints()]
    time.sleep(LOG_SECONDS)
    served = [
        float(took)
        for took, route in ACCESS_LINE.findall(place.log.read_text(encoding="utf-8"))
        if route == SUBMIT
    ]
    table = Table(f"grievances: filing a complaint, POST {SUBMIT}")
    for label, values, aim in (
        ("the list of states, for comparison", floor[WARM_UP:], ""),
        ("a complaint filed, as the client sees it", spent[WARM_UP:], ""),
        ("a complaint filed, time in the server", served[-FILED:], AIM_SUBMIT),
    ):
        spread = f"p95 {percentile(values, 95):.1f} ms"
        table.add(f"{label}, p50", f"{percentile(values, 50):.1f} ms", spread, aim)
    table.notes += [
        f"{FILED} complaints after {WARM_UP} to warm up, half of them Nepali, by one client that waits"
        f" {1000 * PAUSE_SECONDS:.0f} ms between two",
        "in the time: sealed fields, hash and receipt, ticket, messages' and tasks' rows, the commit;"
        " workers classify meanwhile; the server's time is that of its access log",
    ]
    return table


def _complaints() -> Iterator[Body]:
    """Complaints of different people, in both languages in turn."""
    for number in range(WARM_UP + FILED):
        language = ("en", "ne")[number % 2]
        yield {
            "grievance_description": f"{TEXTS[language]} ({number})",
            "complainant_full_name": f"Person {number}",
            "complainant_phone": f"98412{number:05d}",
            "complainant_email": f"person.{number}@example.org",
            "municipality": "Birtamod",
            "ward": str(number % 9 + 1),
            "language_code": language,
        }
        time.sleep(PAUSE_SECONDS)


def _milliseconds(http: httpx.Client, method: str, path: str, body: Body | None = None) -> float:
    """From the request to the whole answer, on a connection that is open already.

    Raises:
        SystemExit: the installation refused.
    """
    started = time.perf_counter()
    answer = http.request(method, path, json=body)
    spent = 1000 * (time.perf_counter() - started)
    if answer.status_code != 200:
        raise SystemExit(f"{method} {path} was refused: {answer.status_code} {answer.text}")
    return spent

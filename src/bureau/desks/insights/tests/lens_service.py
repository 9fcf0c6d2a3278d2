"""A stand-in for the Lens patent API that keeps to its documented protocol.

Cursor paging with an id that changes with each page and is worthless after the end (204, then 400),
Bearer tokens, and answers that a test can put in front: rate limits, failures, rubbish.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

TOKEN = "a-valid-token"


@dataclass
class Reply:
    """An answer put in front of the next request."""

    status: int
    body: bytes = b"{}"
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class LensService:
    """Records to serve, answers to give first, and the requests that came."""

    records: list[dict[str, Any]]
    first: list[Reply] = field(default_factory=list)
    requests: list[dict[str, Any]] = field(default_factory=list)
    address: str = ""
    _cursors: dict[str, tuple[int, int]] = field(default_factory=dict)

    def answer(self, token: str, body: dict[str, Any]) -> Reply:
        self.requests.append(body)
        if token != f"Bearer {TOKEN}":
            return Reply(401, b'{"message": "Unauthorized"}')
        if self.first:
            return self.first.pop(0)
        return self._page(body)

    def _page(self, body: dict[str, Any]) -> Reply:
        if "scroll_id" in body:
            if body["scroll_id"] not in self._cursors:
                return Reply(400, b'{"message": "Invalid scroll_id"}')
            start, size = self._cursors.pop(body["scroll_id"])
        else:
            start, size = 0, min(body.get("size", 20), 100)
        data = self.records[start : start + size]
        if not data:
            return Reply(204, b"")
        cursor = f"cursor-{len(self.requests)}"
        self._cursors[cursor] = (start + size, size)
        page = {"total": len(self.records), "results": len(data), "scroll_id": cursor, "data": data}
        return Reply(200, json.dumps(page).encode())


@contextmanager
def serving(records: Sequence[dict[str, Any]]) -> Iterator[LensService]:
    """Run the stand-in on a free port for the time of a block."""
    service = LensService(list(records))

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            content = self.rfile.read(int(self.headers["Content-Length"]))
            assert self.path == "/patent/search"
            reply = service.answer(self.headers.get("Authorization", ""), json.loads(content))
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            self.wfile.write(reply.body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    service.address = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def record(
    number: int,
    *,
    jurisdiction: str = "US",
    published: str = "2019-05-02",
    applicants: Sequence[str] = ("Acme Ltd",),
    inventors: Sequence[str] = ("Doe Jane",),
    symbols: Sequence[str] = ("B33Y70/10",),
    family: Sequence[tuple[int, str, str]] = (),
) -> dict[str, Any]:
    """A patent record in the shape of the API; `family` are (number, jurisdiction, date)."""
    members = [
        {"lens_id": f"id-{n:05}", "document_id": {"jurisdiction": place, "date": day}}
        for n, place, day in family
    ]
    return {
        "lens_id": f"id-{number:05}",
        "jurisdiction": jurisdiction,
        "date_published": published,
        "biblio": {
            "parties": {
                "applicants": [{"extracted_name": {"value": name}} for name in applicants],
                "inventors": [
                    {"extracted_name": {"value": name}, "residence": "EC"} for name in inventors
                ],
            },
            "priority_claims": {"earliest_claim": {"date": "2017-01-01"}},
            "classifications_cpc": {"classifications": [{"symbol": s} for s in symbols]},
        },
        "families": {"simple_family": {"members": members, "size": len(members)}},
    }

"""One chart job as a client of a running installation makes it: over HTTP, watched by a socket."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import httpx
from websockets.sync.client import connect
from websockets.typing import Origin

from benchmarks.ground import Installation

FINISHED = {"SUCCESS", "PARTIAL_SUCCESS", "FAILED", "CANCELLED"}
PATIENCE = 120.0
USER = "analyst"


class Client:
    """A signed-in analyst."""

    def __init__(self, installation: Installation) -> None:
        self._installation = installation
        token = installation.access_token(USER)
        self._headers = {"Authorization": f"Bearer {token}"}
        self._http = httpx.Client(base_url=installation.url, headers=self._headers, timeout=60)
        self.events: list[dict[str, Any]] = []

    def make_charts(self, path: Path, charts: list[str]) -> dict[str, float]:
        """Post a job and follow its events to the end.

        Returns:
            Seconds from the first byte sent: `posted`, `read` (datasets stored), `done`.

        Raises:
            SystemExit: the job did not end in SUCCESS.
        """
        started = time.perf_counter()
        job_id = self._post(path, charts)
        marks = {"posted": time.perf_counter() - started}
        self.events = []
        for event in self._events(job_id):
            self.events.append(event)
            if event["entity_type"] == "dataset" and event["event_type"] == "DONE":
                marks["read"] = time.perf_counter() - started
            if event["event_type"] != "job_status_changed":
                continue
            if (status := event["payload"]["status"]) in FINISHED:
                marks["done"] = time.perf_counter() - started
                break
        if status != "SUCCESS":
            raise SystemExit(f"the chart job ended in {status}: {self._problems()}")
        return marks

    def _post(self, path: Path, charts: list[str]) -> int:
        images = [{"algorithm_key": key, "output_format": "both"} for key in charts]
        fields = {"source_type": "espacenet_excel", "images": json.dumps(images)}
        upload = {"source_data": (path.name, path.read_bytes())}
        answer = self._http.post("/api/jobs/", data=fields, files=upload)
        if answer.status_code != 201:
            raise SystemExit(f"the chart job was refused: {answer.status_code} {answer.text}")
        return int(answer.json()["job_id"])

    def _events(self, job_id: int) -> Any:
        address = f"{self._installation.url.replace('http', 'ws', 1)}/ws/jobs/{job_id}/"
        origin = Origin(self._installation.url)
        with connect(address, origin=origin, additional_headers=self._headers) as socket:
            while True:
                yield json.loads(socket.recv(PATIENCE))

    def _problems(self) -> list[str]:
        return [event["message"] for event in self.events if event["level"] == "ERROR"]

"""`compare_api`: replay a file of requests against two servers and print what differs."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import httpx
from django.core.management.base import BaseCommand, CommandError

from bureau.desks.imaging.comparing import Answer, Fetch, compare

TIMEOUT = 60


class Command(BaseCommand):
    """Exit code 1 when any answer differs."""

    help = "Replay a file of requests against two servers, or a golden file against one."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file, the servers, and what may differ."""
        parser.add_argument("file", type=Path, help="JSON: a list of {path, method, query, json}.")
        parser.add_argument(
            "servers", nargs="+", help="Two base addresses, or one for a golden file."
        )
        parser.add_argument(
            "--token", action="append", default=[], help="Bearer token, one a server."
        )
        parser.add_argument("--ignore", action="append", default=["data_load_time"])

    def handle(self, *args: Any, **options: Any) -> None:
        """Compare."""
        requests = self._read(options["file"])
        left, right = self._sides(requests, options["servers"], options["token"])
        failed = 0
        for name, found in compare(requests, left, right, options["ignore"]):
            failed += bool(found)
            self.stdout.write(f"{'differs' if found else 'same   '} {name}")
            for difference in found:
                self.stdout.write(f"        {difference}")
        self.stdout.write(f"{len(requests)} requests, {failed} with differences")
        if failed:
            raise CommandError("The answers differ.")

    def _read(self, path: Path) -> list[dict[str, Any]]:
        try:
            requests = json.loads(path.read_text("utf-8"))
        except (OSError, ValueError) as problem:
            raise CommandError(f"The file of requests cannot be read: {problem}") from None
        if not isinstance(requests, list) or not all("path" in one for one in requests):
            raise CommandError("The file must be a JSON list of objects with a path.")
        return requests

    def _sides(
        self, requests: list[dict[str, Any]], servers: list[str], tokens: list[str]
    ) -> tuple[Fetch, Fetch]:
        if len(servers) > 2:
            raise CommandError("Name one server or two.")
        first = _server(servers[0], tokens[0] if tokens else "")
        if len(servers) == 2:
            return first, _server(servers[1], tokens[-1] if tokens else "")
        if not all("status" in one for one in requests):
            raise CommandError("With one server the file must be a golden one: status and body.")
        return _golden, first


def _golden(request: dict[str, Any]) -> Answer:
    return Answer(request["status"], request["body"])


def _server(address: str, token: str) -> Fetch:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    client = httpx.Client(base_url=address, headers=headers, timeout=TIMEOUT)

    def fetch(request: dict[str, Any]) -> Answer:
        answer = client.request(
            request.get("method", "GET"),
            request["path"],
            params=request.get("query"),
            json=request.get("json"),
        )
        try:
            return Answer(answer.status_code, answer.json())
        except ValueError:
            return Answer(answer.status_code, answer.text)

    return fetch

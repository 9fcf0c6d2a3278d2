"""A local HTTP server that answers by script: the failures that a healthy server never shows."""

from __future__ import annotations

import json
import socket
import struct
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Request:
    """What the server was sent."""

    path: str
    headers: Mapping[str, str]
    body: dict[str, Any]
    raw: bytes = b""


class ScriptedServer(ThreadingHTTPServer):
    """Takes the next reply of its script for each request; the last one repeats."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.script: list[Reply] = []
        self.requests: list[Request] = []
        self.connections = 0
        self.closing = threading.Event()
        self._lock = threading.Lock()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def next_reply(self, request: Request) -> Reply:
        with self._lock:
            self.requests.append(request)
            return self.script.pop(0) if len(self.script) > 1 else self.script[0]

    def verify_request(self, request: object, client_address: object) -> bool:
        """Counts whoever knocks, whatever is asked."""
        self.connections += 1
        return True

    def handle_error(self, *_: object) -> None:
        """A client that hangs up is part of the script."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: ScriptedServer

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        fields = json.loads(body) if headers.get("content-type") == "application/json" else {}
        request = Request(self.path, headers, fields, body)
        self.server.next_reply(request)(self, request)

    def log_message(self, *_: object) -> None:
        """Tests do not read an access log."""


Reply = Callable[[_Handler, Request], None]


def answer(body: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Reply:
    """A complete response; `body` is sent as JSON unless it is bytes."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()

    def send(handler: _Handler, _request: Request) -> None:
        handler.send_response(status)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", str(len(content)))
        for name, value in (headers or {}).items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(content)

    return send


def streamed(chunks: Sequence[bytes], *, then: Reply | None = None) -> Reply:
    """An answer in pieces that ends with its connection, or goes on as `then` does."""

    def send(handler: _Handler, request: Request) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", "text/event-stream")
        handler.end_headers()
        for chunk in chunks:
            handler.wfile.write(chunk)
            handler.wfile.flush()
        if then:
            then(handler, request)
        handler.close_connection = True

    return send


def chosen(reply: Callable[[Request], Reply]) -> Reply:
    """A reply that depends on the request."""

    def send(handler: _Handler, request: Request) -> None:
        reply(request)(handler, request)

    return send


def computed(body: Callable[[Request], object]) -> Reply:
    """A complete response that depends on the request."""

    def send(handler: _Handler, request: Request) -> None:
        answer(body(request))(handler, request)

    return send


def silence(handler: _Handler, _request: Request) -> None:
    """Never answers."""
    handler.server.closing.wait(30)
    handler.close_connection = True


def white_space(handler: _Handler, _request: Request) -> None:
    """Starts an answer and sends blanks for ever, as gateways do to keep a line open."""
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.end_headers()
    while not handler.server.closing.wait(0.02):
        handler.wfile.write(b" ")
        handler.wfile.flush()


def reset(handler: _Handler, _request: Request) -> None:
    """Breaks the connection instead of answering."""
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.connection.close()
    handler.close_connection = True


def broken_off(handler: _Handler, _request: Request) -> None:
    """Announces more than it sends."""
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b'{"id": "1", ')
    handler.wfile.flush()
    handler.connection.shutdown(socket.SHUT_RDWR)
    handler.close_connection = True


@contextmanager
def scripted_server() -> Iterator[ScriptedServer]:
    """Runs a server on a free loopback port for the block."""
    with ScriptedServer() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.closing.set()
            server.shutdown()
            thread.join(5)

"""For tests: a line to a broker that can be cut, and registrations that are gone afterwards."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Self
from urllib.parse import parse_qs, urlsplit

from bureau.kernel.events import relay_routes

AMQP_PORT, REDIS_PORT = 5672, 6379


@contextmanager
def bus_for_a_while() -> Iterator[None]:
    """No type is published and nobody subscribes, but for what the block registers."""
    payloads, subscribers = dict(relay_routes._payloads), dict(relay_routes._subscribers)
    relay_routes._payloads.clear()
    relay_routes._subscribers.clear()
    try:
        yield
    finally:
        relay_routes._payloads.clear()
        relay_routes._payloads.update(payloads)
        relay_routes._subscribers.clear()
        relay_routes._subscribers.update(subscribers)


class Link:
    """A TCP line on loopback to a broker's address; `url` is that address through the line."""

    def __init__(self, broker_url: str) -> None:
        self._broker = urlsplit(broker_url)
        self._listener: socket.socket | None = None
        self._port = 0
        self._ends: list[socket.socket] = []
        self._answers_left: int | None = None
        self._passes = threading.Event()
        self._passes.set()
        self.mend()

    @property
    def url(self) -> str:
        """The broker's address with this line's port in place of its own."""
        parts = self._broker
        if parts.scheme == "redis+socket":
            database = parse_qs(parts.query).get("virtual_host", ["0"])[0]
            return f"redis://127.0.0.1:{self._port}/{database}"
        login = f"{parts.username}:{parts.password}@" if parts.username else ""
        return f"{parts.scheme}://{login}127.0.0.1:{self._port}{parts.path}"

    def mend(self, answers: int | None = None) -> None:
        """Let connections through; after so many pieces of answers the line is cut by itself,
        and the last of them is lost."""
        self._answers_left = answers
        self._listener = socket.create_server(("127.0.0.1", self._port))
        self._port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, args=[self._listener], daemon=True).start()

    def cut(self) -> None:
        """Refuse new connections and end the open ones."""
        if self._listener:
            with suppress(OSError):
                self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()
            self._listener = None
        for end in self._ends:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
        self._ends.clear()

    def hold(self) -> None:
        """Keep every answer back from now on, with all connections open: the broker is frozen."""
        self._passes.clear()

    def _accept(self, listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                near, _ = listener.accept()
                far = self._reach()
                self._ends += [near, far]
                for pump in (self._ask, self._answer):
                    threading.Thread(target=pump, args=[near, far], daemon=True).start()

    def _reach(self) -> socket.socket:
        if self._broker.scheme == "redis+socket":
            end = socket.socket(socket.AF_UNIX)
            end.connect(self._broker.path)
            return end
        usual = AMQP_PORT if self._broker.scheme == "amqp" else REDIS_PORT
        return socket.create_connection(
            (self._broker.hostname or "127.0.0.1", self._broker.port or usual)
        )

    def _ask(self, near: socket.socket, far: socket.socket) -> None:
        with suppress(OSError):
            while data := near.recv(65_536):
                far.sendall(data)

    def _answer(self, near: socket.socket, far: socket.socket) -> None:
        with suppress(OSError):
            while data := far.recv(65_536):
                self._passes.wait()
                if self._answers_left is not None:
                    self._answers_left -= 1
                    if self._answers_left <= 0:
                        self.cut()
                        return
                near.sendall(data)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._passes.set()
        self.cut()

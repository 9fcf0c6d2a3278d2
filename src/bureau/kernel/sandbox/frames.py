"""What travels between caller and child: one byte of kind, eight of length, the content.

Content is JSON or bytes, never pickles: reading what a broken child says must not run anything.
"""

from __future__ import annotations

import json
import socket
import struct
import time
from typing import Any

_HEAD = struct.Struct(">cQ")
JSON, BYTES, ERROR, END = b"J", b"B", b"X", b"E"
_SHORT = 1 << 16


class TooMuch(Exception):
    """The frame is longer than the reader takes."""


def write_part(link: socket.socket, part: Any) -> None:
    """Send bytes as they are and anything else as JSON."""
    if isinstance(part, (bytes, bytearray, memoryview)):
        write(link, BYTES, part)
    else:
        write(link, JSON, json.dumps(part, ensure_ascii=False).encode("utf-8", "surrogatepass"))


def write(link: socket.socket, kind: bytes, content: bytes | bytearray | memoryview = b"") -> None:
    """Send one frame."""
    head = _HEAD.pack(kind, len(content))
    if len(content) < _SHORT:
        link.sendall(head + bytes(content))
    else:
        link.sendall(head)
        link.sendall(content)


def read(
    link: socket.socket, most: int, deadline: float | None = None
) -> tuple[bytes, bytearray] | None:
    """The next frame's kind and content; None where the other side is gone.

    Args:
        most: longest content in bytes.
        deadline: when to give up, by `time.monotonic`.

    Raises:
        TooMuch: it is longer.
        TimeoutError: the deadline passed.
    """
    head = _exactly(link, _HEAD.size, deadline)
    if head is None:
        return None
    kind, length = _HEAD.unpack(head)
    if length > most:
        raise TooMuch
    content = _exactly(link, length, deadline)
    return None if content is None else (kind, content)


def value_of(kind: bytes, content: bytearray) -> Any:
    """What a frame carries."""
    return bytes(content) if kind == BYTES else json.loads(content.decode("utf-8", "surrogatepass"))


def _exactly(link: socket.socket, length: int, deadline: float | None) -> bytearray | None:
    content = bytearray(length)
    view, filled = memoryview(content), 0
    while filled < length:
        _wait_until(link, deadline)
        try:
            got = link.recv_into(view[filled:])
        except ConnectionError:
            got = 0
        if not got:
            return None
        filled += got
    return content


def _wait_until(link: socket.socket, deadline: float | None) -> None:
    if deadline is None:
        return
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    link.settimeout(left)

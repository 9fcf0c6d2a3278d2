"""Parts of files: `Range` as RFC 9110 has it, for whatever sends a file.

Players ask for parts of recordings and films, some of them for nothing else; downloads go on where
they were cut off. One range is served; several at once are answered with the whole, as the standard
allows. Files carry no validators, so `If-Range` gets the whole too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import IO, Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

_ONE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")
BLOCK = 64 * 1024


class RangeMiddleware:
    """Answers a GET for a part of a file with 206, or 416 where there is no such part."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if not isinstance(response, FileResponse) or response.status_code != 200:
            return response
        file, size = response.file_to_stream, response.get("Content-Length", "")
        if file is None or not size.isdigit() or not _can_seek(file):
            return response
        response["Accept-Ranges"] = "bytes"
        asked = _ONE.fullmatch(request.headers.get("Range", "").strip())
        if asked is None or request.method != "GET" or "If-Range" in request.headers:
            return response
        return _part(response, file, int(size), (asked[1], asked[2]))


def part_of(first: str, last: str, size: int) -> tuple[int, int] | None:
    """First byte and length of what a range asks for; None where the file has nothing of it."""
    if not first:
        start, end = max(0, size - int(last or 0)), size - 1
    else:
        start, end = int(first), min(int(last), size - 1) if last else size - 1
    return (start, end - start + 1) if start <= end else None


def _part(
    response: FileResponse, file: IO[bytes], size: int, asked: tuple[str, str]
) -> HttpResponseBase:
    if asked == ("", "") or (all(asked) and int(asked[0]) > int(asked[1])):
        # no range at all: it is passed over
        return response
    found = part_of(*asked, size)
    if found is None:
        response.close()
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    start, length = found
    file.seek(start)
    response.streaming_content = _blocks(file, length)
    response.status_code = 206
    response["Content-Range"] = f"bytes {start}-{start + length - 1}/{size}"
    response["Content-Length"] = str(length)
    return response


def _blocks(file: IO[bytes], left: int) -> Iterator[bytes]:
    while left and (block := file.read(min(BLOCK, left))):
        left -= len(block)
        yield block


def _can_seek(file: Any) -> bool:
    return bool(getattr(file, "seekable", lambda: False)())

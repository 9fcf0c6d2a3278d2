"""A pipe that prints what a child writes, line by line."""

import asyncio
import os
from collections.abc import Callable
from types import TracebackType
from typing import Self

from bureau.runtime.output import LineSplitter

LAST_WORDS = 1.0  # seconds that output may follow the end of its process


class LinePipe:
    """The writing end is for a child; `show` gets each line that comes out of the other.

    It is ours and not asyncio's, which takes a child for running as long as anything that the
    child has started holds its pipe open.
    """

    def __init__(self, show: Callable[[str], None]) -> None:
        self._show = show
        reader, self.writer = os.pipe()
        self._source = os.fdopen(reader, "rb", buffering=0)

    async def __aenter__(self) -> Self:
        stream = asyncio.StreamReader()
        self._transport, _ = await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(stream), self._source
        )
        self._reading = asyncio.create_task(self._read(stream))
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await asyncio.wait([self._reading], timeout=LAST_WORDS)
        self._transport.close()

    async def _read(self, stream: asyncio.StreamReader) -> None:
        splitter = LineSplitter()
        while chunk := await stream.read(65_536):
            for line in splitter.feed(chunk):
                self._show(line)
        for line in splitter.finish():
            self._show(line)

"""What tracks an MP4 file has: its boxes say so, its brand does not.

Telephones and Safari record voice into the same container that holds films, under the same brands
(`mp42`, `isom`, `3gp4`). A box is four bytes of size, four of name, then content, perhaps boxes again
(ISO/IEC 14496-12); the table of contents stands at either end of the file. Only heads of boxes are
read, at most `_MOST_BOXES` of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

AUDIO, VIDEO = "audio/mp4", "video/mp4"
# where the kind of a track stands
_PATH = (b"moov", b"trak", b"mdia", b"hdlr")
# a recording has a dozen, one in fragments some thousands; more want to keep us busy
_MOST_BOXES = 20_000


def mp4_type(file: BinaryIO) -> str | None:
    """`audio/mp4` if there is a sound track and no pictures, `video/mp4` for other tracks, None
    where no track is found. The file's position is anywhere afterwards."""
    size = file.seek(0, 2)
    tracks = list(_handlers(file, 0, size, _PATH, [_MOST_BOXES]))
    if not tracks:
        return None
    return AUDIO if b"soun" in tracks and b"vide" not in tracks else VIDEO


def _handlers(
    file: BinaryIO, start: int, end: int, path: tuple[bytes, ...], left: list[int]
) -> Iterator[bytes]:
    """The kinds of the tracks between two offsets, in order."""
    for name, inside, stop in _boxes(file, start, end, left):
        if name != path[0]:
            continue
        if len(path) > 1:
            yield from _handlers(file, inside, stop, path[1:], left)
        else:
            # version and flags, a reserved number, then the kind
            file.seek(inside + 8)
            yield file.read(4)


def _boxes(
    file: BinaryIO, start: int, end: int, left: list[int]
) -> Iterator[tuple[bytes, int, int]]:
    while start + 8 <= end and left[0] > 0:
        left[0] -= 1
        file.seek(start)
        head = file.read(16)
        size, name, header = int.from_bytes(head[:4]), head[4:8], 8
        if size == 1:
            size, header = int.from_bytes(head[8:16]), 16
        # 0: to the end of the file; a box that leaves its parent is damage
        stop = end if size == 0 else start + size
        if stop > end or stop < start + header:
            return
        yield name, start + header, stop
        start = stop

"""Videos made fit to keep: what a telephone notes beside the pictures is blanked. Pure.

MP4, MOV and 3GP keep notes (place, device, owner) in boxes of their table of contents, and in tracks
of notes that run along with the film, as iPhones and action cameras write them. Boxes become `free`
ones full of zeros and samples become zeros: nothing moves, so every other position stays right. The
layout is that of ISO/IEC 14496-12.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from bureau.kernel.errors import InvalidInput

_NOTES = frozenset({b"udta", b"meta", b"uuid"})
_FOLDERS = frozenset({b"moov", b"trak", b"mdia", b"minf", b"stbl", b"moof", b"traf", b"edts"})
# handlers of tracks that hold notes and neither picture nor sound nor text
_NOTE_TRACKS = frozenset({b"meta", b"camm", b"mdta"})
MAX_BOXES = 20_000


class BrokenVideo(InvalidInput):
    """A video whose table of contents makes no sense."""

    code = "BROKEN_VIDEO"
    default_message = "The video is damaged, or its notes cannot be removed."


@dataclass(frozen=True, slots=True)
class Box:
    """A box: its kind, where it begins, where its content begins, where it ends."""

    kind: bytes
    start: int
    body: int
    end: int


def cleaned_video(content: bytes) -> bytes:
    """The video without notes, of the same length.

    Raises:
        BrokenVideo: boxes that reach over their end, or notes in a film of fragments.
    """
    film = bytearray(content)
    try:
        found = list(_all_boxes(film, 0, len(film)))
        for box in found:
            if box.kind == b"trak" and _handler(film, box) in _NOTE_TRACKS:
                if any(one.kind == b"moof" for one in found):
                    raise BrokenVideo
                _blank_samples(film, box)
                _blank(film, box)
        for box in found:
            if box.kind in _NOTES:
                _blank(film, box)
    except (struct.error, IndexError):
        raise BrokenVideo from None
    return bytes(film)


def _all_boxes(film: bytearray, start: int, end: int) -> Iterator[Box]:
    """Every box below, a folder before what is in it."""
    waiting, seen = [(start, end)], 0
    while waiting:
        for box in _boxes(film, *waiting.pop()):
            seen += 1
            if seen > MAX_BOXES:
                raise BrokenVideo
            yield box
            if box.kind in _FOLDERS:
                waiting.append((box.body, box.end))


def _boxes(film: bytearray, start: int, end: int) -> Iterator[Box]:
    while start + 8 <= end:
        size, kind = struct.unpack_from(">I4s", film, start)
        body = start + 8
        if size == 1:
            (size,) = struct.unpack_from(">Q", film, body)
            body += 8
        stop = end if size == 0 else start + size
        if not body <= stop <= end:
            raise BrokenVideo
        yield Box(bytes(kind), start, body, stop)
        start = stop


def _inside(film: bytearray, box: Box, *path: bytes) -> Box | None:
    """The box that this path of kinds leads to."""
    for kind in path:
        found = next((one for one in _boxes(film, box.body, box.end) if one.kind == kind), None)
        if found is None:
            return None
        box = found
    return box


def _handler(film: bytearray, track: Box) -> bytes:
    box = _inside(film, track, b"mdia", b"hdlr")
    # version and flags, a reserved word, then the handler
    return bytes(film[box.body + 8 : box.body + 12]) if box else b""


def _blank(film: bytearray, box: Box) -> None:
    film[box.start + 4 : box.start + 8] = b"free"
    film[box.body : box.end] = bytes(box.end - box.body)


def _blank_samples(film: bytearray, track: Box) -> None:
    table = _inside(film, track, b"mdia", b"minf", b"stbl")
    if table is None:
        raise BrokenVideo
    sizes = iter(_sizes(film, table))
    for offset, count in zip(*_chunks(film, table), strict=True):
        length = sum(size for _, size in zip(range(count), sizes, strict=False))
        if offset + length > len(film):
            raise BrokenVideo
        film[offset : offset + length] = bytes(length)


def _sizes(film: bytearray, table: Box) -> list[int]:
    """The size of each sample."""
    box = _inside(film, table, b"stsz")
    if box is None:
        raise BrokenVideo
    same, count = struct.unpack_from(">II", film, box.body + 4)
    if same:
        return [same] * min(count, len(film))
    return list(_numbers(film, box, "I", at=12, count=count))


def _chunks(film: bytearray, table: Box) -> tuple[list[int], list[int]]:
    """Where each chunk of samples begins, and how many are in it."""
    box, letter = _inside(film, table, b"stco"), "I"
    if box is None:
        box, letter = _inside(film, table, b"co64"), "Q"
    runs = _inside(film, table, b"stsc")
    if box is None or runs is None:
        raise BrokenVideo
    (count,) = struct.unpack_from(">I", film, box.body + 4)
    offsets = list(_numbers(film, box, letter, at=8, count=count))
    (entries,) = struct.unpack_from(">I", film, runs.body + 4)
    said = list(_numbers(film, runs, "I", at=8, count=3 * entries))
    # (first chunk, samples in each, description): holds until the next one's first chunk
    each = [0] * len(offsets)
    for first, samples in zip(said[::3], said[1::3], strict=True):
        each[max(first, 1) - 1 :] = [samples] * max(0, len(offsets) - max(first, 1) + 1)
    return offsets, each


def _numbers(film: bytearray, box: Box, letter: str, *, at: int, count: int) -> tuple[int, ...]:
    if box.body + at + count * struct.calcsize(f">{letter}") > box.end:
        raise BrokenVideo
    return struct.unpack_from(f">{count}{letter}", film, box.body + at)

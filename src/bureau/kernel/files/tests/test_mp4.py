"""Sound or film: the tracks of an MP4 say it, wherever they are listed and whatever the brand."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bureau.kernel.files.mp4 import AUDIO, VIDEO, mp4_type
from bureau.kernel.files.sniffing import media_type_of


def box(name: bytes, *content: bytes) -> bytes:
    body = b"".join(content)
    return (8 + len(body)).to_bytes(4) + name + body


def large_box(name: bytes, content: bytes) -> bytes:
    """A box whose length has eight bytes, as of films over four gigabytes."""
    return (1).to_bytes(4) + name + (16 + len(content)).to_bytes(8) + content


def track(kind: bytes) -> bytes:
    return box(
        b"trak", box(b"tkhd", bytes(20)), box(b"mdia", box(b"hdlr", bytes(8), kind, bytes(13)))
    )


def recording(brand: bytes, *kinds: bytes, index_last: bool = False) -> bytes:
    start = box(b"ftyp", brand, bytes(4), b"isom")
    index = box(b"moov", box(b"mvhd", bytes(100)), *map(track, kinds), box(b"udta", bytes(40)))
    # what was recorded may hold the words by chance
    data = box(b"mdat", b"vide soun hdlr" * 9_000)
    return start + (data + index if index_last else index + data)


BRANDS = (b"mp42", b"isom", b"iso5", b"M4A ", b"3gp4", b"3gp5", b"3g2a", b"qt  ", b"dash")


@pytest.mark.parametrize("index_last", [False, True])
@pytest.mark.parametrize("brand", BRANDS)
def test_the_tracks_decide_whatever_the_brand(brand: bytes, index_last: bool) -> None:
    for kinds, kind in (
        ((b"soun",), AUDIO),
        ((b"soun", b"meta"), AUDIO),
        ((b"vide",), VIDEO),
        ((b"soun", b"vide"), VIDEO),
        ((b"text",), VIDEO),
    ):
        content = recording(brand, *kinds, index_last=index_last)
        assert mp4_type(io.BytesIO(content)) == kind
        assert media_type_of(io.BytesIO(content)) == kind


def test_long_boxes_are_stepped_over() -> None:
    content = (
        box(b"ftyp", b"mp42") + large_box(b"mdat", bytes(70_000)) + box(b"moov", track(b"soun"))
    )
    assert mp4_type(io.BytesIO(content)) == AUDIO


def test_an_index_behind_thousands_of_fragments_is_found() -> None:
    content = box(b"ftyp", b"mp42") + box(b"moof") * 5_000 + box(b"moov", track(b"soun"))
    assert mp4_type(io.BytesIO(content)) == AUDIO


@pytest.mark.security("an MP4 whose boxes are nested a thousand deep")
def test_boxes_in_boxes_without_end_are_no_recording() -> None:
    content = b""
    for name in [b"moov", b"trak", b"mdia"] * 2_000:
        content = box(name, content)
    assert mp4_type(io.BytesIO(box(b"ftyp", b"isom") + content)) is None


@given(st.binary(max_size=300))
def test_anything_else_has_no_tracks_or_some(content: bytes) -> None:
    assert mp4_type(io.BytesIO(box(b"ftyp", b"isom") + content)) in {AUDIO, VIDEO, None}

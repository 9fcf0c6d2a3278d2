"""What a telephone notes beside a film is gone, and the film is the one that it was."""

from __future__ import annotations

import io
import struct

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bureau.desks.grievances.media.videos import BrokenVideo, cleaned_video

PLACE = "+26.6380+087.9890/"


def film(packing: str, **notes: str) -> bytes:
    """A second of changing grey, as a telephone would pack it."""
    out = io.BytesIO()
    with av.open(out, "w", format=packing) as container:
        container.metadata.update(notes)
        stream = container.add_stream("mpeg4", rate=10)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for shade in range(10):
            pixels = np.full((48, 64, 3), 20 * shade, np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        container.mux(stream.encode(None))
    return out.getvalue()


def pictures_of(content: bytes) -> list[bytes]:
    with av.open(io.BytesIO(content)) as container:
        return [one.to_ndarray().tobytes() for one in container.decode(video=0)]


@pytest.mark.parametrize(("packing", "place"), [("mov", PLACE.encode()), ("mp4", b"loci")])
def test_the_place_goes_and_every_picture_stays(packing: str, place: bytes) -> None:
    sent = film(packing, location=PLACE, title="Kamala's phone")
    assert place in sent and b"Kamala" in sent
    kept = cleaned_video(sent)
    assert place not in kept and b"Kamala" not in kept
    assert len(kept) == len(sent)
    assert len(pictures_of(sent)) == 10
    assert pictures_of(kept) == pictures_of(sent)
    with av.open(io.BytesIO(kept)) as container:
        assert "location" not in container.metadata


def box(kind: bytes, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return struct.pack(">I4s", 8 + len(body), kind) + body


def numbers(*values: int) -> bytes:
    return struct.pack(f">{len(values)}I", *values)


def film_with_notes_running_along(handler: bytes = b"meta") -> bytes:
    """Two chunks of one and two notes, with a picture between and behind them."""
    head = box(b"ftyp", b"qt  ", numbers(0))
    first, second = PLACE.encode(), PLACE.encode() * 2
    data = box(b"mdat", first, b"PICTURE", second, b"PICTURE")
    start = len(head) + 8
    offsets = (start, start + len(first) + len(b"PICTURE"))
    table = box(
        b"stbl",
        box(b"stsz", numbers(0, 0, 3, *[len(first)] * 3)),
        box(b"stsc", numbers(0, 2, 1, 1, 1, 2, 2, 1)),
        box(b"stco", numbers(0, 2, *offsets)),
    )
    media = box(b"mdia", box(b"hdlr", numbers(0, 0), handler, numbers(0)), box(b"minf", table))
    return head + data + box(b"moov", box(b"trak", media))


def test_notes_that_run_along_with_the_film_go_too() -> None:
    sent = film_with_notes_running_along()
    kept = cleaned_video(sent)
    assert PLACE.encode() in sent
    assert PLACE.encode() not in kept
    assert kept.count(b"PICTURE") == 2
    assert len(kept) == len(sent)
    # a track of pictures is left alone
    pictures = film_with_notes_running_along(b"vide")
    assert cleaned_video(pictures) == pictures


@pytest.mark.parametrize("cut", [30, 60, 90, 150])
def test_a_film_that_was_cut_off_is_refused(cut: int) -> None:
    sent = film_with_notes_running_along()[:-cut]
    with pytest.raises(BrokenVideo):
        cleaned_video(sent)


@given(st.binary(max_size=200))
def test_nonsense_is_refused_or_stays_as_long_as_it_was(content: bytes) -> None:
    try:
        assert len(cleaned_video(content)) == len(content)
    except BrokenVideo:
        pass

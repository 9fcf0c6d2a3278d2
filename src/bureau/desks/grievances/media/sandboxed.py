"""Looking into complainants' files in a child of limited means: the caller's side, and the child's."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from bureau.desks.grievances.media.archives import WrongKind
from bureau.desks.grievances.media.photos import BrokenPhoto, check_size, cleaned
from bureau.desks.grievances.media.videos import BrokenVideo, cleaned_video
from bureau.kernel.sandbox import FileRefused, Lent, Limits, Parser, register, run, stream
from bureau.kernel.sandbox.parsers import MB

_PICTURES = ("PIL.Image", "PIL.ImageOps")
PHOTO_SIZE = register(
    Parser(
        "grievances.photo_size",
        f"{__name__}:checked_photo",
        Limits(memory_bytes=512 * MB, cpu_seconds=10, wall_seconds=30),
        errors=(BrokenPhoto,),
        preload=_PICTURES,
    )
)
PHOTO = register(
    Parser(
        "grievances.photo",
        f"{__name__}:cleaned_photo",
        # 60 million pixels of four bytes, and a copy of them
        Limits(memory_bytes=1024 * MB, cpu_seconds=60),
        errors=(BrokenPhoto,),
        preload=_PICTURES,
    )
)
VIDEO = register(
    Parser(
        "grievances.video",
        f"{__name__}:cleaned_film",
        Limits(memory_bytes=1024 * MB, cpu_seconds=60),
        errors=(BrokenVideo,),
    )
)
_COUNTING = Limits(memory_bytes=512 * MB, cpu_seconds=60)
ZIP = register(
    Parser(
        "grievances.zip",
        "bureau.desks.grievances.media.archives:count_zip",
        _COUNTING,
        errors=(WrongKind,),
    )
)
GZIP = register(
    Parser(
        "grievances.gzip",
        "bureau.desks.grievances.media.archives:count_gzip",
        _COUNTING,
        errors=(WrongKind,),
    )
)


def check_photo(file: BinaryIO) -> None:
    """`photos.check_size`.

    Raises:
        BrokenPhoto: no picture, or too large to be one.
    """
    try:
        run(PHOTO_SIZE, Lent(file))
    except FileRefused:
        raise BrokenPhoto from None


def clean_photo(file: BinaryIO) -> tuple[bytes, str]:
    """`photos.cleaned`; raises as `check_photo`."""
    try:
        media_type, data = stream(PHOTO, Lent(file))
    except FileRefused:
        raise BrokenPhoto from None
    return data, media_type


def clean_video(file: BinaryIO) -> bytes:
    """`videos.cleaned_video`.

    Raises:
        BrokenVideo: boxes that make no sense, or notes that cannot be removed.
    """
    data: bytes = run(VIDEO, Lent(file))
    return data


def count_unpacked(parser: Parser, file: BinaryIO) -> None:
    """Unpack an archive and forget it, by `ZIP` or `GZIP`.

    Raises:
        WrongKind: it is damaged or holds too much.
    """
    run(parser, Lent(file))


# --- in the child -----------------------------------------------------------------------------


def checked_photo(path: Path) -> None:
    """`photos.check_size` of a file."""
    with path.open("rb") as file:
        check_size(file)


def cleaned_photo(path: Path) -> Iterator[Any]:
    """The media type, then the picture."""
    with path.open("rb") as file:
        data, media_type = cleaned(file)
    yield media_type
    yield data


def cleaned_film(path: Path) -> bytes:
    """`videos.cleaned_video` of a file."""
    return cleaned_video(path.read_bytes())

"""Photos made fit to keep: 1920 pixels at most, turned upright, without where they were taken. Pure.

A picture is decoded and written anew, so nothing but pixels survives: no place, no camera, no
script behind the picture.
"""

from __future__ import annotations

import warnings
from io import BytesIO
from typing import BinaryIO

from PIL import Image, ImageOps, UnidentifiedImageError

from bureau.kernel.errors import InvalidInput

MAX_SIDE = 1920
QUALITY = 85
# a photo of a modern telephone has 50 million pixels at most; a bomb has hundreds
MAX_PIXELS = 60_000_000
_FORMATS = {"JPEG": "JPEG", "MPO": "JPEG", "WEBP": "WEBP", "PNG": "PNG", "GIF": "PNG", "BMP": "PNG"}
# what is opened at all; JPEGs of several pictures come out as MPO
OPENED = ("JPEG", "PNG", "GIF", "BMP", "WEBP")
MEDIA_TYPES = {"JPEG": "image/jpeg", "WEBP": "image/webp", "PNG": "image/png"}
# the formats that Pillow does not load by itself are unknown to it until then
Image.init()
# what Pillow raises for pictures that are not what they say
_DAMAGE = (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, MemoryError)


class BrokenPhoto(InvalidInput):
    """A picture that cannot be decoded, or is too large to be."""

    code = "BROKEN_PHOTO"
    default_message = "The picture is damaged or too large to be opened."


def check_size(file: BinaryIO) -> None:
    """Refuse a picture by its header, before any pixel is decoded.

    Raises:
        BrokenPhoto: no picture, or more than `MAX_PIXELS`.
    """
    try:
        with warnings.catch_warnings(), Image.open(file, formats=OPENED) as image:
            warnings.simplefilter("ignore")
            width, height = image.size
    except (*_DAMAGE, Image.DecompressionBombError):
        raise BrokenPhoto from None
    finally:
        file.seek(0)
    if width * height > MAX_PIXELS:
        raise BrokenPhoto


def cleaned(file: BinaryIO) -> tuple[bytes, str]:
    """The picture written anew, and its media type.

    Raises:
        BrokenPhoto: it cannot be decoded.
    """
    check_size(file)
    try:
        with warnings.catch_warnings(), Image.open(file, formats=OPENED) as image:
            warnings.simplefilter("ignore")
            wanted = _FORMATS[image.format or "PNG"]
            # a large JPEG is decoded at a fraction of its size
            image.draft("RGB", (MAX_SIDE, MAX_SIDE))
            upright = ImageOps.exif_transpose(image)
            return _written(upright, wanted), MEDIA_TYPES[wanted]
    except (*_DAMAGE, Image.DecompressionBombError):
        raise BrokenPhoto from None


def _written(image: Image.Image, wanted: str) -> bytes:
    image.thumbnail((MAX_SIDE, MAX_SIDE))
    has_alpha = image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info
    clean = image.convert("RGBA" if has_alpha and wanted != "JPEG" else "RGB")
    # a picture carries notes along unless they are dropped one by one
    clean.info = {}
    out = BytesIO()
    clean.save(out, wanted, quality=QUALITY)
    return out.getvalue()

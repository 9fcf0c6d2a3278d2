"""Small pictures, sounds and documents for tests."""

from __future__ import annotations

import io
import wave
import zipfile
from typing import Any

from PIL import Image


def jpeg(size: tuple[int, int] = (64, 48), **notes: Any) -> bytes:
    """A picture; `exif` may carry notes."""
    out = io.BytesIO()
    Image.new("RGB", size, (120, 90, 30)).save(out, "JPEG", **notes)
    return out.getvalue()


def jpeg_with_place(size: tuple[int, int] = (64, 48)) -> bytes:
    """A picture that says where it was taken and by which camera."""
    exif = Image.Exif()
    exif[0x010F] = "Spy Camera"
    exif.get_ifd(0x8825).update({1: "N", 2: (26.0, 38.0, 12.0), 3: "E", 4: (87.0, 59.0, 3.0)})
    return jpeg(size, exif=exif)


def png(size: tuple[int, int] = (64, 48)) -> bytes:
    out = io.BytesIO()
    Image.new("RGBA", size, (1, 2, 3, 200)).save(out, "PNG")
    return out.getvalue()


def wav(seconds: float = 0.2) -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(16_000)
        sound.writeframes(b"\x00\x01" * int(16_000 * seconds))
    return out.getvalue()


def archive(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in members.items():
            packed.writestr(name, content)
    return out.getvalue()


PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"

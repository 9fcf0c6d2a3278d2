"""Reading a message that is sent: JSON with a base64 recording, or a form with a file.

Recordings are larger than Django lets a body be in memory, so JSON is read from the stream up to
this desk's own limit.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest

from bureau.desks.interpreting.errors import refused
from bureau.desks.interpreting.files import MAX_AUDIO_BYTES, MIN_AUDIO_BYTES
from bureau.desks.interpreting.wording import VOICE_MESSAGE
from bureau.kernel.errors import InvalidInput, TooLarge
from bureau.kernel.ops.parsing import json_of, storable

MAX_TEXT = 10_000
# base64 takes four characters for three bytes; the rest of the body is text
MAX_BODY = MAX_AUDIO_BYTES * 4 // 3 + 1_000_000
FORMS = ("multipart/form-data", "application/x-www-form-urlencoded")


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody wants to say; `text` is empty for a pure voice message."""

    sender_type: str
    text: str
    audio: bytes
    has_image: bool
    # what the sender called the recording's file
    name: str = ""


def parse_message(request: HttpRequest) -> Said:
    """What the request says, checked as far as it can be without the room.

    Raises:
        InvalidInput: something is missing, too long, too short or not readable.
        TooLarge: the recording is over the limit.
    """
    fields = _fields_of(request)
    upload = request.FILES.get("audio")
    sender_type = _text(fields, "sender_type").strip()
    if not sender_type:
        raise refused("sender_type is required")
    text = _text(fields, "text").strip()
    if len(text) > MAX_TEXT:
        raise refused(f"The text has {len(text):,} characters; the limit is {MAX_TEXT:,}.")
    audio = _decoded(_text(fields, "audio")) if upload is None else _read(upload)
    if audio is not None:
        _check_size(audio)
        text = "" if text == VOICE_MESSAGE else text
    has_image = bool(_text(fields, "image")) or "image" in request.FILES
    if not text and audio is None and not has_image:
        raise refused("Either text or audio is required")
    return Said(sender_type, text, audio or b"", has_image, name=getattr(upload, "name", "") or "")


def _fields_of(request: HttpRequest) -> dict[str, Any]:
    return dict(request.POST.items()) if request.content_type in FORMS else _json_fields(request)


def _read(upload: UploadedFile[Any]) -> bytes:
    if (upload.size or 0) > MAX_AUDIO_BYTES:
        raise _too_large()
    return bytes(upload.read())


def _json_fields(request: HttpRequest) -> dict[str, Any]:
    body = request.read(MAX_BODY + 1)
    if len(body) > MAX_BODY:
        raise _too_large()
    try:
        fields = json_of(body)
    except (ValueError, RecursionError):
        raise InvalidInput(
            "The body cannot be read: send valid JSON in UTF-8, without NUL."
        ) from None
    if not isinstance(fields, dict):
        raise InvalidInput("The body must be a JSON object.")
    return fields


def _text(fields: dict[str, Any], name: str) -> str:
    value = fields.get(name)
    if value is None:
        return ""
    if not isinstance(value, str) or not storable(value):
        raise refused(f"{name} must be text")
    return value


def _decoded(audio: str) -> bytes | None:
    """Base64, with or without the prefix of a data URL."""
    if not audio:
        return None
    encoded = audio.partition(",")[2] if audio.startswith("data:") else audio
    try:
        return base64.b64decode("".join(encoded.split()), validate=True)
    except (binascii.Error, ValueError):
        raise refused("audio must be base64") from None


def _check_size(audio: bytes) -> None:
    if len(audio) < MIN_AUDIO_BYTES:
        raise refused("Audio recording is too short or empty.")
    if len(audio) > MAX_AUDIO_BYTES:
        raise _too_large()


def _too_large() -> TooLarge:
    return TooLarge(f"The recording is over the limit of {MAX_AUDIO_BYTES // 1024**2} MB.")

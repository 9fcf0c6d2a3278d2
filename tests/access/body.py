"""What a request carries."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart


class Body(NamedTuple):
    """Content and its type."""

    content: bytes = b""
    content_type: str = "application/json"


def form(fields: dict[str, Any]) -> Body:
    """A multipart form; files are `SimpleUploadedFile`."""
    return Body(encode_multipart(BOUNDARY, fields), MULTIPART_CONTENT)

"""Verbs on the desk's documents."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import UploadedFile

from bureau.desks.knowledge.access import collection_to_fill
from bureau.kernel.accounts.models import User
from bureau.kernel.retrieval.models import Document
from bureau.kernel.retrieval.services import add_document

TYPES = ("manual", "datasheet", "firmware_notes", "quick_start", "troubleshooting", "other")
DETAILS = ("document_type", "product_line", "version", "description")


def upload_document(
    user: User,
    file: UploadedFile[Any],
    *,
    title: str = "",
    language: str = "auto",
    audience: str = "owner",
    details: dict[str, str] | None = None,
) -> Document:
    """Keep an upload in the person's own collection, or in a shared one, and have it read.

    Raises:
        NotAllowed: only administrators add to what others read.
        InvalidInput, TooLarge: see `add_document`.
    """
    known = {name: value for name, value in (details or {}).items() if name in DETAILS and value}
    return add_document(
        collection_to_fill(user, audience),
        file=file,
        title=title,
        language=language,
        metadata={"document_type": "other", **known},
        actor=user,
        versioned=True,
    )

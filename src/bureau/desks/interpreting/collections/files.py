"""The kind of file that a patient context is read from; nobody opens it, and it goes when it is read."""

from __future__ import annotations

from django.conf import settings

from bureau.kernel.accounts.models import User
from bureau.kernel.errors import NotFound
from bureau.kernel.files.kinds import FileKind, register_kind
from bureau.kernel.files.models import StoredFile
from bureau.kernel.retrieval.files import PDF

PATIENT_SOURCE = "interpreting.patient_source"


def _closed(user: User, stored: StoredFile) -> None:
    raise NotFound.matching("File")


def register_kinds() -> None:
    """Tell the files room about it."""
    limit = settings.MAX_UPLOAD_BYTES
    register_kind(FileKind(PATIENT_SOURCE, limit, frozenset({PDF}), _closed))

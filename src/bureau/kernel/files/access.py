"""The one door to stored files: each kind says who may read."""

from __future__ import annotations

import uuid

from bureau.kernel.accounts.models import User
from bureau.kernel.errors import NotFound
from bureau.kernel.files.kinds import kind_of
from bureau.kernel.files.models import StoredFile


def file_for(user: User, file_id: uuid.UUID) -> StoredFile:
    """A file the person may read; NotFound where it is absent or closed to them."""
    stored = StoredFile.objects.filter(pk=file_id).first()
    if stored is None:
        raise NotFound.matching("File")
    kind_of(stored.kind).door(user, stored)
    return stored

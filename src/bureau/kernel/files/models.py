"""Stored files: an opaque id, an owner, a kind; the bytes lie in the storage under `key`."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models


class StoredFile(models.Model):
    """One file. Its name is for people; its key in the storage is its id and tells nothing."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # null is the system itself
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="files"
    )
    kind = models.CharField(max_length=60)
    name = models.CharField(max_length=255)
    media_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    created_at = models.DateTimeField(auto_now_add=True)

    @property
    def key(self) -> str:
        """Where the bytes lie in the storage; two levels keep folders small."""
        return f"{self.id.hex[:2]}/{self.id.hex}"

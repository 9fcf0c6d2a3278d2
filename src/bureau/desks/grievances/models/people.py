"""The people who complain. Everything that names one is sealed; blind indexes find them again."""

from __future__ import annotations

import uuid

from django.db import models

from bureau.kernel.vault.fields import EncryptedTextField
from bureau.kernel.vault.indexes import BlindIndexField

# what a sealed value is bound to
ROW = "complainant_id"
# the fields that name a person
PERSONAL = ("full_name", "phone", "email", "address")


class Complainant(models.Model):
    """A person, or nobody in particular (`is_anonymous`: then nothing personal is kept)."""

    complainant_id = models.CharField(max_length=60, unique=True)
    unique_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    full_name = EncryptedTextField(row=ROW, max_length=200, blank=True, default="")
    phone = EncryptedTextField(row=ROW, max_length=40, blank=True, default="")
    email = EncryptedTextField(row=ROW, max_length=254, blank=True, default="")
    address = EncryptedTextField(row=ROW, max_length=500, blank=True, default="")
    full_name_index = BlindIndexField(source="full_name", normaliser="name")
    phone_index = BlindIndexField(source="phone", normaliser="phone")
    email_index = BlindIndexField(source="email", normaliser="email")
    province = models.CharField(max_length=12, blank=True, default="")
    district = models.CharField(max_length=12, blank=True, default="")
    municipality = models.CharField(max_length=100, blank=True, default="")
    ward = models.PositiveSmallIntegerField(null=True)
    village = models.CharField(max_length=100, blank=True, default="")
    language = models.CharField(max_length=10, default="ne")
    is_anonymous = models.BooleanField(default=False)
    phone_verified_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    erased_at = models.DateTimeField(null=True)

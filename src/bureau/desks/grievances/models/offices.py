"""Who deals with complaints of which place, and the kinds of complaint there are."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from bureau.kernel.vault.fields import EncryptedTextField


class Office(models.Model):
    """An office that answers complaints. The contact person is a person: sealed."""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=200)
    name_ne = models.CharField(max_length=200, blank=True, default="")
    address = models.CharField(max_length=300, blank=True, default="")
    district = models.CharField(max_length=40, blank=True, default="")
    contact_name = EncryptedTextField(row="code", max_length=200, blank=True, default="")
    contact_email = EncryptedTextField(row="code", max_length=254, blank=True, default="")
    contact_phone = EncryptedTextField(row="code", max_length=40, blank=True, default="")
    is_active = models.BooleanField(default=True)


class OfficeArea(models.Model):
    """A place an office deals with; what is blank is the whole of what stands before it."""

    office = models.ForeignKey(Office, on_delete=models.CASCADE, related_name="areas")
    province = models.CharField(max_length=12)
    district = models.CharField(max_length=12, blank=True, default="")
    municipality = models.CharField(max_length=100, blank=True, default="")
    ward = models.PositiveSmallIntegerField(null=True)

    class Meta:
        constraints = [
            # two offices for one place would make routing a matter of luck
            models.UniqueConstraint(
                fields=["province", "district", "municipality", "ward"],
                nulls_distinct=False,
                name="place_has_one_office",
            )
        ]


class OfficeMember(models.Model):
    """An officer's seat in an office. Sensitive cases are shown to those named for them only."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="grievance_offices"
    )
    office = models.ForeignKey(Office, on_delete=models.CASCADE, related_name="members")
    handles_sensitive = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "office"], name="officer_once_an_office")
        ]


class Category(models.Model):
    """A kind of complaint that an operator loaded; while there is none the shipped ones hold."""

    key = models.CharField(max_length=200, unique=True)
    position = models.PositiveSmallIntegerField()
    fields = models.JSONField()

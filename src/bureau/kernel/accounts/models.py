"""People who sign in, their sign-ins, second factors and service keys."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser
from django.contrib.auth.models import UserManager as DjangoUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from bureau.kernel.vault.fields import EncryptedTextField


class Role(models.TextChoices):
    """What a person is to the organisation; decides which doors may open."""

    PATIENT = "patient", _("Patient")
    DOCTOR = "doctor", _("Doctor")
    ADMIN = "admin", _("Administrator")
    OFFICER = "officer", _("Officer")
    ANALYST = "analyst", _("Analyst")
    AUDITOR = "auditor", _("Auditor")


STAFF_ROLES = frozenset({Role.DOCTOR, Role.ADMIN, Role.OFFICER, Role.ANALYST, Role.AUDITOR})
# where these people work decides what they see, so only an administrator may say it
ROLES_BOUND_TO_OFFICE = frozenset({Role.OFFICER, Role.ANALYST, Role.AUDITOR})


class UserManager(DjangoUserManager["User"]):
    """Django's manager; a superuser is an administrator of the house unless told otherwise."""

    def create_superuser(
        self,
        username: str,
        email: str | None = None,
        password: str | None = None,
        **extra_fields: Any,
    ) -> User:
        extra_fields.setdefault("role", Role.ADMIN)
        return super().create_superuser(username, email, password, **extra_fields)


class User(AbstractUser):
    """A person with an account.

    `medical_license` and `patient_id` are what the person states; they open no door.
    """

    # what the sealed fields are bound to: unlike `id` it exists before the row does
    seal_key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    role = models.CharField(max_length=10, choices=Role.choices, default=Role.PATIENT)
    preferred_language = models.CharField(max_length=10, default="en")
    phone_number = EncryptedTextField(row="seal_key", max_length=20, blank=True, default="")
    medical_license = EncryptedTextField(row="seal_key", max_length=50, blank=True, default="")
    patient_id = EncryptedTextField(row="seal_key", max_length=50, blank=True, default="")
    department = models.CharField(max_length=100, blank=True, default="")
    # when the person showed that mail to `email` reaches them; an address counts only then
    email_proved_at = models.DateTimeField(null=True, editable=False)
    # an administrator knows the password too: it opens nothing but the way to another one
    password_is_temporary = models.BooleanField(default=False, editable=False)

    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        constraints = [
            # `Doctor` must not pass for `doctor`
            models.UniqueConstraint(Lower("username"), name="username_unique_ignoring_case"),
        ]
        indexes = [models.Index(fields=["role", "is_active"], name="user_by_role")]

    @property
    def is_admin(self) -> bool:
        """Administrators by role, and superusers."""
        return self.role == Role.ADMIN or self.is_superuser

    @property
    def is_house_staff(self) -> bool:
        """Anyone who works here: every role but patient, and superusers."""
        return self.role in STAFF_ROLES or self.is_superuser

    @property
    def has_second_factor(self) -> bool:
        """Whether an authenticator app was confirmed for this account."""
        device: TotpDevice | None = getattr(self, "totp_device", None)
        return device is not None and device.confirmed_at is not None


class LoginSession(models.Model):
    """One sign-in: the family of tokens that came from it, and the browser session if any.

    Every request that carries a token or cookie of this family looks the row up, so revoking it
    (logout, new password, changed role, a refresh token used twice) works at once.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="login_sessions")
    # a person with a confirmed second factor may only verify it until this is true
    second_factor_done = models.BooleanField(default=False)
    refresh_id = models.UUIDField(default=uuid.uuid4, help_text="The one refresh token in force.")
    # changes with the password, however it was changed, and ends the sign-in then
    password_mark = models.CharField(max_length=128)
    created_at = models.DateTimeField(auto_now_add=True)
    refreshed_at = models.DateTimeField(auto_now_add=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_because = models.CharField(max_length=40, blank=True, default="")

    @property
    def is_pending(self) -> bool:
        """The password was right and the second factor is still to come."""
        return self.user.has_second_factor and not self.second_factor_done


class TotpDevice(models.Model):
    """An authenticator app. Unconfirmed until the person typed one right code."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="totp_device")
    seal_key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    secret = EncryptedTextField(row="seal_key")
    confirmed_at = models.DateTimeField(null=True)
    # a code is good once: steps at or below this one are refused
    last_step = models.BigIntegerField(default=0)


class RecoveryCode(models.Model):
    """A one-time code for a lost authenticator; only its keyed digest is kept."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="recovery_codes")
    digest = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "digest"], name="recovery_code_once_a_user")
        ]


class MailedLink(models.Model):
    """A link in an e-mail that proves who opened it; only its keyed digest is kept. Good once."""

    class Kind(models.TextChoices):
        """What the link is for; it opens nothing else."""

        RESET = "reset"
        INVITATION = "invitation"
        PROOF = "proof"

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="mailed_links")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    digest = models.CharField(max_length=64, unique=True)
    # the address it went to: it proves that one, not one that was stated since
    email_digest = models.CharField(max_length=64)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["expires_at"], name="mailed_link_by_age")]


class ExternalIdentity(models.Model):
    """An account at an OpenID Connect provider that signs a person in here."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="external_identities")
    issuer = models.CharField(max_length=255)
    subject = models.CharField(max_length=255, help_text="The provider's own id of the person.")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["issuer", "subject"], name="external_identity_once")
        ]


class Attempt(models.Model):
    """A try that counts against a limit: a failed sign-in or second factor, a registration.

    The account is kept as a keyed digest: a list of names that were typed is personal data.
    """

    class Kind(models.TextChoices):
        """What was tried; each kind has a budget of its own (`throttle.py`)."""

        SIGN_IN = "sign_in"
        SECOND_FACTOR = "second_factor"
        REGISTRATION = "registration"
        MAIL = "mail"

    kind = models.CharField(max_length=16, choices=Kind.choices)
    account_digest = models.CharField(max_length=64)
    address = models.GenericIPAddressField()
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [
            models.Index(fields=["kind", "account_digest", "at"], name="attempt_by_account"),
            models.Index(fields=["kind", "address", "at"], name="attempt_by_address"),
            models.Index(fields=["at"], name="attempt_by_age"),
        ]


class ServiceKey(models.Model):
    """An API key of a machine caller, such as a chat bot; only its keyed digest is kept."""

    name = models.CharField(max_length=100)
    digest = models.CharField(max_length=64, unique=True)
    desk = models.CharField(max_length=40, help_text="The one desk this key opens.")
    created_at = models.DateTimeField(auto_now_add=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            # a revoked key's name may be given again
            models.UniqueConstraint(
                fields=["name"],
                condition=models.Q(revoked_at__isnull=True),
                name="service_key_name_in_force",
            )
        ]

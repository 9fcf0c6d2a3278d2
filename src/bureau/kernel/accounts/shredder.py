"""What erasing and exporting a person means for accounts."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from bureau.kernel.accounts import audit
from bureau.kernel.accounts.models import (
    ExternalIdentity,
    LoginSession,
    MailedLink,
    RecoveryCode,
    TotpDevice,
    User,
)
from bureau.kernel.accounts.sessions import end_all
from bureau.kernel.vault.shredders import Meant, Person

_EXPORTED = (
    "username",
    "first_name",
    "last_name",
    "email",
    "role",
    "preferred_language",
    "phone_number",
    "medical_license",
    "patient_id",
    "department",
    "date_joined",
    "last_login",
)


def erase_account(person: Person) -> int:
    """Close the person's accounts and blank what says who they were; rows that name them stay."""
    users = list(accounts_of(person).select_for_update())
    for user in users:
        _erase(user)
    return len(users)


def export_account(person: Person) -> list[dict[str, Any]]:
    """The person's accounts, with the times of their sign-ins."""
    return [_record(user) for user in accounts_of(person)]


def accounts_of(person: Person) -> QuerySet[User]:
    """A person's accounts, for other rooms too: by user name, else by an address that they proved.

    Anybody can state another's address, so one that no mailed link has proved names nobody. Phone
    numbers of accounts are sealed and have no index.
    """
    if person.username:
        return User.objects.filter(username__iexact=person.username)
    return _stating(person).filter(email_proved_at__isnull=False)


def identify(person: Person) -> Meant:
    """The names of the person's accounts, and of those that state the address without proof."""
    meant = tuple(accounts_of(person).values_list("username", flat=True))
    unproved = _stating(person).filter(email_proved_at=None).exclude(username__in=meant)
    return Meant(meant, tuple(unproved.values_list("username", flat=True)))


def _stating(person: Person) -> QuerySet[User]:
    email = person.email.strip()
    # an erased account states the empty address
    found = User.objects.filter(email__iexact=email) if email else User.objects.none()
    return found.order_by("pk")


def _erase(user: User) -> None:
    end_all(user, "erased")
    TotpDevice.objects.filter(user=user).delete()
    RecoveryCode.objects.filter(user=user).delete()
    MailedLink.objects.filter(user=user).delete()
    ExternalIdentity.objects.filter(user=user).delete()
    user.username = f"erased-{user.seal_key.hex}"
    user.first_name = user.last_name = user.email = user.department = ""
    user.email_proved_at = None
    user.phone_number = user.medical_license = user.patient_id = ""
    user.is_active = False
    user.set_unusable_password()
    user.save()
    audit.record("account.deactivated", user, None, erased=True)


def _record(user: User) -> dict[str, Any]:
    signed_in = LoginSession.objects.filter(user=user).order_by("created_at")
    return {
        **{name: getattr(user, name) for name in _EXPORTED},
        "email_proved_at": user.email_proved_at,
        "external_identities": list(
            ExternalIdentity.objects.filter(user=user).values("issuer", "subject", "created_at")
        ),
        "sign_ins": list(signed_in.values_list("created_at", flat=True)),
    }

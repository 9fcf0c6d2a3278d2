"""What erasing and exporting a person means for accounts."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from bureau.kernel.accounts import audit
from bureau.kernel.accounts.models import LoginSession, RecoveryCode, TotpDevice, User
from bureau.kernel.accounts.sessions import end_all
from bureau.kernel.vault.shredders import Person

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
    """A person's accounts, for other rooms too: by user name or address, in any case.

    Phone numbers of accounts are sealed and have no index.
    """
    wanted = Q(pk__in=[])
    if person.username:
        wanted |= Q(username__iexact=person.username)
    if person.email:
        wanted |= Q(email__iexact=person.email.strip())
    return User.objects.filter(wanted).order_by("pk")


def _erase(user: User) -> None:
    end_all(user, "erased")
    TotpDevice.objects.filter(user=user).delete()
    RecoveryCode.objects.filter(user=user).delete()
    user.username = f"erased-{user.seal_key.hex}"
    user.first_name = user.last_name = user.email = user.department = ""
    user.phone_number = user.medical_license = user.patient_id = ""
    user.is_active = False
    user.set_unusable_password()
    user.save()
    audit.record("account.deactivated", user, None, erased=True)


def _record(user: User) -> dict[str, Any]:
    signed_in = LoginSession.objects.filter(user=user).order_by("created_at")
    return {
        **{name: getattr(user, name) for name in _EXPORTED},
        "sign_ins": list(signed_in.values_list("created_at", flat=True)),
    }

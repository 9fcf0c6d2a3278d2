"""The only doors to other people's accounts."""

from __future__ import annotations

from django.db.models import QuerySet

from bureau.kernel.accounts.models import Role, User
from bureau.kernel.errors import NotAllowed, NotFound

CARES_FOR_PATIENTS = frozenset({Role.DOCTOR, Role.ADMIN})


def accounts_for(viewer: User) -> QuerySet[User]:
    """Every account, newest first: administrators only.

    Raises:
        NotAllowed: the viewer is no administrator.
    """
    if not viewer.is_admin:
        raise NotAllowed
    return User.objects.order_by("-id")


def account_for(viewer: User, user_id: int) -> User:
    """One account, for administrators.

    Raises:
        NotAllowed, NotFound
    """
    user = accounts_for(viewer).filter(pk=user_id).first()
    if user is None:
        raise NotFound.matching("User")
    return user


def account_to_change(viewer: User, user_id: int) -> User:
    """One account to change or remove; a superuser's is open to superusers only.

    Raises:
        NotAllowed, NotFound
    """
    user = account_for(viewer, user_id)
    if user.is_superuser and not viewer.is_superuser:
        raise NotAllowed("Only a superuser may change a superuser's account.")
    return user


def doctors_for(viewer: User) -> list[User]:
    """Active doctors by name, for anyone signed in; contact details only for who works here."""
    doctors = list(_active(Role.DOCTOR))
    return doctors if viewer.is_house_staff else [_without_contact(user) for user in doctors]


def patients_for(viewer: User) -> list[User]:
    """Active patients by name, for those who care for them.

    Raises:
        NotAllowed: the viewer is neither doctor nor administrator.
    """
    if viewer.role not in CARES_FOR_PATIENTS and not viewer.is_superuser:
        raise NotAllowed
    return list(_active(Role.PATIENT))


def _active(role: Role) -> QuerySet[User]:
    people = User.objects.filter(role=role, is_active=True)
    return people.order_by("last_name", "first_name", "id")


def _without_contact(user: User) -> User:
    user.email = user.phone_number = user.patient_id = user.medical_license = ""
    return user

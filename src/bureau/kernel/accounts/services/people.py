"""Accounts of people: making, changing, closing and removing them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError, RestrictedError
from django.http import HttpRequest

from bureau.kernel.accounts import audit
from bureau.kernel.accounts.addresses import address_of
from bureau.kernel.accounts.errors import field_errors, from_django, require
from bureau.kernel.accounts.hashing import hash_password
from bureau.kernel.accounts.models import (
    ROLES_BOUND_TO_OFFICE,
    Attempt,
    LoginSession,
    Role,
    User,
)
from bureau.kernel.accounts.services.sign_in import check_password
from bureau.kernel.accounts.sessions import end_all
from bureau.kernel.accounts.throttle import Suspect, charge, refuse_if_spent
from bureau.kernel.errors import Conflict, InvalidInput

USERNAME_TAKEN = "A user with that username already exists."
PASSWORDS_DIFFER = "Password fields didn't match."
# what the owner of an account may see and not set
ONLY_ADMINISTRATORS = "Only an administrator can change this."


def register(
    request: HttpRequest,
    fields: Mapping[str, Any],
    password: str,
    password_confirm: str,
) -> User:
    """A person makes their own account, as a patient; asking for another role is refused.

    Raises:
        InvalidInput: with the flat field errors of the contract.
        TooManyRequests: too many registrations from this address.
    """
    suspect = Suspect(Attempt.Kind.REGISTRATION, address_of(request))
    refuse_if_spent(suspect)
    charge(suspect)
    if fields.get("role", Role.PATIENT) != Role.PATIENT:
        raise field_errors({"role": ["Only an administrator can give this role."]})
    return create_user(None, fields, password, password_confirm)


def create_user(
    actor: User | None, fields: Mapping[str, Any], password: str, password_confirm: str
) -> User:
    """Make an account with any role; `actor` is the administrator, None for the person itself.

    Raises:
        InvalidInput: with the flat field errors of the contract.
    """
    username = User.normalize_username(fields.get("username", ""))
    require(username=username, password=password, password_confirm=password_confirm)
    user = User(**{**fields, "username": username})
    _check_new_username(user)
    _check_fields(user)
    if password != password_confirm:
        raise field_errors({"password": [PASSWORDS_DIFFER]})
    check_new_password(password, user, "password")
    user.password = hash_password(password)
    with transaction.atomic():
        _save_new(user)
        audit.record("account.registered", user, actor or user, role=user.role)
    return user


def update_own_profile(user: User, changes: Mapping[str, Any]) -> User:
    """A person changes their own account.

    Clients send the whole account back, so what is not theirs to set is accepted unchanged.

    Raises:
        InvalidInput: a value is wrong, or differs where only an administrator decides.
    """
    fixed = ["role", "is_active"]
    if user.role in ROLES_BOUND_TO_OFFICE:
        fixed.append("department")
    refused = {
        name: [ONLY_ADMINISTRATORS]
        for name in fixed
        if name in changes and changes[name] != getattr(user, name)
    }
    if refused:
        raise field_errors(refused)
    return _change(user, changes, actor=user)


def update_user(actor: User, user: User, changes: Mapping[str, Any]) -> User:
    """An administrator changes an account; a new role or closing it ends its sign-ins at once.

    Raises:
        InvalidInput: a value is wrong, or administrators would lock themselves out.
    """
    refused = {}
    if user.pk == actor.pk:
        if "role" in changes and changes["role"] != user.role:
            refused["role"] = ["You cannot change your own role."]
        if changes.get("is_active") is False:
            refused["is_active"] = ["You cannot deactivate your own account."]
    if refused:
        raise field_errors(refused)
    return _change(user, changes, actor=actor)


@transaction.atomic
def delete_user(actor: User, user: User) -> None:
    """An administrator removes an account.

    Raises:
        InvalidInput: it is their own.
        Conflict: records that must be kept name this person.
    """
    if user.pk == actor.pk:
        raise InvalidInput("You cannot delete your own account.")
    audit.record("account.deleted", user, actor)
    try:
        user.delete()
    except (ProtectedError, RestrictedError):
        raise Conflict(
            "Records that must be kept name this person. Deactivate the account instead."
        ) from None


def change_password(
    request: HttpRequest, login: LoginSession, old_password: str, new_password: str
) -> None:
    """Replace one's own password; every other sign-in ends, `login` goes on.

    Raises:
        InvalidInput: the old password is wrong or the new one too weak.
        TooManyRequests: too many wrong passwords; asking here is guessing like anywhere else.
    """
    require(old_password=old_password, new_password=new_password)
    user = check_password(request, login.user.username, old_password)
    if user is None:
        raise field_errors({"old_password": ["Old password is incorrect."]})
    check_new_password(new_password, user, "new_password")
    user.password = hash_password(new_password)
    with transaction.atomic():
        user.save(update_fields=["password"])
        end_all(user, "password_changed", keep=login)
        mark = user.get_session_auth_hash()
        LoginSession.objects.filter(pk=login.pk).update(password_mark=mark)
        audit.record("account.password_changed", user, user)


def check_new_password(password: str, user: User, field: str) -> None:
    """Apply the installation's password rules.

    Raises:
        InvalidInput: with every broken rule under `field`.
    """
    try:
        validate_password(password, user)
    except ValidationError as problem:
        raise field_errors({field: problem.messages}) from None


@transaction.atomic
def _change(user: User, changes: Mapping[str, Any], *, actor: User) -> User:
    # locked: of two administrators the second compares with what the first left
    user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    changed = {name: value for name, value in changes.items() if getattr(user, name) != value}
    before = {name: getattr(user, name) for name in changed}
    for name, value in changed.items():
        setattr(user, name, value)
    _check_fields(user)
    if changed:
        user.save(update_fields=list(changed))
        _record_changes(user, actor, before)
    return user


def _record_changes(user: User, actor: User, before: Mapping[str, Any]) -> None:
    if "role" in before:
        end_all(user, "role_changed")
        audit.record("account.role_changed", user, actor, before=before["role"], after=user.role)
    if "is_active" in before and not user.is_active:
        end_all(user, "deactivated")
        audit.record("account.deactivated", user, actor)
    if "is_active" in before and user.is_active:
        audit.record("account.reactivated", user, actor)
    others = sorted(before.keys() - {"role", "is_active"})
    if others:
        audit.record("account.profile_changed", user, actor, fields=others)


def _save_new(user: User) -> None:
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError:
        # somebody took the name since it was checked
        raise field_errors({"username": [USERNAME_TAKEN]}) from None


def _check_new_username(user: User) -> None:
    if User.objects.filter(username__iexact=user.username).exists():
        raise field_errors({"username": [USERNAME_TAKEN]})


def _check_fields(user: User) -> None:
    try:
        user.clean_fields(exclude=["password"])
        user.clean()
    except ValidationError as problem:
        raise from_django(problem) from None

"""Accounts of people: making, changing, closing and removing them."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from copy import copy
from typing import Any

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError, RestrictedError
from django.http import HttpRequest

from bureau.kernel.accounts import audit
from bureau.kernel.accounts.addresses import address_of
from bureau.kernel.accounts.errors import (
    NameTaken,
    RegistrationClosed,
    field_errors,
    from_django,
    require,
)
from bureau.kernel.accounts.hashing import hash_password
from bureau.kernel.accounts.letters import Letter, post
from bureau.kernel.accounts.links import end_links
from bureau.kernel.accounts.models import (
    ROLES_BOUND_TO_OFFICE,
    Attempt,
    LoginSession,
    MailedLink,
    Role,
    User,
)
from bureau.kernel.accounts.names import LOOKS_ALIKE, looks_like_another
from bureau.kernel.accounts.services.posting import send_proof
from bureau.kernel.accounts.services.sign_in import check_password, confirm_password
from bureau.kernel.accounts.sessions import end_all
from bureau.kernel.accounts.throttle import Suspect, charge, refuse_if_spent
from bureau.kernel.errors import Conflict, InvalidInput, NotSignedIn

TEMPORARY_BYTES = 12
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

    A name that is taken is answered as a free one, so that nobody learns here which names exist: the
    same work is done, and whoever gave an address is told by e-mail. Nothing is stored then.

    Raises:
        RegistrationClosed: strangers make no accounts here.
        InvalidInput: with the flat field errors of the contract.
        TooManyRequests: too many registrations from this address.
    """
    if settings.ENV.bureau_registration != "open":
        raise RegistrationClosed
    suspect = Suspect(Attempt.Kind.REGISTRATION, address_of(request))
    refuse_if_spent(suspect)
    charge(suspect)
    if fields.get("role", Role.PATIENT) != Role.PATIENT:
        raise field_errors({"role": ["Only an administrator can give this role."]})
    user = new_user(fields, password, password_confirm)
    try:
        with transaction.atomic():
            save_new(user, None)
            if user.email:
                send_proof(request, user)
    except NameTaken:
        _answer_as_if_free(user)
    return user


def create_user(
    actor: User | None, fields: Mapping[str, Any], password: str, password_confirm: str
) -> User:
    """Make an account with any role; `actor` is the administrator, None for the person itself.

    Raises:
        InvalidInput: with the flat field errors of the contract.
    """
    user = new_user(fields, password, password_confirm)
    save_new(user, actor)
    return user


def new_user(
    fields: Mapping[str, Any], password: str | None = None, password_confirm: str = ""
) -> User:
    """An account that is in order and not stored yet; without a password where none is given.

    Raises:
        InvalidInput: with the flat field errors of the contract.
    """
    username = User.normalize_username(fields.get("username", ""))
    require(username=username)
    user = User(**{**fields, "username": username})
    _check_fields(user)
    if looks_like_another(username):
        raise field_errors({"username": [LOOKS_ALIKE]})
    if password is not None:
        require(password=password, password_confirm=password_confirm)
        if password != password_confirm:
            raise field_errors({"password": [PASSWORDS_DIFFER]})
        check_new_password(password, user, "password")
        user.password = hash_password(password)
    return user


@transaction.atomic
def save_new(user: User, actor: User | None) -> None:
    """Store a new account; `actor` made it, or the person itself.

    Raises:
        NameTaken: another account has the name, in any case.
    """
    _check_new_username(user)
    _save_new(user)
    audit.record("account.registered", user, actor or user, role=user.role)


def update_own_profile(
    request: HttpRequest,
    user: User,
    login: LoginSession | None,
    changes: Mapping[str, Any],
    password: str = "",
) -> User:
    """A person changes their own account; another e-mail address takes the password.

    Clients send the whole account back, so what is not theirs to set is accepted unchanged.

    Raises:
        InvalidInput: a value is wrong, or differs where only an administrator decides.
        PasswordRequired: the address differs and no password came; see `confirm_password`.
        NotSignedIn: the address differs, and this is the nameless caller of a demo.
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
    moves = changes.get("email", user.email) != user.email
    if moves:
        _check_fields(_changed_copy(user, changes))
        if login is None:
            raise NotSignedIn
        confirm_password(request, login, password)
    with transaction.atomic():
        before, user = user, _change(user, changes, actor=user)
        if moves:
            _tell_of_move(request, before, user)
    return user


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
    if new_password == old_password and user.password_is_temporary:
        raise field_errors({"new_password": ["Choose another password than the temporary one."]})
    user.password, user.password_is_temporary = hash_password(new_password), False
    with transaction.atomic():
        user.save(update_fields=["password", "password_is_temporary"])
        end_links(user, MailedLink.Kind.RESET, MailedLink.Kind.INVITATION)
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


def take_role(user: User, role: Role) -> None:
    """Give an account the role that a provider says it has; another role ends its sign-ins."""
    if user.role != role:
        _change(user, {"role": role}, actor=user)
        user.role = role


def set_temporary_password(actor: User, user: User, password: str = "") -> str:
    """An administrator gives an account a password that opens nothing but the way to another.

    Args:
        password: one that they chose; without it one is made.

    Returns:
        The password, to be told to its owner by a way that is sure.

    Raises:
        InvalidInput: the password is too weak.
        Conflict: it is their own account.
    """
    if user.pk == actor.pk:
        raise Conflict("Change your own password with the one you have.")
    chosen = password or secrets.token_urlsafe(TEMPORARY_BYTES)
    check_new_password(chosen, user, "password")
    user.password, user.password_is_temporary = hash_password(chosen), True
    with transaction.atomic():
        user.save(update_fields=["password", "password_is_temporary"])
        end_links(user, MailedLink.Kind.RESET, MailedLink.Kind.INVITATION)
        end_all(user, "temporary_password")
        audit.record("account.temporary_password_set", user, actor)
    return chosen


@transaction.atomic
def _change(user: User, changes: Mapping[str, Any], *, actor: User) -> User:
    # locked: of two administrators the second compares with what the first left
    user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    changed = {name: value for name, value in changes.items() if getattr(user, name) != value}
    before = {name: getattr(user, name) for name in changed}
    for name, value in changed.items():
        setattr(user, name, value)
    _check_fields(user)
    if "email" in changed:
        # links to the address before end by themselves: they name the address they went to
        user.email_proved_at = None
    if changed:
        user.save(update_fields=[*changed, "email_proved_at"])
        _record_changes(user, actor, before)
    return user


def _changed_copy(user: User, changes: Mapping[str, Any]) -> User:
    changed = copy(user)
    for name, value in changes.items():
        setattr(changed, name, value)
    return changed


def _tell_of_move(request: HttpRequest, before: User, user: User) -> None:
    if before.email and before.email_proved_at:
        values = {"username": user.username}
        post(Letter(before.email, "account_address_changed", user.preferred_language, values))
    if user.email:
        send_proof(request, user)


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
        raise NameTaken from None


def _check_new_username(user: User) -> None:
    if User.objects.filter(username__iexact=user.username).exists():
        raise NameTaken


def _answer_as_if_free(user: User) -> None:
    """Fill in what only a stored account has, and tell whoever gave an address."""
    with connection.cursor() as cursor:
        # a number is spent as for a new account
        cursor.execute("select nextval(pg_get_serial_sequence(%s, 'id'))", [User._meta.db_table])
        (user.pk,) = cursor.fetchone()
    if user.email:
        values = {"username": user.username}
        with transaction.atomic():
            post(Letter(user.email, "account_name_taken", user.preferred_language, values))


def _check_fields(user: User) -> None:
    try:
        user.clean_fields(exclude=["password"])
        user.clean()
    except ValidationError as problem:
        raise from_django(problem) from None

"""What an e-mail's link lets a person do: a new password, a first password, the proof of an address."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from bureau.kernel.accounts import audit, links
from bureau.kernel.accounts.addresses import address_of
from bureau.kernel.accounts.errors import field_errors, require
from bureau.kernel.accounts.hashing import hash_password
from bureau.kernel.accounts.models import Attempt, MailedLink, User
from bureau.kernel.accounts.services import people
from bureau.kernel.accounts.services.posting import send_link, send_proof
from bureau.kernel.accounts.sessions import end_all
from bureau.kernel.accounts.throttle import Suspect, charge, refuse_if_spent
from bureau.kernel.errors import Conflict
from bureau.kernel.vault.keyring import digest

Kind = MailedLink.Kind
# more accounts than this do not share one address in earnest
MOST_ALIKE = 5
# where the letter to nobody would go; it is never sent
_NOBODY = "nobody@example.com"


def request_reset(request: HttpRequest, identifier: str) -> None:
    """Send a link for a new password to the proved address of an account.

    Args:
        identifier: a user name or an e-mail address. Unknown ones, and accounts without a proved
            address, are answered alike, and the same is written for them and undone.

    Raises:
        TooManyRequests: too many for this name or from this address.
    """
    require(identifier=identifier)
    _count(request, identifier)
    with transaction.atomic():
        found = list(_reachable(identifier)[:MOST_ALIKE])
        for user in found:
            send_link(request, user, Kind.RESET)
            audit.record("account.reset_requested", user, None)
        if not found and (stand_in := User.objects.order_by("pk").first()) is not None:
            send_link(request, stand_in, Kind.RESET, _NOBODY)
            audit.record("account.reset_requested", stand_in, None)
            transaction.set_rollback(True)


def reset_password(token: str, new_password: str) -> None:
    """Replace a forgotten password; every sign-in ends, and the address is proved by the way.

    Raises:
        LinkOver: the link opens nothing (any more).
        InvalidInput: the password is too weak.
    """
    _set_password(token, Kind.RESET, new_password, "account.password_reset")


def accept_invitation(token: str, new_password: str) -> None:
    """Choose the first password of an account that an administrator made.

    Raises:
        LinkOver, InvalidInput: as `reset_password`.
    """
    _set_password(token, Kind.INVITATION, new_password, "account.invitation_accepted")


def invite(request: HttpRequest, actor: User, fields: Mapping[str, Any]) -> User:
    """An administrator makes an account without a password and sends its owner the way in.

    Raises:
        InvalidInput: with the flat field errors of the contract; an address is needed.
    """
    require(username=fields.get("username", ""), email=fields.get("email", ""))
    user = people.new_user(fields)
    user.set_unusable_password()
    with transaction.atomic():
        people.save_new(user, actor)
        _invite(request, user, actor)
    return user


def invite_again(request: HttpRequest, actor: User, user: User) -> None:
    """Send an account's owner the way in once more; the earlier link ends.

    Raises:
        Conflict: the account has a password already, is closed, or has no address.
    """
    if user.has_usable_password() or not user.is_active or not user.email:
        raise Conflict("Only an open account with an address and without a password is invited.")
    with transaction.atomic():
        _invite(request, user, actor)


def request_proof(request: HttpRequest, user: User) -> None:
    """Send a person a link that proves their address.

    Raises:
        InvalidInput: the account states no address.
        Conflict: it is proved already.
        TooManyRequests: too many for this account or from this address.
    """
    if not user.email:
        raise field_errors({"email": ["Your account has no e-mail address. Add one first."]})
    if user.email_proved_at is not None:
        raise Conflict("This address is confirmed already.")
    _count(request, user.username)
    with transaction.atomic():
        send_proof(request, user)


def prove_email(token: str) -> None:
    """The link of a letter was opened: its address is the account's owner's.

    Raises:
        LinkOver: the link opens nothing (any more).
    """
    user = links.user_of_link(token, Kind.PROOF)
    with transaction.atomic():
        links.spend_link(token, Kind.PROOF)
        _note_proof(user)


def _set_password(token: str, kind: MailedLink.Kind, password: str, event: str) -> None:
    require(new_password=password)
    user = links.user_of_link(token, kind)
    people.check_new_password(password, user, "new_password")
    user.password, user.password_is_temporary = hash_password(password), False
    with transaction.atomic():
        links.spend_link(token, kind)
        user.save(update_fields=["password", "password_is_temporary"])
        links.end_links(user, Kind.RESET, Kind.INVITATION)
        end_all(user, "password_reset")
        audit.record(event, user, user)
        _note_proof(user)


def _note_proof(user: User) -> None:
    unproved = User.objects.filter(pk=user.pk, email_proved_at=None)
    if unproved.update(email_proved_at=timezone.now()):
        audit.record("account.email_proved", user, user)


def _invite(request: HttpRequest, user: User, actor: User) -> None:
    send_link(request, user, Kind.INVITATION)
    audit.record("account.invited", user, actor)


def _reachable(identifier: str) -> Any:
    active = User.objects.filter(is_active=True, email_proved_at__isnull=False)
    if "@" in identifier:
        by_address = active.filter(email__iexact=identifier.strip())
        if by_address.exists():
            return by_address.order_by("pk")
    return active.filter(username__iexact=identifier.strip()).order_by("pk")


def _count(request: HttpRequest, identifier: str) -> None:
    typed = unicodedata.normalize("NFKC", identifier).casefold().strip()
    suspect = Suspect(
        Attempt.Kind.MAIL, address_of(request), digest(typed, "accounts.mail_attempt")
    )
    refuse_if_spent(suspect)
    charge(suspect)

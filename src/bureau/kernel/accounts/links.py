"""Links in e-mails: one use, short-lived, and only a keyed digest of them is kept."""

from __future__ import annotations

import secrets
from datetime import timedelta

from django.utils import timezone

from bureau.kernel.accounts.errors import LinkOver
from bureau.kernel.accounts.models import MailedLink, User
from bureau.kernel.vault.keyring import digest
from bureau.kernel.vault.normal import email as normal_email

Kind = MailedLink.Kind
LIFETIMES = {
    Kind.RESET: timedelta(minutes=30),
    Kind.INVITATION: timedelta(days=7),
    Kind.PROOF: timedelta(days=2),
}
_BYTES = 32
LONGEST = 100


def make_link(user: User, kind: MailedLink.Kind) -> str:
    """A token for a link to the account's address; an earlier one of this kind ends."""
    now, token = timezone.now(), secrets.token_urlsafe(_BYTES)
    end_links(user, kind)
    MailedLink.objects.filter(expires_at__lt=now - timedelta(days=30)).delete()
    MailedLink.objects.create(
        user=user,
        kind=kind,
        digest=_digest(token),
        email_digest=_digest_of_address(user.email),
        expires_at=now + LIFETIMES[kind],
    )
    return token


def user_of_link(token: str, kind: MailedLink.Kind) -> User:
    """Whose link this is, without spending it.

    Raises:
        LinkOver: unknown, used, past its time, of another kind, or the account was closed or has
            another address now; which of these is not told.
    """
    found = MailedLink.objects.select_related("user").filter(
        digest=_digest(token), kind=kind, used_at=None, expires_at__gt=timezone.now()
    )
    link = found.filter(user__is_active=True).first() if len(token) <= LONGEST else None
    if link is None or link.email_digest != _digest_of_address(link.user.email):
        raise LinkOver
    return link.user


def spend_link(token: str, kind: MailedLink.Kind) -> None:
    """Use a link up, in the transaction of the deed: of two parallel uses one wins.

    Raises:
        LinkOver: somebody else was first.
    """
    unused = MailedLink.objects.filter(digest=_digest(token), kind=kind, used_at=None)
    if not unused.update(used_at=timezone.now()):
        raise LinkOver


def end_links(user: User, *kinds: MailedLink.Kind) -> None:
    """End the account's links of these kinds; of all kinds where none is named."""
    standing = MailedLink.objects.filter(user=user, used_at=None)
    if kinds:
        standing = standing.filter(kind__in=kinds)
    standing.update(used_at=timezone.now())


def _digest(token: str) -> str:
    return digest(token, "accounts.mailed_link")


def _digest_of_address(email: str) -> str:
    return digest(normal_email(email), "accounts.mailed_link_address")

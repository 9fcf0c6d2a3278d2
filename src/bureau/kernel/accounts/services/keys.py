"""Service keys: how a machine caller, such as a chat bot, proves who it is."""

from __future__ import annotations

import secrets

from django.db import IntegrityError, transaction
from django.utils import timezone

from bureau.kernel.accounts import audit
from bureau.kernel.accounts.models import ServiceKey
from bureau.kernel.errors import Conflict, NotFound
from bureau.kernel.vault.keyring import digest

# a recognisable beginning lets secret scanners find a leaked key
PREFIX = "bsk_"
_PURPOSE = "accounts.service_key"


def issue_service_key(name: str, desk: str) -> str:
    """Make a key that opens one desk's service routes.

    Returns:
        The key. It is shown this once; only its keyed digest is stored.

    Raises:
        Conflict: a key of this name is in force.
    """
    key = PREFIX + secrets.token_urlsafe(32)
    with transaction.atomic():
        _save_new(ServiceKey(name=name, desk=desk, digest=digest(key, _PURPOSE)))
        audit.record("account.service_key_issued", None, None, name=name, desk=desk)
    return key


@transaction.atomic
def revoke_service_key(name: str) -> None:
    """Withdraw the key of this name at once.

    Raises:
        NotFound: no key of this name is in force.
    """
    in_force = ServiceKey.objects.filter(name=name, revoked_at=None)
    if not in_force.update(revoked_at=timezone.now()):
        raise NotFound(f"No service key named {name} is in force.")
    audit.record("account.service_key_revoked", None, None, name=name)


def find_service_key(key: str) -> ServiceKey | None:
    """The key's row if it is in force."""
    return ServiceKey.objects.filter(digest=digest(key, _PURPOSE), revoked_at=None).first()


def is_in_force(name: str, desk: str) -> bool:
    """Whether a key of this name opens this desk now."""
    return ServiceKey.objects.filter(name=name, desk=desk, revoked_at=None).exists()


def _save_new(key: ServiceKey) -> None:
    try:
        with transaction.atomic():
            key.save()
    except IntegrityError:
        raise Conflict(f"A service key named {key.name} is in force. Revoke it first.") from None

"""What happened to accounts, told to whoever asked to hear it.

The event log lives above this room, so it registers a callback here instead of being imported.
Verbs call `record` inside their transaction: a callback that writes does so together with the deed,
or not at all. Nothing a person typed and no secret may be put into a payload.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bureau.kernel.accounts.models import User

EVENT_TYPES: Mapping[str, str] = {
    "account.registered": "A person made an account, or an administrator made it for them.",
    "account.signed_in": "Name and password were right; `second_factor_due` says if more is asked.",
    "account.sign_in_failed": "Name or password was wrong, or the account is closed.",
    "account.signed_out": "A sign-in was ended by its owner.",
    "account.password_changed": "The password was replaced; other sign-ins ended.",
    "account.profile_changed": "The named fields of an account were changed.",
    "account.role_changed": "An administrator gave the account another role.",
    "account.deactivated": "An administrator closed the account.",
    "account.reactivated": "An administrator opened the account again.",
    "account.deleted": "An administrator removed the account.",
    "account.refresh_reused": "A spent refresh token came again; its sign-in was ended.",
    "account.second_factor_added": "An authenticator app was confirmed.",
    "account.second_factor_verified": "A one-time code was right; `with_recovery_code` says which.",
    "account.second_factor_failed": "A one-time code was wrong.",
    "account.second_factor_removed": "An administrator removed the authenticator app.",
    "account.reset_requested": "A link for a new password was sent to the proved address.",
    "account.password_reset": "The password was replaced by a mailed link; sign-ins ended.",
    "account.invited": "An administrator sent the owner of a new account the way in.",
    "account.invitation_accepted": "The first password was chosen by a mailed link.",
    "account.temporary_password_set": "An administrator gave a password that must be changed.",
    "account.email_proof_sent": "A link that proves the e-mail address was sent.",
    "account.email_proved": "A mailed link showed that the e-mail address is the owner's.",
    "account.external_linked": "An account at an OpenID Connect provider signs in here now.",
    "account.external_sign_in_failed": "What a provider answered was refused; `reason` says why.",
    "account.service_key_issued": "A service key was made for a desk.",
    "account.service_key_revoked": "A service key was withdrawn.",
}


@dataclass(frozen=True)
class AccountEvent:
    """One thing that happened: to whom (`user`), by whom (`actor`), with plain JSON details."""

    type: str
    user: User | None
    actor: User | None
    payload: dict[str, Any]


Listener = Callable[[AccountEvent], None]
_listeners: list[Listener] = []


def on_account_event(callback: Listener) -> Callable[[], None]:
    """Call `callback` for every account event, in the transaction of the deed.

    Returns:
        A function that ends the subscription.
    """
    _listeners.append(callback)
    return lambda: _listeners.remove(callback)


def record(type: str, user: User | None, actor: User | None, **payload: Any) -> None:
    """Tell the listeners; a listener's exception undoes the deed.

    Raises:
        KeyError: the type is not one of `EVENT_TYPES`.
    """
    EVENT_TYPES[type]
    event = AccountEvent(type=type, user=user, actor=actor, payload=payload)
    for listener in _listeners:
        listener(event)

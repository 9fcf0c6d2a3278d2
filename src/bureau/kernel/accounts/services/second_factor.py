"""The second factor: setting up an authenticator app, verifying its codes, recovery codes."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from functools import partial

import segno
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from bureau.kernel.accounts import audit, totp
from bureau.kernel.accounts.addresses import address_of
from bureau.kernel.accounts.errors import one_error
from bureau.kernel.accounts.models import (
    Attempt,
    LoginSession,
    RecoveryCode,
    TotpDevice,
    User,
)
from bureau.kernel.accounts.services.sign_in import SignIn
from bureau.kernel.accounts.sessions import (
    BROWSER_KEY,
    end,
    end_all,
    open_session,
    tokens_of,
)
from bureau.kernel.accounts.throttle import Suspect, within_budget
from bureau.kernel.vault.keyring import digest

RECOVERY_CODES = 10
# no letters and digits that look alike; ten of these 31 are 49 bits
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
_CODE_LENGTH = 10
_QR_SCALE = 5


@dataclass(frozen=True)
class Setup:
    """What the person needs to add the account to an authenticator app."""

    secret: str
    qr_code: str


@transaction.atomic
def begin_setup(user: User) -> Setup:
    """Make a new unconfirmed authenticator, replacing an earlier unconfirmed one.

    Returns:
        The base32 secret and a QR code as a PNG data URL.

    Raises:
        InvalidInput: one was confirmed before.
    """
    _lock(user)
    if TotpDevice.objects.filter(user=user, confirmed_at__isnull=False).exists():
        raise one_error("OTP is already set up for this account")
    secret = totp.new_secret()
    TotpDevice.objects.update_or_create(user=user, defaults={"secret": secret, "last_step": 0})
    image = segno.make(totp.provisioning_uri(secret, user.username))
    return Setup(secret=secret, qr_code=image.png_data_uri(scale=_QR_SCALE))


@transaction.atomic
def confirm_setup(login: LoginSession, token: str) -> list[str]:
    """Confirm the authenticator with one right code; this sign-in counts as verified.

    The person's other sign-ins become pending from here on.

    Returns:
        Ten recovery codes, shown this once.

    Raises:
        InvalidInput: no code, a wrong code, or nothing to confirm.
    """
    if not token:
        raise one_error("OTP token is required")
    device = TotpDevice.objects.select_for_update().filter(user=login.user_id).first()
    if device is None or device.confirmed_at is not None:
        raise one_error("No pending OTP setup found")
    if not _spend_code(device, token):
        raise one_error("Invalid OTP code")
    TotpDevice.objects.filter(pk=device.pk).update(confirmed_at=timezone.now())
    LoginSession.objects.filter(pk=login.pk).update(second_factor_done=True)
    audit.record("account.second_factor_added", login.user, login.user)
    return _new_recovery_codes(login.user)


def verify_second_factor(request: HttpRequest, login: LoginSession, token: str) -> SignIn:
    """Complete a sign-in with a code of the authenticator or an unused recovery code.

    A new sign-in takes the place of the pending one: tokens handed out before the second factor
    never open anything, not even after it.

    Raises:
        InvalidInput: no code, or a wrong or used one.
        TooManyRequests: too many wrong codes for this account or from this address.
    """
    if not token:
        raise one_error("OTP token is required")
    accepted = within_budget(
        Suspect(
            Attempt.Kind.SECOND_FACTOR,
            address_of(request),
            digest(str(login.user_id), "accounts.second_factor_attempt"),
        ),
        trial=partial(_accept, login.user, token),
        on_failure=partial(audit.record, "account.second_factor_failed", login.user, login.user),
    )
    if accepted is None:
        raise one_error("Invalid OTP code")
    return _complete(request, login, with_recovery_code=accepted == "recovery code")


@transaction.atomic
def remove_second_factor(user: User, actor: User | None) -> None:
    """For a lost authenticator: remove it and the recovery codes, and end all sign-ins."""
    TotpDevice.objects.filter(user=user).delete()
    RecoveryCode.objects.filter(user=user).delete()
    end_all(user, "second_factor_removed")
    audit.record("account.second_factor_removed", user, actor)


@transaction.atomic
def _complete(request: HttpRequest, pending: LoginSession, *, with_recovery_code: bool) -> SignIn:
    login = open_session(pending.user, second_factor_done=True)
    end(pending, "second_factor_verified")
    if request.session.get(BROWSER_KEY) == str(pending.pk):
        request.session.cycle_key()
        request.session[BROWSER_KEY] = str(login.pk)
    audit.record(
        "account.second_factor_verified",
        login.user,
        login.user,
        with_recovery_code=with_recovery_code,
    )
    return SignIn(login=login, tokens=tokens_of(login))


def _accept(user: User, token: str) -> str | None:
    device = TotpDevice.objects.filter(user=user, confirmed_at__isnull=False).first()
    if device is None:
        return None
    if _spend_code(device, token):
        return "code"
    return "recovery code" if _spend_recovery_code(user, token) else None


def _spend_code(device: TotpDevice, token: str) -> bool:
    step = totp.matching_step(device.secret, token, after=device.last_step)
    if step is None:
        return False
    # conditional, so that one code opened twice in parallel is accepted once
    unspent = TotpDevice.objects.filter(pk=device.pk, last_step__lt=step)
    return bool(unspent.update(last_step=step))


def _spend_recovery_code(user: User, token: str) -> bool:
    unused = RecoveryCode.objects.filter(user=user, digest=_code_digest(user, token), used_at=None)
    return bool(unused.update(used_at=timezone.now()))


def _new_recovery_codes(user: User) -> list[str]:
    codes = [_new_code() for _ in range(RECOVERY_CODES)]
    RecoveryCode.objects.filter(user=user).delete()
    RecoveryCode.objects.bulk_create(
        RecoveryCode(user=user, digest=_code_digest(user, code)) for code in codes
    )
    return codes


def _new_code() -> str:
    letters = "".join(secrets.choice(_ALPHABET) for _ in range(_CODE_LENGTH))
    return f"{letters[:5]}-{letters[5:]}"


def _code_digest(user: User, code: str) -> str:
    plain = code.strip().lower().replace("-", "").replace(" ", "")
    return digest(f"{user.pk}:{plain}", "accounts.recovery_code")


def _lock(user: User) -> None:
    User.objects.select_for_update(no_key=True).get(pk=user.pk)

"""The shapes of the account routes. What a verb must refuse by name is optional here, so that the
refusal has the contract's flat shape."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from ninja import Schema
from pydantic import AfterValidator, Field


def _storable(value: str) -> str:
    # PostgreSQL stores neither; lone surrogates come from JSON such as "\\ud800"
    if "\x00" in value or any("\ud800" <= char <= "\udfff" for char in value):
        raise ValueError("Null characters and broken Unicode are not allowed.")
    return value


Storable = Annotated[str, AfterValidator(_storable)]
# no field of an account is longer; tokens have a length of their own
Text = Annotated[str, AfterValidator(_storable), Field(max_length=500)]
Token = Annotated[str, AfterValidator(_storable), Field(max_length=4096)]
# hashing takes time by design: nobody gets to hash a megabyte
Password = Annotated[str, AfterValidator(_storable), Field(max_length=1024)]


class UserOut(Schema):
    """An account as its owner and administrators see it."""

    id: int
    username: str
    email: str
    first_name: str
    last_name: str
    role: str
    preferred_language: str
    phone_number: str
    medical_license: str
    patient_id: str
    department: str
    is_active: bool
    is_superuser: bool
    date_joined: datetime


class UserPage(Schema):
    """One page of accounts."""

    count: int
    next: str | None
    previous: str | None
    results: list[UserOut]


class AccountIn(Schema):
    """A new account."""

    username: Text = ""
    email: Text = ""
    password: Password = ""
    password_confirm: Password = ""
    first_name: Text = ""
    last_name: Text = ""
    role: Text = "patient"
    preferred_language: Text = "en"
    phone_number: Text = ""


class ProfileIn(Schema):
    """Changes to an account; what is left out stays as it is."""

    first_name: Text = ""
    last_name: Text = ""
    email: Text = ""
    role: Text = ""
    preferred_language: Text = ""
    phone_number: Text = ""
    medical_license: Text = ""
    patient_id: Text = ""
    department: Text = ""
    is_active: bool = True


class OwnProfileIn(ProfileIn):
    """Changes to one's own account; another `email` takes the `password` too."""

    password: Password = ""


class PasswordIn(Schema):
    """The caller's password, where a change asks for it again."""

    password: Password = ""


class ForgottenIn(Schema):
    """Whose password is forgotten: a user name or an e-mail address."""

    identifier: Text = ""


class NewPasswordIn(Schema):
    """What a mailed link says, and the password to come."""

    token: Text = ""
    new_password: Password = ""


class LinkIn(Schema):
    """What a mailed link says."""

    token: Text = ""


class EmailOut(Schema):
    """The caller's address, and whether a mailed link showed that it is theirs."""

    email: str
    verified: bool


class InvitationIn(Schema):
    """An account to be made, whose owner chooses the password by a mailed link."""

    username: Text = ""
    email: Text = ""
    first_name: Text = ""
    last_name: Text = ""
    role: Text = "patient"
    preferred_language: Text = "en"
    phone_number: Text = ""
    department: Text = ""


class TemporaryPasswordOut(Schema):
    """A password that opens nothing but the way to another; shown this once."""

    status: str
    message: str
    password: str


class LoginIn(Schema):
    """Name and password; the verb says how long they may be."""

    username: Storable = ""
    password: Storable = ""


class PasswordChangeIn(Schema):
    """The password in force and the one to come."""

    old_password: Password = ""
    new_password: Password = ""


class RefreshIn(Schema):
    """A refresh token."""

    refresh: Token = ""


class OtpIn(Schema):
    """A code of the authenticator app or, for verifying, a recovery code."""

    otp_token: Text = ""


class CsrfOut(Schema):
    """The token to send back as `X-CSRFToken`; a cookie with its secret is set too."""

    detail: str
    csrfToken: str


class RefusedOut(Schema):
    """Why a request is refused."""

    detail: str
    code: str


class StatusOut(Schema):
    """Something was done."""

    status: str
    message: str


class RegisteredOut(StatusOut):
    """The account just made."""

    user: UserOut


class TokensOut(Schema):
    """A pair of tokens; the refresh token is good once."""

    access: str
    refresh: str


class SignedInOut(TokensOut):
    """Who signed in, and what is still asked of them."""

    user: UserOut
    requires_otp_setup: bool
    requires_otp_verify: bool
    requires_password_change: bool


class OtpSetupOut(Schema):
    """For the authenticator app: a QR code (PNG data URL) and the same secret in base32."""

    qr_code: str
    secret: str


class OtpConfirmedOut(Schema):
    """The second factor is in force; the recovery codes are shown this once."""

    success: bool
    message: str
    user: UserOut
    recovery_codes: list[str]


class OtpVerifiedOut(TokensOut):
    """The sign-in is complete; these tokens take the place of the pending ones."""

    status: str
    user: UserOut


class TicketOut(Schema):
    """Opens one socket within a minute: `?ticket=`."""

    ticket: str

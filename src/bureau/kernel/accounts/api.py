"""Routes of accounts: `auth_router` under `/auth`, `users_router` under `/users`."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.middleware.csrf import get_token
from ninja import Router, Status

from bureau.kernel.accounts import access, schemas, tickets
from bureau.kernel.accounts.auth import (
    AuthedRequest,
    admin_only,
    session_to_sign_out,
    signed_in,
    signed_in_for_own_account,
    signed_in_or_pending,
)
from bureau.kernel.accounts.csrf import refuse_foreign_origin
from bureau.kernel.accounts.errors import require
from bureau.kernel.accounts.models import LoginSession, User
from bureau.kernel.accounts.paging import Page, page_of
from bureau.kernel.accounts.services import people, second_factor, sign_in
from bureau.kernel.accounts.sessions import Tokens, refresh
from bureau.kernel.errors import NotSignedIn

auth_router = Router(tags=["auth"])
users_router = Router(tags=["users"])


@auth_router.api_operation(["GET", "HEAD"], "/csrf/", auth=None, response=schemas.CsrfOut)
def csrf(request: HttpRequest) -> dict[str, str]:
    """Set the CSRF cookie and tell its token."""
    return {"detail": "CSRF cookie set", "csrfToken": get_token(request)}


@auth_router.post("/register/", auth=None, response={201: schemas.RegisteredOut})
def register(request: HttpRequest, body: schemas.AccountIn) -> Status[dict[str, Any]]:
    """Make an account for oneself; it is a patient's."""
    refuse_foreign_origin(request)
    user = people.register(request, _account_fields(body), body.password, body.password_confirm)
    message = "User registered successfully"
    return Status(201, {"status": "success", "message": message, "user": user})


@auth_router.post("/login/", auth=None, response=schemas.SignedInOut)
def login(request: HttpRequest, body: schemas.LoginIn) -> dict[str, Any]:
    """Sign in with name and password: a browser session and tokens."""
    require(username=body.username, password=body.password)
    refuse_foreign_origin(request)
    made = sign_in.sign_in(request, body.username, body.password)
    return {
        "user": made.login.user,
        "requires_otp_setup": not made.login.user.has_second_factor,
        "requires_otp_verify": made.login.is_pending,
        "access": made.tokens.access,
        "refresh": made.tokens.refresh,
    }


@auth_router.post("/token/refresh/", auth=None, response=schemas.TokensOut)
def token_refresh(request: HttpRequest, body: schemas.RefreshIn) -> Tokens:
    """Exchange a refresh token for a new pair."""
    require(refresh=body.refresh)
    return refresh(body.refresh)


@auth_router.post("/logout/", auth=None, response=schemas.StatusOut)
def logout(request: HttpRequest) -> dict[str, str]:
    """End this sign-in, its tokens and its browser session."""
    sign_in.sign_out(request, session_to_sign_out(request))
    return {"status": "success", "message": "Logged out successfully"}


@auth_router.get("/me/", auth=signed_in_for_own_account, response=schemas.UserOut)
def me(request: AuthedRequest) -> User:
    """The caller's own account."""
    return request.auth


@auth_router.api_operation(
    ["PUT", "PATCH"],
    "/profile/",
    auth=signed_in_for_own_account,
    response=schemas.UserOut,
)
def profile(request: AuthedRequest, body: schemas.ProfileIn) -> User:
    """Change the caller's own account; what is left out stays."""
    return people.update_own_profile(request.auth, body.dict(exclude_unset=True))


@auth_router.post("/change-password/", auth=signed_in_for_own_account, response=schemas.StatusOut)
def change_password(request: AuthedRequest, body: schemas.PasswordChangeIn) -> dict[str, str]:
    """Replace the caller's password; their other sign-ins end."""
    own = _own_session(request)
    people.change_password(request, own, body.old_password, body.new_password)
    return {"status": "success", "message": "Password changed successfully"}


@auth_router.post("/setup-otp/", auth=signed_in_for_own_account, response=schemas.OtpSetupOut)
def setup_otp(request: AuthedRequest) -> second_factor.Setup:
    """Begin to add an authenticator app."""
    return second_factor.begin_setup(_own_session(request).user)


@auth_router.post(
    "/confirm-otp-setup/",
    auth=signed_in_for_own_account,
    response=schemas.OtpConfirmedOut,
)
def confirm_otp_setup(request: AuthedRequest, body: schemas.OtpIn) -> dict[str, Any]:
    """Confirm the authenticator app with its first code; answers the recovery codes."""
    codes = second_factor.confirm_setup(_own_session(request), body.otp_token)
    return {
        "success": True,
        "message": "OTP setup complete",
        "user": request.auth,
        "recovery_codes": codes,
    }


@auth_router.post("/verify-otp/", auth=signed_in_or_pending, response=schemas.OtpVerifiedOut)
def verify_otp(request: AuthedRequest, body: schemas.OtpIn) -> dict[str, Any]:
    """Complete a sign-in with a one-time code or a recovery code."""
    made = second_factor.verify_second_factor(request, _own_session(request), body.otp_token)
    return {
        "status": "success",
        "user": made.login.user,
        "access": made.tokens.access,
        "refresh": made.tokens.refresh,
    }


@auth_router.api_operation(
    ["GET", "HEAD"], "/websocket-ticket/", auth=signed_in, response=schemas.TicketOut
)
def websocket_ticket(request: AuthedRequest) -> dict[str, str]:
    """A ticket that opens one socket within a minute."""
    return {"ticket": tickets.issue_ticket(request.login_session)}


@users_router.get("/", auth=admin_only, response=schemas.UserPage)
def list_users(request: AuthedRequest) -> Page[User]:
    """All accounts, newest first, 100 a page."""
    return page_of(request, access.accounts_for(request.auth))


@users_router.post("/", auth=admin_only, response={201: schemas.UserOut})
def create_user(request: AuthedRequest, body: schemas.AccountIn) -> Status[User]:
    """Make an account with any role."""
    fields = _account_fields(body)
    user = people.create_user(request.auth, fields, body.password, body.password_confirm)
    return Status(201, user)


@users_router.get("/doctors/", auth=signed_in, response=list[schemas.UserOut])
def doctors(request: AuthedRequest) -> list[User]:
    """Active doctors; patients see no contact details."""
    return access.doctors_for(request.auth)


@users_router.get("/patients/", auth=signed_in, response=list[schemas.UserOut])
def patients(request: AuthedRequest) -> list[User]:
    """Active patients, for doctors and administrators."""
    return access.patients_for(request.auth)


@users_router.get("/{int:user_id}/", auth=admin_only, response=schemas.UserOut)
def read_user(request: AuthedRequest, user_id: int) -> User:
    """One account."""
    return access.account_for(request.auth, user_id)


@users_router.api_operation(
    ["PUT", "PATCH"], "/{int:user_id}/", auth=admin_only, response=schemas.UserOut
)
def update_user(request: AuthedRequest, user_id: int, body: schemas.ProfileIn) -> User:
    """Change an account; a new role or closing it ends its sign-ins."""
    user = access.account_to_change(request.auth, user_id)
    return people.update_user(request.auth, user, body.dict(exclude_unset=True))


@users_router.delete("/{int:user_id}/", auth=admin_only, response={204: None})
def delete_user(request: AuthedRequest, user_id: int) -> Status[None]:
    """Remove an account that no kept record names."""
    people.delete_user(request.auth, access.account_to_change(request.auth, user_id))
    return Status(204, None)


@users_router.post("/{int:user_id}/reset-otp/", auth=admin_only, response=schemas.StatusOut)
def reset_otp(request: AuthedRequest, user_id: int) -> dict[str, str]:
    """Remove a person's lost authenticator app; their sign-ins end."""
    user = access.account_to_change(request.auth, user_id)
    second_factor.remove_second_factor(user, request.auth)
    return {"status": "success", "message": "OTP removed"}


def _account_fields(body: schemas.AccountIn) -> dict[str, Any]:
    return body.dict(exclude={"password", "password_confirm"})


def _own_session(request: AuthedRequest) -> LoginSession:
    # the nameless caller of a demo has no sign-in of their own to change
    if request.login_session is None:
        raise NotSignedIn
    return request.login_session

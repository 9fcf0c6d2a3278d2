"""Routes of accounts: `auth_router` under `/auth`, `users_router` under `/users`."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, resolve_url
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
from bureau.kernel.accounts.services import external, mailed, people, second_factor, sign_in
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
        "requires_password_change": made.login.user.password_is_temporary,
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
def profile(request: AuthedRequest, body: schemas.OwnProfileIn) -> User:
    """Change the caller's own account; what is left out stays. Another `email` takes the `password`."""
    changes = body.dict(exclude_unset=True, exclude={"password"})
    return people.update_own_profile(
        request, request.auth, request.login_session, changes, body.password
    )


@auth_router.post("/change-password/", auth=signed_in_for_own_account, response=schemas.StatusOut)
def change_password(request: AuthedRequest, body: schemas.PasswordChangeIn) -> dict[str, str]:
    """Replace the caller's password; their other sign-ins end."""
    own = _own_session(request)
    people.change_password(request, own, body.old_password, body.new_password)
    return {"status": "success", "message": "Password changed successfully"}


@auth_router.post("/setup-otp/", auth=signed_in_for_own_account, response=schemas.OtpSetupOut)
def setup_otp(
    request: AuthedRequest, body: schemas.PasswordIn | None = None
) -> second_factor.Setup:
    """Begin to add an authenticator app; takes the password."""
    own = _own_session(request)
    sign_in.confirm_password(request, own, body.password if body else "")
    return second_factor.begin_setup(own.user)


# no provider is set on most installations
NO_PROVIDER = {404: schemas.RefusedOut}


@auth_router.get(
    "/oidc/login/", auth=None, url_name="oidc_login", response={302: None, **NO_PROVIDER}
)
def oidc_login(request: HttpRequest, next: str = "") -> HttpResponse:
    """Go to the OpenID Connect provider to sign in; 404 where none is set."""
    try:
        return external.begin(request, next[:500])
    except external.Refused as refused:
        return _back_to_the_door(refused)


@auth_router.get("/oidc/callback/", auth=None, response={302: None, **NO_PROVIDER})
def oidc_callback(request: HttpRequest) -> HttpResponse:
    """Come back from the provider: signed in, or at the sign-in page with the reason."""
    try:
        return redirect(external.finish(request))
    except external.Refused as refused:
        return _back_to_the_door(refused)


@auth_router.post("/password/forgotten/", auth=None, response=schemas.StatusOut)
def forgotten_password(request: HttpRequest, body: schemas.ForgottenIn) -> dict[str, str]:
    """Ask for a link to a new password; the answer is the same for accounts that do not exist."""
    refuse_foreign_origin(request)
    mailed.request_reset(request, body.identifier)
    message = "If an account with a confirmed address fits, a link is on its way."
    return {"status": "success", "message": message}


@auth_router.post("/password/reset/", auth=None, response=schemas.StatusOut)
def reset_password(request: HttpRequest, body: schemas.NewPasswordIn) -> dict[str, str]:
    """Choose a new password with the link of an e-mail; every sign-in ends."""
    refuse_foreign_origin(request)
    mailed.reset_password(body.token, body.new_password)
    return {"status": "success", "message": "Password changed successfully"}


@auth_router.post("/invitation/accept/", auth=None, response=schemas.StatusOut)
def accept_invitation(request: HttpRequest, body: schemas.NewPasswordIn) -> dict[str, str]:
    """Choose the first password of an account with the link of its invitation."""
    refuse_foreign_origin(request)
    mailed.accept_invitation(body.token, body.new_password)
    return {"status": "success", "message": "Your account is ready. Sign in."}


@auth_router.get("/email/", auth=signed_in_for_own_account, response=schemas.EmailOut)
def email(request: AuthedRequest) -> dict[str, object]:
    """The caller's address, and whether it is confirmed."""
    return {"email": request.auth.email, "verified": request.auth.email_proved_at is not None}


@auth_router.post("/email/proof/", auth=signed_in_for_own_account, response=schemas.StatusOut)
def request_email_proof(request: AuthedRequest) -> dict[str, str]:
    """Send the caller a link that confirms their address."""
    mailed.request_proof(request, _own_session(request).user)
    return {"status": "success", "message": "A link is on its way."}


@auth_router.post("/email/confirm/", auth=None, response=schemas.StatusOut)
def confirm_email(request: HttpRequest, body: schemas.LinkIn) -> dict[str, str]:
    """Confirm an address with the link of an e-mail."""
    refuse_foreign_origin(request)
    mailed.prove_email(body.token)
    return {"status": "success", "message": "Your address is confirmed."}


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


@users_router.post("/invitations/", auth=admin_only, response={201: schemas.UserOut})
def invite_user(request: AuthedRequest, body: schemas.InvitationIn) -> Status[User]:
    """Make an account and send its owner a link to choose the password, good for a week."""
    return Status(201, mailed.invite(request, request.auth, body.dict()))


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


@users_router.post("/{int:user_id}/invitation/", auth=admin_only, response=schemas.StatusOut)
def invite_user_again(request: AuthedRequest, user_id: int) -> dict[str, str]:
    """Send the invitation of an account without a password once more."""
    user = access.account_to_change(request.auth, user_id)
    mailed.invite_again(request, request.auth, user)
    return {"status": "success", "message": "A link is on its way."}


@users_router.post(
    "/{int:user_id}/temporary-password/", auth=admin_only, response=schemas.TemporaryPasswordOut
)
def set_temporary_password(
    request: AuthedRequest, user_id: int, body: schemas.PasswordIn | None = None
) -> dict[str, str]:
    """Give an account a password that must be changed at once; without one in the body it is made."""
    user = access.account_to_change(request.auth, user_id)
    chosen = people.set_temporary_password(request.auth, user, body.password if body else "")
    message = "Tell the person this password; they must choose another one."
    return {"status": "success", "message": message, "password": chosen}


@users_router.post("/{int:user_id}/reset-otp/", auth=admin_only, response=schemas.StatusOut)
def reset_otp(request: AuthedRequest, user_id: int) -> dict[str, str]:
    """Remove a person's lost authenticator app; their sign-ins end."""
    user = access.account_to_change(request.auth, user_id)
    second_factor.remove_second_factor(user, request.auth)
    return {"status": "success", "message": "OTP removed"}


def _back_to_the_door(refused: external.Refused) -> HttpResponse:
    return redirect(f"{resolve_url(settings.LOGIN_URL)}?refused={refused.reason}")


def _account_fields(body: schemas.AccountIn) -> dict[str, Any]:
    return body.dict(exclude={"password", "password_confirm"})


def _own_session(request: AuthedRequest) -> LoginSession:
    # the nameless caller of a demo has no sign-in of their own to change
    if request.login_session is None:
        raise NotSignedIn
    return request.login_session

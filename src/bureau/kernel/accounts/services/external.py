"""Signing in at an OpenID Connect provider (authorization code with PKCE, checked ID token)."""

from __future__ import annotations

import hashlib
from functools import cache
from typing import Any

import structlog
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from bureau.kernel.accounts import audit
from bureau.kernel.accounts.external import (
    has_second_factor,
    name_from,
    proved_email_of,
    role_of,
)
from bureau.kernel.accounts.letters import address_here
from bureau.kernel.accounts.models import ExternalIdentity, LoginSession, Role, User
from bureau.kernel.accounts.services.people import save_new, take_role
from bureau.kernel.accounts.services.sign_in import begin_sign_in
from bureau.kernel.errors import NotFound

log = structlog.get_logger(__name__)
CALLBACK = "/api/auth/oidc/callback/"
TIMEOUT_SECONDS = 10
_GOAL = "oidc_next"
Claims = dict[str, Any]


class Refused(Exception):
    """The provider's answer lets nobody in; `reason` is a key of `external.REFUSALS`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def begin(request: HttpRequest, goal: str) -> HttpResponse:
    """Send the visitor to the provider; `goal` is the page to come back to.

    Raises:
        NotFound: no provider is set.
        Refused: it cannot be reached.
    """
    client = _client()
    try:
        answer: HttpResponse = client.authorize_redirect(request, address_here(request, CALLBACK))
    except Exception as problem:
        raise _refused("provider", problem) from None
    request.session[_GOAL] = goal
    return answer


def finish(request: HttpRequest) -> str:
    """Check what the provider answered and sign the person in.

    Returns:
        The page to go to.

    Raises:
        NotFound: no provider is set.
        Refused: for each reason; the log says which, and nothing about the person.
    """
    goal = request.session.pop(_GOAL, "")
    claims = _claims(request)
    user = _account_of(claims)
    login = begin_sign_in(request, user).login
    if has_second_factor(claims):
        LoginSession.objects.filter(pk=login.pk).update(second_factor_done=True)
    safe = url_has_allowed_host_and_scheme(goal, allowed_hosts=None) and goal.startswith("/")
    return goal if safe else resolve_url(settings.LOGIN_REDIRECT_URL)


def _claims(request: HttpRequest) -> Claims:
    from authlib.integrations.base_client import MismatchingStateError, OAuthError

    client, env = _client(), settings.ENV
    # who the token is from and for must be said, and be right
    expected = {
        "iss": {"essential": True, "value": _issuer(client)},
        "aud": {"essential": True, "value": env.oidc_client_id},
    }
    try:
        token = client.authorize_access_token(request, claims_options=expected)
    except MismatchingStateError as problem:
        raise _refused("answer", problem) from None
    except OAuthError as problem:
        raise _refused("denied" if "error" in request.GET else "answer", problem) from None
    except Exception as problem:
        raise _refused("answer", problem) from None
    claims = dict(token.get("userinfo") or {})
    if not claims.get("sub"):
        raise _refused("answer", KeyError("sub"))
    return claims


def _issuer(client: Any) -> str:
    try:
        return str(client.load_server_metadata()["issuer"])
    except Exception as problem:
        raise _refused("provider", problem) from None


def _account_of(claims: Claims) -> User:
    identity, env = (claims["iss"], str(claims["sub"])), settings.ENV
    role = role_of(claims, env.oidc_roles_claim, env.oidc_roles, env.oidc_default_role)
    with transaction.atomic():
        user = _known(*identity) or _linked(claims, *identity)
        if user is None:
            if not role:
                raise _refused("no_role")
            user = _made(claims, role, *identity)
    if not user.is_active:
        raise _refused("closed", user=user)
    if env.oidc_roles and not user.is_superuser:
        if not role:
            raise _refused("no_role", user=user)
        take_role(user, Role(role))
    return user


def _known(issuer: str, subject: str) -> User | None:
    found = ExternalIdentity.objects.select_related("user").filter(issuer=issuer, subject=subject)
    identity = found.first()
    return identity.user if identity else None


def _linked(claims: Claims, issuer: str, subject: str) -> User | None:
    """The one account whose proved address the provider has verified too; never a superuser's."""
    email = proved_email_of(claims)
    if not email:
        return None
    fitting = User.objects.filter(email__iexact=email, email_proved_at__isnull=False)
    alike = list(fitting[:2])
    if len(alike) != 1 or alike[0].is_superuser:
        return None
    _link(alike[0], issuer, subject)
    return alike[0]


def _made(claims: Claims, role: str, issuer: str, subject: str) -> User:
    email = proved_email_of(claims)
    mark = hashlib.sha256(f"{issuer}\x1f{subject}".encode()).hexdigest()[:10]
    user = User(
        username=_free_name(User.normalize_username(name_from(claims, mark)), mark),
        email=email,
        email_proved_at=timezone.now() if email else None,
        first_name=str(claims.get("given_name") or "")[:150],
        last_name=str(claims.get("family_name") or "")[:150],
        role=role,
    )
    user.set_unusable_password()
    save_new(user, None)
    _link(user, issuer, subject)
    return user


def _free_name(name: str, mark: str) -> str:
    taken = User.objects.filter(username__iexact=name).exists()
    return f"{name[:130]}-{mark}" if taken else name


def _link(user: User, issuer: str, subject: str) -> None:
    ExternalIdentity.objects.create(user=user, issuer=issuer, subject=subject)
    audit.record("account.external_linked", user, user)


def _refused(reason: str, problem: Exception | None = None, *, user: User | None = None) -> Refused:
    # the exception's class alone: its text may hold what the provider says about a person
    log.warning("oidc_refused", reason=reason, problem=type(problem).__name__ if problem else "")
    with transaction.atomic():
        audit.record("account.external_sign_in_failed", user, None, reason=reason)
    return Refused(reason)


def _client() -> Any:
    env = settings.ENV
    if not env.oidc_issuer:
        raise NotFound
    secret = env.oidc_client_secret.get_secret_value()
    return _client_for(env.oidc_issuer, env.oidc_client_id, secret, env.oidc_scopes)


@cache
def _client_for(issuer: str, client_id: str, secret: str, scopes: str) -> Any:
    from authlib.integrations.django_client import OAuth

    return OAuth().register(
        "oidc",
        client_id=client_id,
        client_secret=secret or None,
        server_metadata_url=f"{issuer.rstrip('/')}/.well-known/openid-configuration",
        client_kwargs={
            "scope": scopes,
            "code_challenge_method": "S256",
            "default_timeout": TIMEOUT_SECONDS,
        },
    )

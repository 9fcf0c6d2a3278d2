"""What an OpenID Connect provider says about a person, as decisions of this house. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from bureau.kernel.accounts.names import looks_like_another

# reason -> what the sign-in page says
REFUSALS = {
    "provider": _("The provider cannot be reached. Try again later."),
    "answer": _("The provider's answer could not be checked. Try to sign in again."),
    "denied": _("The provider did not let you in."),
    "no_role": _("Your account at the provider gives you no role here. Ask an administrator."),
    "closed": _("Your account here is closed. Ask an administrator."),
}
# authentication methods that are a second factor (RFC 8176)
_SECOND_FACTORS = frozenset({"mfa", "otp", "hwk", "swk", "sms", "fpt", "face"})
_NOT_IN_A_NAME = re.compile(r"[^\w.@+-]")
LONGEST_NAME = 140


def role_of(claims: Mapping[str, Any], claim: str, roles: Sequence[str], default: str) -> str:
    """The role that the first fitting `value=role` gives; `default` where none fits.

    Args:
        claim: its name; dots lead into objects, such as `realm_access.roles`.
    """
    held = _values_of(claims, claim)
    for pair in roles:
        value, _, role = pair.rpartition("=")
        if value in held:
            return role
    return default


def has_second_factor(claims: Mapping[str, Any]) -> bool:
    """Whether the provider says that more than a password was asked for."""
    methods = claims.get("amr")
    return isinstance(methods, list) and not _SECOND_FACTORS.isdisjoint(map(str, methods))


def proved_email_of(claims: Mapping[str, Any]) -> str:
    """The address that the provider has verified, or an empty string."""
    email = claims.get("email")
    verified = claims.get("email_verified") is True
    return email if verified and isinstance(email, str) else ""


def name_from(claims: Mapping[str, Any], subject_mark: str) -> str:
    """A user name that is in order: what the provider calls the person, or one from its own id.

    Args:
        subject_mark: a few letters that stand for the provider's id of the person.
    """
    called = claims.get("preferred_username") or claims.get("email") or ""
    name = _NOT_IN_A_NAME.sub("", str(called))[:LONGEST_NAME]
    return name if name and not looks_like_another(name) else f"person-{subject_mark}"


def _values_of(claims: Mapping[str, Any], claim: str) -> set[str]:
    value: Any = claims.get(claim)
    if value is None:
        value = claims
        for step in claim.split("."):
            value = value.get(step) if isinstance(value, Mapping) else None
    if isinstance(value, str):
        return {value}
    return {str(one) for one in value} if isinstance(value, list) else set()

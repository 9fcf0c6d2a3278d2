"""The exact refusals that the account contract names, on top of the house's taxonomy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError

from bureau.kernel.errors import BureauError, InvalidInput

REQUIRED = "This field is required."


class SecondFactorRequired(BureauError):
    """The password was right; nothing opens before the second factor is verified too."""

    code = "SECOND_FACTOR_REQUIRED"
    status = 403
    default_message = "A second factor is required."


class SecondFactorSetupRequired(SecondFactorRequired):
    """This installation asks its staff for a second factor and this person has not used one."""

    code = "SECOND_FACTOR_SETUP_REQUIRED"
    default_message = (
        "Your role needs a second factor. Set up an authenticator app under your account."
    )


class PasswordChangeRequired(BureauError):
    """The password was given out by an administrator and opens nothing but the way to another."""

    code = "PASSWORD_CHANGE_REQUIRED"
    status = 403
    default_message = "Your password is a temporary one. Choose a new one first."


class PasswordRequired(InvalidInput):
    """The change is one that a stolen sign-in must not make: the password is asked for again."""

    code = "PASSWORD_REQUIRED"
    default_message = "Send your password too, in the field `password`."


class FreshSignInRequired(BureauError):
    """As `PasswordRequired`, for who has no password here: sign in again at the provider."""

    code = "FRESH_SIGN_IN_REQUIRED"
    status = 403
    default_message = "Sign out and in again, then repeat this within five minutes."


class RegistrationClosed(BureauError):
    """Strangers do not make accounts here; administrators do."""

    code = "REGISTRATION_CLOSED"
    status = 403
    default_message = "Registration is closed here. Ask an administrator for an account."


class NameTaken(InvalidInput):
    """Another account has this user name, in any case."""

    def __init__(self) -> None:
        fields = {"username": ["A user with that username already exists."]}
        super().__init__(fields=fields, body=fields)


class LinkOver(InvalidInput):
    """A link from an e-mail that is unknown, used or over; which of these is not told."""

    code = "LINK_OVER"
    default_message = "This link is no longer good. Ask for a new one."


class CsrfFailed(BureauError):
    """A browser session asked for a change without proof that its own page sent the request."""

    code = "CSRF_FAILED"
    status = 403


def field_errors(fields: Mapping[str, Sequence[str]]) -> InvalidInput:
    """A refusal whose body is the flat `{field: [sentences]}` of the contract."""
    body = {name: [str(text) for text in texts] for name, texts in fields.items()}
    return InvalidInput(fields=body, body=body)


def one_error(text: str) -> InvalidInput:
    """A refusal whose body is `{"error": text}`."""
    return InvalidInput(text, body={"error": text})


def from_django(problem: ValidationError) -> InvalidInput:
    """Django's validation errors of a model instance in the contract's flat shape."""
    found = dict(problem.message_dict)
    general = found.pop(NON_FIELD_ERRORS, None)
    if general:
        found["non_field_errors"] = general
    return field_errors(found)


def require(**values: str) -> None:
    """Refuse blank values.

    Raises:
        InvalidInput: with `This field is required.` under each blank name.
    """
    missing = {name: [REQUIRED] for name, value in values.items() if not value}
    if missing:
        raise field_errors(missing)

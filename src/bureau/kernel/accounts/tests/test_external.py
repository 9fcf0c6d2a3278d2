"""Signing in at an OpenID Connect provider, and what its answers may not do."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from django.test import Client
from django.utils import timezone
from joserfc.jwk import OctKey, RSAKey
from pydantic import SecretStr
from tests.fixtures import SetEnvironment

from bureau.kernel.accounts.audit import AccountEvent
from bureau.kernel.accounts.external import has_second_factor, name_from, role_of
from bureau.kernel.accounts.models import ExternalIdentity, LoginSession, Role, User
from bureau.kernel.accounts.services.sign_in import FRESH
from bureau.kernel.accounts.tests.cast import ME, add_person, give_second_factor, sign_in
from bureau.kernel.accounts.tests.providers import OddProvider, real_provider

pytestmark = pytest.mark.django_db
BEGIN, BACK = "/api/auth/oidc/login/", "/api/auth/oidc/callback/"
CLIENT_ID = "bureau"
THANDI = {
    "sub": "thandi-1",
    "email": "thandi@example.org",
    "email_verified": True,
    "preferred_username": "thandi",
    "given_name": "Thandi",
    "groups": ["everybody", "wards"],
}
STRANGER = {"sub": "stranger-1", "preferred_username": "stranger", "groups": ["everybody"]}
BOSS = {"sub": "boss-1", "preferred_username": "boss", "groups": ["it"]}
Use = Callable[..., None]


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    """A provider in a process of its own."""
    with real_provider(THANDI, STRANGER, BOSS) as found:
        yield found


@pytest.fixture
def use(environment: SetEnvironment) -> Use:
    """Sign in at this provider from now on."""

    def change(issuer: str, **fields: Any) -> None:
        environment(
            oidc_issuer=issuer,
            oidc_client_id=CLIENT_ID,
            oidc_client_secret=SecretStr("secret"),
            oidc_roles=["it=admin", "wards=doctor"],
            **fields,
        )

    return change


def come_back(browser: Client, sub: str, goal: str = "/interpreting/", **form: str) -> Any:
    """Go to the provider, say there who one is, and come back."""
    begun = browser.get(BEGIN, {"next": goal})
    assert begun.status_code == 302, begun.content
    answered = httpx.post(begun["Location"], data={"sub": sub, **form}, timeout=30)
    assert answered.status_code == 302, answered.text
    return browser.get(BACK, dict(httpx.URL(answered.headers["Location"]).params))


def test_a_person_of_the_provider_gets_an_account_with_the_mapped_role(
    issuer: str, use: Use, heard: list[AccountEvent]
) -> None:
    use(issuer)
    browser = Client()
    back = come_back(browser, "thandi-1")
    assert (back.status_code, back["Location"]) == (302, "/interpreting/")
    me = browser.get(ME).json()
    assert (me["username"], me["role"], me["first_name"]) == ("thandi", "doctor", "Thandi")
    user = User.objects.get()
    assert user.email_proved_at is not None
    assert not user.has_usable_password()
    assert [event.type for event in heard] == [
        "account.registered",
        "account.external_linked",
        "account.signed_in",
    ]
    come_back(Client(), "thandi-1")
    assert User.objects.count() == ExternalIdentity.objects.count() == 1


def test_the_page_to_come_back_to_is_one_of_ours(issuer: str, use: Use) -> None:
    use(issuer)
    for goal in ("https://evil.example/", "//evil.example/", ""):
        assert come_back(Client(), "thandi-1", goal)["Location"] == "/"


def test_a_new_role_at_the_provider_is_a_new_role_here(issuer: str, use: Use) -> None:
    use(issuer)
    first = Client()
    come_back(first, "thandi-1")
    User.objects.update(role=Role.ANALYST)
    second = Client()
    come_back(second, "thandi-1")
    assert second.get(ME).json()["role"] == "doctor"
    assert first.get(ME).status_code == 401
    come_back(Client(), "boss-1")
    assert User.objects.get(username="boss").role == Role.ADMIN


@pytest.mark.security("signing in at the provider without a role, denied, or with a closed account")
def test_who_has_no_role_or_a_closed_account_stays_outside(
    issuer: str, use: Use, heard: list[AccountEvent]
) -> None:
    use(issuer)
    assert come_back(Client(), "stranger-1")["Location"] == "/login/?refused=no_role"
    assert not User.objects.exists()
    denied = come_back(Client(), "thandi-1", action="deny")
    assert denied["Location"] == "/login/?refused=denied"
    come_back(Client(), "thandi-1")
    User.objects.update(is_active=False)
    browser = Client()
    assert come_back(browser, "thandi-1")["Location"] == "/login/?refused=closed"
    assert browser.get(ME).status_code == 403
    reasons = [event.payload["reason"] for event in heard if "external_sign_in" in event.type]
    assert reasons == ["no_role", "denied", "closed"]
    use(issuer, oidc_default_role="patient")
    assert come_back(Client(), "stranger-1")["Location"] == "/interpreting/"
    assert User.objects.get(username="stranger").role == Role.PATIENT


@pytest.mark.security("taking over a local account by its name or unproved address at the provider")
def test_a_local_account_is_linked_by_an_address_proved_on_both_sides_only(
    issuer: str, use: Use, heard: list[AccountEvent]
) -> None:
    use(issuer)
    named = add_person("thandi", email_proved_at=None)
    come_back(Client(), "thandi-1")
    made = ExternalIdentity.objects.get().user
    assert made != named
    assert made.username.startswith("thandi-")
    made.delete()
    User.objects.update(email_proved_at="2026-01-01T00:00:00Z", is_superuser=True)
    come_back(Client(), "thandi-1")
    assert ExternalIdentity.objects.get().user != named
    User.objects.exclude(pk=named.pk).delete()
    User.objects.update(is_superuser=False)
    come_back(Client(), "thandi-1")
    assert ExternalIdentity.objects.get().user == named
    # local accounts stay
    assert sign_in("thandi").get(ME).json()["username"] == "thandi"


def test_a_second_factor_of_the_house_is_still_asked_for(issuer: str, use: Use) -> None:
    use(issuer)
    come_back(Client(), "thandi-1")
    give_second_factor(User.objects.get())
    browser = Client()
    come_back(browser, "thandi-1")
    assert browser.get(ME).json()["code"] == "SECOND_FACTOR_REQUIRED"
    assert "data-pending" in browser.get("/login/").content.decode()


def test_who_has_no_password_here_changes_what_lasts_after_a_fresh_sign_in(
    issuer: str, use: Use
) -> None:
    use(issuer)
    browser = Client()
    come_back(browser, "thandi-1")
    setup = "/api/auth/setup-otp/"
    assert browser.post(setup, content_type="application/json").status_code == 200
    LoginSession.objects.update(created_at=timezone.now() - 2 * FRESH)
    refused = browser.post(setup, content_type="application/json")
    assert (refused.status_code, refused.json()["code"]) == (403, "FRESH_SIGN_IN_REQUIRED")


def test_the_sign_in_page_offers_the_provider_and_says_why_it_refused(use: Use) -> None:
    assert "oidc" not in Client().get("/login/").content.decode()
    use("https://idp.example", oidc_label="Hospital account")
    page = Client().get("/login/?refused=no_role&next=/imaging/").content.decode()
    assert "Sign in with Hospital account" in page
    assert "/api/auth/oidc/login/?next=/imaging/" in page
    assert "gives you no role here" in page
    assert "nonsense" not in Client().get("/login/?refused=nonsense").content.decode()


def test_a_provider_that_is_away_is_told_in_a_sentence(use: Use) -> None:
    use("http://127.0.0.1:9")
    assert Client().get(BEGIN)["Location"] == "/login/?refused=provider"


# --- answers that are wrong -------------------------------------------------------------------


@pytest.fixture
def odd() -> Iterator[OddProvider]:
    provider = OddProvider()
    yield provider
    provider.stop()


def _answer(odd: OddProvider, browser: Client, **changes: Any) -> Any:
    """Begin, let the provider sign these claims, and come back."""
    asked = parse_qs(urlsplit(browser.get(BEGIN)["Location"]).query)
    assert asked["code_challenge_method"] == ["S256"]
    now = int(time.time())
    right = {
        "iss": odd.issuer,
        "aud": CLIENT_ID,
        "sub": "mallory",
        "iat": now,
        "exp": now + 300,
        "nonce": asked["nonce"][0],
        "groups": ["wards"],
        "preferred_username": "mallory",
    }
    odd.claims = {k: v for k, v in {**right, **changes}.items() if v is not None}
    return browser.get(BACK, {"code": "c", "state": asked["state"][0]})


def test_a_right_answer_of_the_odd_provider_signs_in(odd: OddProvider, use: Use) -> None:
    use(odd.issuer)
    assert _answer(odd, Client())["Location"] == "/"
    assert User.objects.get().username == "mallory"


@pytest.mark.security("an ID token for another site, of another issuer, replayed, or over")
@pytest.mark.parametrize(
    "changes",
    [
        {"aud": "another-site"},
        {"aud": ["another-site"], "azp": CLIENT_ID},
        {"aud": None},
        {"iss": "https://evil.example"},
        {"iss": None},
        {"exp": 1},
        {"exp": None},
        {"nonce": "replayed"},
        {"nonce": None},
        {"sub": None},
        {"sub": ""},
    ],
    ids=str,
)
def test_claims_that_are_wrong_sign_nobody_in(
    odd: OddProvider, use: Use, changes: dict[str, Any]
) -> None:
    use(odd.issuer)
    browser = Client()
    assert _answer(odd, browser, **changes)["Location"] == "/login/?refused=answer"
    assert browser.get(ME).status_code == 403
    assert not User.objects.exists()


@pytest.mark.security("an ID token signed with another key, or with the public key as a secret")
@pytest.mark.parametrize("forgery", ["another key", "symmetric"])
def test_a_forged_signature_signs_nobody_in(odd: OddProvider, use: Use, forgery: str) -> None:
    use(odd.issuer)
    if forgery == "another key":
        odd.signing_key = RSAKey.generate_key(2048, {"kid": "one"})
    else:
        odd.signing_key = OctKey.import_key(
            "secret-of-the-client-that-is-long-enough", {"kid": "one"}
        )  # type: ignore[assignment]
        odd.algorithm = "HS256"
    assert _answer(odd, Client())["Location"] == "/login/?refused=answer"
    assert not User.objects.exists()


@pytest.mark.security("an answer of the provider that this browser never asked for")
def test_an_answer_nobody_asked_for_signs_nobody_in(odd: OddProvider, use: Use) -> None:
    use(odd.issuer)
    victim, attacker = Client(), Client()
    asked = parse_qs(urlsplit(attacker.get(BEGIN)["Location"]).query)
    for query in ({}, {"code": "c"}, {"code": "c", "state": asked["state"][0]}, {"state": "x"}):
        assert victim.get(BACK, query)["Location"] == "/login/?refused=answer"


def test_a_provider_that_fails_meanwhile_signs_nobody_in(odd: OddProvider, use: Use) -> None:
    use(odd.issuer)
    odd.token_status = 500
    assert _answer(odd, Client())["Location"] == "/login/?refused=answer"


# --- decisions --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("claims", "claim", "expected"),
    [
        ({"groups": ["wards", "it"]}, "groups", "admin"),
        ({"groups": "wards"}, "groups", "doctor"),
        ({"realm_access": {"roles": ["wards"]}}, "realm_access.roles", "doctor"),
        ({"https://a.example/roles": ["it"]}, "https://a.example/roles", "admin"),
        ({"groups": {"it": True}}, "groups", ""),
        ({"groups": None}, "groups", ""),
        ({}, "a.b.c", ""),
    ],
)
def test_the_first_value_that_fits_gives_the_role(
    claims: dict[str, Any], claim: str, expected: str
) -> None:
    assert role_of(claims, claim, ["it=admin", "wards=doctor"], "") == expected


def test_more_than_a_password_is_said_by_the_methods() -> None:
    assert has_second_factor({"amr": ["pwd", "otp"]})
    assert not has_second_factor({"amr": ["pwd"]})
    assert not has_second_factor({"amr": "mfa"})
    assert not has_second_factor({})


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        ({"preferred_username": "thandi m"}, "thandim"),
        ({"email": "a@b.example"}, "a@b.example"),
        ({"preferred_username": "аdmin"}, "person-x1"),
        ({"preferred_username": "   "}, "person-x1"),
        ({}, "person-x1"),
        ({"preferred_username": "x" * 500}, "x" * 140),
    ],
)
def test_a_user_name_is_made_of_what_the_provider_calls_somebody(
    claims: dict[str, Any], expected: str
) -> None:
    assert name_from(claims, "x1") == expected

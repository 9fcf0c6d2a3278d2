from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bureau.kernel.ops.redaction import HIDDEN, redact, redact_text

SECRET = "tOpSeCrEt-31415"
JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"
NAMES = [
    "password",
    "old_password",
    "SECRET_KEY",
    "access_token",
    "Authorization",
    "X-API-Key",
    "openai_api_key",
    "Set-Cookie",
    "otp_token",
    "totp",
    "phone_number",
    "email",
    "recovery_codes",
    "DATABASE_URL",
]
WORDS = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "Z")), max_size=30)


@pytest.mark.parametrize("name", NAMES)
def test_a_telling_name_hides_its_value_at_any_depth(name: str) -> None:
    line = {"event": "x", name: SECRET, "body": {"list": [{name: [SECRET, {"a": SECRET}]}]}}
    assert SECRET not in repr(redact(line))
    assert redact({name: 271828}) == {name: HIDDEN}


@pytest.mark.parametrize("name", ["trace_id", "task_id", "status", "input_tokens", "tokens", "ms"])
def test_figures_and_ids_stay(name: str) -> None:
    assert redact({name: 17}) == {name: 17}


def test_a_flag_says_nothing_and_stays() -> None:
    assert redact({"has_password": True, "token": None}) == {"has_password": True, "token": None}


@pytest.mark.parametrize(
    "text",
    [
        f"Authorization: Bearer {SECRET}",
        f"got bearer {SECRET} from the caller",
        f"Basic {SECRET}==",
        f"connecting to postgresql://bureau_app:{SECRET}@db.internal/bureau",
        f"redis://:{SECRET}@cache:6379/0",
        f"GET /ws/jobs/1/?token={SECRET}&after=3",
        f"{{'password': '{SECRET}', 'username': 'sita'}}",
        f'{{"api_key": "{SECRET}"}}',
        f"new_password = {SECRET}",
        f"Incorrect API key provided: sk-proj-{SECRET}",
    ],
)
def test_a_secret_inside_text_is_hidden(text: str) -> None:
    hidden = redact_text(text)
    assert SECRET not in hidden
    assert HIDDEN in hidden


def test_a_token_a_mail_address_and_a_phone_number_inside_text_are_hidden() -> None:
    text = f"{JWT} was sent to sita.gurung+x@example.org and +977 984-1234567"
    assert redact_text(text) == f"{HIDDEN} was sent to [email] and [phone]"


def test_what_a_reader_needs_stays() -> None:
    text = "Job 12 failed after 30.5 s at 2026-11-21T05:27:41+00:00: 3 of 4 charts, code 0x1F"
    assert redact_text(text) == text


@given(before=WORDS, after=WORDS)
def test_a_bearer_token_never_survives_whatever_stands_around_it(before: str, after: str) -> None:
    assert SECRET not in redact_text(f"{before} Bearer {SECRET} {after}")


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | WORDS | st.binary(),
        lambda inner: st.lists(inner) | st.dictionaries(WORDS, inner),
        max_leaves=20,
    )
)
def test_redacting_twice_changes_nothing_more(value: object) -> None:
    once = redact(value)
    assert redact(once) == once

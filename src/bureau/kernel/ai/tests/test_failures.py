"""How refusals are read, apart from any connection."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bureau.kernel.ai.adapters.failures import (
    MAX_DETAIL,
    detail_of,
    failure_of,
    rejected_parameter,
    retry_after,
)
from bureau.kernel.ai.ports import ProviderError

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["error", "message"]), inner),
)


@given(st.integers(300, 599), JSON, st.text(max_size=30))
def test_any_refusal_is_one_of_our_errors(status: int, body: object, wait: str) -> None:
    problem = failure_of("openai", status, {"retry-after": wait}, body)
    assert isinstance(problem, ProviderError)
    assert problem.message.startswith("openai ")
    assert problem.temporary == (status >= 500 or status in {408, 409, 425, 429})
    assert problem.retry_after is None or problem.retry_after >= 0


@given(JSON)
def test_a_providers_words_are_one_short_line_without_the_key(body: object) -> None:
    detail = detail_of({"error": {"message": f"{body} sk-key\n{body}"}}, secret="sk-key")
    assert "sk-key" not in detail
    assert "\n" not in detail
    assert len(detail) <= MAX_DETAIL


def test_an_empty_account_is_no_rate_limit() -> None:
    body = {"message": "You exceeded your current quota", "code": "insufficient_quota"}
    problem = failure_of("openai", 429, {}, body)
    assert (problem.reason, problem.temporary) == ("quota", False)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "20"}, 20),
        ({"retry-after": "0.5"}, 0.5),
        ({"retry-after-ms": "1500", "retry-after": "2"}, 1.5),
        ({"retry-after": "Sat, 21 Nov 2026 12:00:30 GMT"}, 30),
        ({"retry-after": "Sat, 21 Nov 2026 11:00:00 GMT"}, 0),
        ({"retry-after": "-1"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after": "soon"}, None),
    ],
)
def test_the_wait_that_a_provider_asks_for(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after(headers, now=datetime(2026, 11, 21, 12, tzinfo=UTC)) == seconds


@pytest.mark.parametrize(
    ("words", "parameter"),
    [
        ("`temperature` is deprecated for this model.", "temperature"),
        (
            "Unsupported parameter: 'max_tokens' is not supported with this model.",
            "max_tokens",
        ),
        ("temperature: Extra inputs are not permitted", "temperature"),
        ("'temperature' must be between 0 and 2", None),
        ("The temperature of this request is not supported", None),
        ("`stream` is deprecated for this model.", None),
        ("", None),
    ],
)
def test_a_parameter_that_a_model_does_not_take_is_recognised(
    words: str, parameter: str | None
) -> None:
    assert rejected_parameter(words, ["max_tokens", "temperature"]) == parameter

from __future__ import annotations

import json

import pytest
from django.http import QueryDict
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from bureau.kernel.errors import InvalidInput
from bureau.kernel.ops.parsing import CarefulParser, json_of

STORABLE = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"))
FINITE = st.floats(allow_nan=False, allow_infinity=False)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | FINITE | STORABLE,
    lambda inner: st.lists(inner) | st.dictionaries(STORABLE, inner),
    max_leaves=20,
)


@given(VALUES)
def test_whatever_can_be_stored_is_read_as_it_was_sent(value: object) -> None:
    assert json_of(json.dumps(value).encode()) == value


@pytest.mark.parametrize(
    "body",
    [
        rb'{"a": "\u0000"}',
        rb'{"\u0000": 1}',
        rb'[["x", {"deep": "\ud800"}]]',
        b'"\xed\xa0\x80"',
        b'"\xff"',
        b'"a\x00b"',
        b"NaN",
        b"-Infinity",
        b"1e999",
        b"1" * 5_000,
        b"{",
        b"",
    ],
)
def test_what_cannot_be_stored_or_read_is_refused(body: bytes) -> None:
    with pytest.raises(ValueError):
        json_of(body)


def test_nesting_without_end_is_refused() -> None:
    with pytest.raises(RecursionError):
        json_of(b"[" * 200_000)


@pytest.mark.parametrize("query", ["q=a%00b", "q=ok&q=%00", "%00=1"])
def test_a_query_with_nul_is_refused_and_names_the_field(query: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        CarefulParser().parse_querydict(QueryDict(query), [], RequestFactory().get("/"))
    assert list(refusal.value.fields) in (["q"], ["?"])


def test_an_ordinary_query_passes() -> None:
    fields = CarefulParser().parse_querydict(
        QueryDict("q=張偉&tag=a&tag=b"), ["tag"], RequestFactory().get("/")
    )
    assert fields == {"q": "張偉", "tag": ["a", "b"]}

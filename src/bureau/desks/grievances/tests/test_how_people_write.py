"""Amounts, wards and addresses as people write them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from bureau.desks.grievances import sealing
from bureau.desks.grievances.intake.drafts import apply_to_draft
from bureau.desks.grievances.models import Complainant, Grievance
from bureau.desks.grievances.routing.places import ward_number
from bureau.kernel.errors import InvalidInput


def claimed(text: str) -> Decimal | None:
    case = Grievance(complainant=Complainant())
    apply_to_draft(case, {"grievance_claimed_amount": text})
    return case.claimed_amount


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("Rs. 25,000", 25_000),
        ("रु २५,०००", 25_000),
        ("रू. २५,०००/-", 25_000),
        ("1,25,000/-", 125_000),
        ("NPR 500.50", Decimal("500.50")),
        ("25000 rupees only", 25_000),
        ("25000", 25_000),
    ],
)
def test_an_amount_is_read(text: str, amount: Decimal) -> None:
    assert claimed(text) == amount


@pytest.mark.parametrize("text", ["a lot", "-5", "NaN", "25 thousand or 30", "1e999"])
def test_what_is_no_amount_is_refused_by_its_field(text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        claimed(text)
    assert "grievance_claimed_amount" in refused.value.fields


@pytest.mark.parametrize(
    "text", ["5", "५", "Ward 5", "ward no. 5", "Ward-5", "वडा नं ५", "वडा नं. ५", "वडा ५", "05"]
)
def test_a_ward_is_read(text: str) -> None:
    assert ward_number(text) == 5


@pytest.mark.parametrize("text", ["0", "100", "5 and 6", "five", "Ward", "-"])
def test_what_is_no_ward_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        ward_number(text)


def test_an_address_with_a_name_is_an_address_and_a_link_is_none() -> None:
    assert sealing.mail_address("Sita Rai <Sita@Example.org>") == "sita@example.org"
    for none in (
        "mailto:sita@example.org",
        "sita@example.org, ram@example.org",
        "<sita>",
        "a b@c.d",
    ):
        assert sealing.mail_address(none) == ""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.fixtures import SetEnvironment

from bureau.kernel.accounts.addresses import NO_ADDRESS, counted_address, is_loopback
from bureau.kernel.accounts.checks import check_trusted_proxies

headers = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=200)


@given(headers)
def test_a_peer_that_is_no_trusted_proxy_is_who_it_is(header: str) -> None:
    counted = counted_address(peer="203.0.113.7", forwarded_for=header, trusted=["10.0.0.1"])
    assert counted == "203.0.113.7"


@given(headers)
def test_what_the_client_wrote_itself_is_never_reached(header: str) -> None:
    through = f"{header},203.0.113.7"
    assert counted_address(peer="10.0.0.1", forwarded_for=through, trusted=["10.0.0.1"]) == (
        "203.0.113.7"
    )


@pytest.mark.parametrize(
    ("peer", "header", "expected"),
    [
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "203.0.113.7", "203.0.113.7"),
        ("10.0.0.1", "203.0.113.7, 10.0.0.2", "203.0.113.7"),
        ("10.0.0.1", "10.0.0.3, 10.0.0.2", "10.0.0.3"),
        ("10.0.0.1", "203.0.113.7, nonsense", NO_ADDRESS),
        ("", "203.0.113.7", NO_ADDRESS),
        ("::ffff:203.0.113.7", "", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "", "2001:db8:1:2::"),
    ],
)
def test_whose_attempt_it_is(peer: str, header: str, expected: str) -> None:
    trusted = ["10.0.0.0/8"]
    assert counted_address(peer=peer, forwarded_for=header, trusted=trusted) == expected


def test_loopback_is_known_in_all_its_forms() -> None:
    assert all(map(is_loopback, ["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"]))
    assert not any(map(is_loopback, ["", "localhost", "10.0.0.1", "0.0.0.0", "testclient"]))


def test_a_proxy_that_is_no_address_stops_the_start(environment: SetEnvironment) -> None:
    environment(trusted_proxies=["10.0.0.1", "10.0.0.0/8", "nginx"])
    [problem] = check_trusted_proxies()
    assert problem.id == "accounts.E002"
    assert "'nginx'" in problem.msg

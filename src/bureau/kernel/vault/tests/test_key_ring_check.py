from __future__ import annotations

import base64

import pytest

from bureau.kernel.vault.checks import check_key_ring
from bureau.kernel.vault.keyring import KeyRingUnusable, digest, ring
from bureau.kernel.vault.tests.conftest import UseRing

GOOD = "v1:" + base64.b64encode(b"g" * 32).decode()


def test_nothing_starts_without_a_usable_ring(use_ring: UseRing) -> None:
    use_ring("not a ring")
    [problem] = check_key_ring()
    assert problem.id == "vault.E001"
    assert "BUREAU_FIELD_KEYS_FILE" in f"{problem.msg}{problem.hint}"
    with pytest.raises(KeyRingUnusable):
        ring()

    use_ring(GOOD)
    assert check_key_ring() == []


def test_digests_are_keyed_and_one_purpose_says_nothing_about_another(use_ring: UseRing) -> None:
    use_ring(GOOD)
    phone = digest("+9779800000000", "phone")
    assert phone == digest("+9779800000000", "phone")
    assert len(phone) == 64
    assert phone != digest("+9779800000000", "name")

    use_ring("v1:" + base64.b64encode(b"h" * 32).decode())
    assert phone != digest("+9779800000000", "phone")

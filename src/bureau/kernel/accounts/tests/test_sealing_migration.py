from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.core.management import call_command

from bureau.kernel.accounts.models import User
from bureau.kernel.vault.keyring import ring


def migrate(*to: str) -> None:
    """To the migration with this name, or the newest."""
    call_command("migrate", "accounts", *to, database="owner", verbosity=0, interactive=False)


@pytest.fixture
def first_release(transactional_db: None) -> Iterator[None]:
    """The tables as the first release made them."""
    migrate("0001")
    yield
    migrate()


def as_then(plain: str, place: str) -> str:
    """A value as the first release sealed it."""
    known, nonce = ring(), b"n" * 12
    raw = nonce + AESGCM(known.keys[known.current]).encrypt(nonce, plain.encode(), place.encode())
    return f"v{known.current}:{base64.b64encode(raw).decode()}"


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_accounts_of_the_first_release_open_after_the_upgrade(
    first_release: None, as_superuser: Any
) -> None:
    with as_superuser() as server:
        for name in ("sipho", "thandi"):
            server.execute(
                "INSERT INTO accounts_user (password, is_superuser, username, first_name, last_name,"
                " email, is_staff, is_active, date_joined, role, preferred_language, phone_number,"
                " medical_license, patient_id, department) VALUES ('', false, %s, '', '', '', false,"
                " true, now(), 'patient', 'en', %s, '', '', '')",
                [name, as_then(f"phone of {name}", "accounts_user.phone_number")],
            )
        server.execute(
            "INSERT INTO accounts_totpdevice (secret, last_step, user_id)"
            " SELECT %s, 0, id FROM accounts_user WHERE username = 'sipho'",
            [as_then("base32", "accounts_totpdevice.secret")],
        )
    migrate()
    sipho, thandi = User.objects.order_by("username")
    assert (sipho.phone_number, thandi.phone_number) == ("phone of sipho", "phone of thandi")
    assert sipho.totp_device.secret == "base32"
    assert sipho.seal_key != thandi.seal_key

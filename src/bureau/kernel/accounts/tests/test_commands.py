from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from bureau.kernel.accounts.models import TotpDevice, User
from bureau.kernel.accounts.tests.cast import PASSWORD, give_second_factor, sign_in

pytestmark = pytest.mark.django_db


def test_the_first_superuser_comes_from_the_environment_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DJANGO_SUPERUSER_USERNAME", "root")
    monkeypatch.setenv("DJANGO_SUPERUSER_EMAIL", "root@example.org")
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)
    call_command("ensure_superuser", stdout=StringIO())
    root = User.objects.get()
    assert (root.username, root.is_superuser, root.role) == ("root", True, "admin")
    assert sign_in("root").get("/api/users/").status_code == 200

    out = StringIO()
    monkeypatch.setenv("DJANGO_SUPERUSER_USERNAME", "another")
    call_command("ensure_superuser", stdout=out)
    assert "nothing was changed" in out.getvalue()
    assert User.objects.count() == 1


def test_a_lost_second_factor_is_removed_by_command(patient: User) -> None:
    give_second_factor(patient)
    call_command("reset_second_factor", "patient", stdout=StringIO())
    assert not TotpDevice.objects.exists()
    with pytest.raises(CommandError, match="no account named nobody"):
        call_command("reset_second_factor", "nobody")

from __future__ import annotations

from pytest_django import Settings

from bureau.kernel.accounts.checks import MIDDLEWARE, check_middleware


def test_pages_that_trust_djangos_session_alone_stop_the_start(settings: Settings) -> None:
    assert check_middleware() == []
    settings.MIDDLEWARE = [
        "django.contrib.auth.middleware.AuthenticationMiddleware" if name == MIDDLEWARE else name
        for name in settings.MIDDLEWARE
    ]
    [problem] = check_middleware()
    assert problem.id == "accounts.E001"
    assert MIDDLEWARE in problem.msg

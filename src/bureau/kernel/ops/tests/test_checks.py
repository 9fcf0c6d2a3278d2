from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.checks import CheckMessage, run_checks
from pytest_django import Settings

from bureau.kernel.jobs.queues import TIME_LIMITS, VISIBILITY_TIMEOUT
from bureau.kernel.ops import checks


def found(id_: str) -> list[CheckMessage]:
    """What the registered checks say under one id."""
    return [message for message in run_checks(tags=[checks.TAG]) if message.id == id_]


def test_the_settings_of_the_tests_are_clean() -> None:
    assert run_checks(tags=[checks.TAG]) == []


def test_a_visibility_timeout_within_a_time_limit_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(TIME_LIMITS, "ai", VISIBILITY_TIMEOUT - 1)
    assert found("bureau.E001") == []
    monkeypatch.setitem(TIME_LIMITS, "ai", VISIBILITY_TIMEOUT)
    (message,) = found("bureau.E001")
    assert "'ai'" in message.msg


def test_debug_is_refused_where_others_can_reach_it(
    settings: Settings, environment: Callable[..., None]
) -> None:
    environment(bureau_host="0.0.0.0")
    assert found("bureau.E002") == []
    settings.DEBUG = True
    (message,) = found("bureau.E002")
    assert "DEBUG" in message.msg
    environment(bureau_host="127.0.0.1")
    assert found("bureau.E002") == []


@pytest.mark.parametrize(
    ("host", "allowed"), [("127.0.0.1", ["localhost", "bureau.example"]), ("10.0.0.5", ["[::1]"])]
)
def test_demo_access_is_refused_where_others_can_reach_it(
    settings: Settings, environment: Callable[..., None], host: str, allowed: list[str]
) -> None:
    settings.ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
    environment(bureau_access="demo", bureau_host="127.0.0.1")
    assert found("bureau.E003") == []
    settings.ALLOWED_HOSTS = allowed
    environment(bureau_host=host)
    (message,) = found("bureau.E003")
    assert "BUREAU_ACCESS" in message.msg


def test_a_data_directory_that_cannot_be_written_to_is_refused(
    settings: Settings, tmp_path: Path
) -> None:
    settings.DATA_DIR = tmp_path / "new" / "deep"
    assert found("bureau.E004") == []
    (tmp_path / "file").write_text("")
    settings.DATA_DIR = tmp_path / "file"
    (message,) = found("bureau.E004")
    assert message.hint is not None
    assert "BUREAU_DATA" in message.hint


def test_plain_http_beyond_this_machine_is_a_warning(environment: Callable[..., None]) -> None:
    environment(bureau_host="0.0.0.0", https_only=True)
    assert found("bureau.W001") == []
    environment(https_only=False)
    (message,) = found("bureau.W001")
    assert not message.is_serious()

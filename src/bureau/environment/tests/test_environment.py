"""What an operator wrote is read as meant, or the start stops and says what is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from bureau.environment import BadEnvironment, Environment, load
from bureau.environment.unknown import OF_THE_ORIGINALS, near_misses, of_the_originals
from bureau.runtime.variables import own_names

REQUIRED = {
    "SECRET_KEY": "k" * 32,
    "DATABASE_URL": "postgresql://app@db/bureau",
    "REDIS_URL": "redis://cache:6379/0",
    "BUREAU_FIELD_KEYS_FILE": "/keys",
}


@pytest.fixture(autouse=True)
def _only_what_is_required(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Environment.model_fields:
        for variable in (name.upper(), f"{name.upper()}_FILE"):
            monkeypatch.delenv(variable, raising=False)
    for variable, value in REQUIRED.items():
        monkeypatch.setenv(variable, value)


def test_four_variables_are_enough() -> None:
    environment = load()
    assert environment.secret_key.get_secret_value() == REQUIRED["SECRET_KEY"]
    assert environment.bureau_field_keys_file == Path("/keys")
    assert environment.bureau_port == 8000


def test_every_missing_variable_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in REQUIRED:
        monkeypatch.delenv(variable)
    with pytest.raises(BadEnvironment) as stopped:
        load()
    named = [line.split(":")[0].strip() for line in str(stopped.value).splitlines()[1:]]
    assert sorted(named) == sorted(REQUIRED)


@pytest.mark.parametrize(
    ("variable", "value", "complaint"),
    [
        ("SECRET_KEY", "k" * 31, "at least 32 characters"),
        ("BUREAU_PORT", "http", "valid integer"),
        ("BUREAU_LEASE_SECONDS", "1", "greater than or equal to 2"),
        ("CELERY_BROKER_URL", "unix:///valkey.sock", "redis+socket:///path?virtual_host=0"),
        ("NOTIFY_FROM", "Office\nBcc: all@example.org", "one line"),
        ("SMS_GATEWAY_FIELDS", "{to}", "must be JSON"),
        ("SMS_GATEWAY_FIELDS", '{"to": 1}', "JSON object of texts"),
        ("AI_SPEECH_PROVIDER", "festival", "'builtin', 'piper' or 'none'"),
        ("BUREAU_PORT", "99999", "less than or equal to 65535"),
        ("SMTP_PORT", "99999", "less than or equal to 65535"),
        ("SMTP_PORT", "0", "greater than or equal to 1"),
        ("BUREAU_DB_POOL", "-3", "greater than or equal to 0"),
        ("BUREAU_LOG_LEVEL", "LOUD", "'WARNING', 'ERROR' or 'CRITICAL'"),
        ("DATABASE_URL", "mysql://app@db/bureau", "postgresql://"),
        ("DATABASE_URL", "postgresql://app:se%cret@db/bureau", "no address of PostgreSQL"),
        ("DATABASE_OWNER_URL", "sqlite:///bureau.db", "postgresql://"),
        ("REDIS_URL", "http://cache:6379", "redis://, rediss://, unix://"),
        ("REDIS_URL", "redis://cache:sixthousand/0", "no number from 1 to 65535"),
        ("REDIS_URL", "cache:6379", "redis://"),
        ("CELERY_BROKER_URL", "kafka://broker", "amqp://"),
        ("RABBITMQ_URL", "http://bus:15672", "amqp://"),
        ("OLLAMA_BASE_URL", "localhost:11434", "http://, https://"),
        ("NOTIFY_PUBLIC_URL", "bureau.example.org", "http://, https://"),
        ("ALLOWED_HOSTS", "", "at least one host"),
        ("ALLOWED_HOSTS", "https://bureau.example.org", "name of a host alone"),
        ("ALLOWED_HOSTS", "bureau.example.org:8000", "name of a host alone"),
        ("CSRF_TRUSTED_ORIGINS", "bureau.example.org", "write https://"),
        ("CORS_ALLOWED_ORIGINS", "app.example.org", "scheme, host and port alone"),
        ("CORS_ALLOWED_ORIGINS", "https://app.example.org/", "scheme, host and port alone"),
        ("CORS_ALLOWED_ORIGINS", "*", "scheme, host and port alone"),
        ("CORS_ALLOWED_ORIGINS", "https://*.example.org", "name each origin"),
        ("BUREAU_MAX_UPLOAD", "10", "is BUREAU_MAX_UPLOAD_MB meant?"),
        ("BUREAU_XYZZY", "1", "no such setting"),
    ],
)
def test_a_wrong_value_stops_the_start_and_is_named(
    variable: str, value: str, complaint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(BadEnvironment) as stopped:
        load()
    (line,) = str(stopped.value).splitlines()[1:]
    assert line.startswith(f"  {variable}: ")
    assert complaint in line
    # a value may be a secret
    assert "cret" not in line


@pytest.mark.parametrize("level", ["debug", "Warning", "ERROR"])
def test_levels_are_written_as_people_like(level: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BUREAU_LOG_LEVEL", level)
    assert load().bureau_log_level == level.upper()


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("DATABASE_URL", "postgresql://app:pw@/bureau?host=/tmp/bureau-1"),
        ("DATABASE_URL", "postgres://app@db:5433/bureau?sslmode=require"),
        ("DATABASE_URL", "host=db dbname=bureau user=app"),
        ("REDIS_URL", "rediss://:pw@cache:6380/1"),
        ("REDIS_URL", "unix:///run/valkey.sock?db=1"),
        ("CELERY_BROKER_URL", "amqp://a:b@[::1]:5672//"),
        ("RABBITMQ_URL", "embedded"),
        ("ALLOWED_HOSTS", "localhost,[::1],.example.org,*"),
        # what Kubernetes tells of a service that is called bureau-web
        ("BUREAU_WEB_SERVICE_HOST", "10.0.0.1"),
        ("BUREAU_WEB_PORT_8000_TCP_ADDR", "10.0.0.1"),
        ("BUREAU_POSTGRES_USER", "postgres"),
        ("SECRET_KEY_FILES", "/of/another/program"),
    ],
)
def test_what_is_meant_is_taken(variable: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(variable, value)
    assert load().debug is False


def test_all_that_is_wrong_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("BUREAU_PORT", "SMTP_PORT", "BUREAU_LOGLEVEL"):
        monkeypatch.setenv(variable, "nonsense")
    with pytest.raises(BadEnvironment) as stopped:
        load()
    named = [line.split(":")[0].strip() for line in str(stopped.value).splitlines()[1:]]
    assert sorted(named) == ["BUREAU_LOGLEVEL", "BUREAU_PORT", "SMTP_PORT"]


def test_a_file_that_cannot_be_read_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMTP_PASSWORD_FILE", "/nowhere/password")
    with pytest.raises(
        BadEnvironment, match="SMTP_PASSWORD_FILE: /nowhere/password cannot be read"
    ):
        load()


def test_almost_the_name_of_a_setting_is_a_near_miss() -> None:
    environ = {"TRUSTED_PROXY": "x", "ALLOWED_HOST": "x", "SMPT_HOST": "x", "PATH": "x"}
    foreign = {"HTTPS_PROXY": "x", "REDIS_PORT": "x", "AWS_DEFAULT_REGION": "x", "LANG": "x"}
    found = list(near_misses({**environ, **foreign}))
    assert [line.split()[0] for line in found] == ["ALLOWED_HOST", "SMPT_HOST", "TRUSTED_PROXY"]
    assert found[2].endswith("is TRUSTED_PROXIES meant?")
    # the setting itself is there: the other is somebody else's
    assert not list(near_misses({"TRUSTED_PROXY": "x", "TRUSTED_PROXIES": "x"}))


def test_variables_of_the_original_systems_are_named_with_what_says_it_here() -> None:
    environ = {"DB_NAME": "x", "LOG_LEVEL": "x", "CELERY_RESULT_BACKEND": "x", "PATH": "x"}
    found = list(of_the_originals(environ))
    assert [line.split()[0] for line in found] == ["CELERY_RESULT_BACKEND", "DB_NAME", "LOG_LEVEL"]
    assert found[1].endswith("DATABASE_URL")
    here = own_names()
    assert not OF_THE_ORIGINALS.keys() & here
    assert all(name in here or name.startswith("nothing: ") for name in OF_THE_ORIGINALS.values())


def test_demo_access_stays_on_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BUREAU_ACCESS", "demo")
    assert load().bureau_access == "demo"
    monkeypatch.setenv("BUREAU_HOST", "0.0.0.0")
    with pytest.raises(BadEnvironment, match="BUREAU_ACCESS=demo is refused"):
        load()


def test_lists_are_written_with_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLOWED_HOSTS", "bureau.example.org, localhost,,")
    monkeypatch.setenv("AI_CLOUD_DESKS", "")
    environment = load()
    assert environment.allowed_hosts == ["bureau.example.org", "localhost"]
    assert environment.ai_cloud_desks == []


def test_a_value_may_be_in_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "secret").write_text("f" * 40 + "\n")
    (tmp_path / "hosts").write_text("one.example.org,two.example.org\n")
    monkeypatch.setenv("SECRET_KEY_FILE", str(tmp_path / "secret"))
    monkeypatch.setenv("ALLOWED_HOSTS_FILE", str(tmp_path / "hosts"))
    environment = load()
    assert environment.secret_key.get_secret_value() == "f" * 40
    assert environment.allowed_hosts == ["one.example.org", "two.example.org"]


@pytest.mark.parametrize(
    ("variables", "broker", "bus"),
    [
        ({}, "redis://cache:6379/0", ""),
        (
            {"REDIS_URL": "unix:///run/valkey.sock", "RABBITMQ_URL": "embedded"},
            "redis+socket:///run/valkey.sock?virtual_host=0",
            "redis+socket:///run/valkey.sock?virtual_host=0",
        ),
        (
            {"REDIS_URL": "unix:///run/valkey.sock?db=2", "RABBITMQ_URL": "amqp://bus//"},
            "redis+socket:///run/valkey.sock?virtual_host=2",
            "amqp://bus//",
        ),
        ({"CELERY_BROKER_URL": "amqp://broker//"}, "amqp://broker//", ""),
    ],
)
def test_brokers_are_written_as_kombu_reads_them(
    variables: dict[str, str], broker: str, bus: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable, value in variables.items():
        monkeypatch.setenv(variable, value)
    environment = load()
    assert (environment.broker_url, environment.event_bus_url) == (broker, bus)


def test_no_secret_has_a_default_and_none_is_shown() -> None:
    assert Environment.model_fields["secret_key"].is_required()
    assert REQUIRED["SECRET_KEY"] not in repr(load())

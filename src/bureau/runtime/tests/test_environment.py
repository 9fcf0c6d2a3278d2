"""The environment of the children: what is ours, what the operator set, what is refused."""

import sys
from importlib.util import cache_from_source
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg.conninfo import conninfo_to_dict

from bureau.environment import Environment
from bureau.runtime.datadir import DataDirectory
from bureau.runtime.environment import (
    Address,
    Role,
    bytecode_variables,
    check_access,
    child_environment,
    database_url,
    operator_environment,
    redis_variables,
    running_environment,
    save_environment,
)
from bureau.runtime.errors import OperatorError
from bureau.runtime.installation import Request, application_stages
from bureau.runtime.secrets import ensure_secrets
from bureau.runtime.variables import OF_RUNTIME, own_names

SERVERS = {"DATABASE_URL": "postgresql://a@/b", "REDIS_URL": "unix:///s"}
LOCAL = Address("127.0.0.1", 8000)
text = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=20)


@given(user=text, password=text, name=text, port=st.sampled_from(["5432", "6000"]))
def test_any_name_and_password_survive_in_a_database_url(
    user: str, password: str, name: str, port: str
) -> None:
    url = database_url({"host": "/tmp/bureau-1", "port": port}, name, Role(user, password))
    found = conninfo_to_dict(url)
    expected = {"user": user, "password": password, "dbname": name, "host": "/tmp/bureau-1"}
    assert found == expected | ({"port": "6000"} if port == "6000" else {})


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000"),
        ("0.0.0.0", "http://127.0.0.1:8000"),
        ("::", "http://[::1]:8000"),
        ("desk.example.org", "http://desk.example.org:8000"),
    ],
)
def test_the_address_is_one_that_people_can_open(host: str, url: str) -> None:
    assert Address(host, 8000).url == url


def test_demo_access_is_refused_on_an_address_that_others_reach() -> None:
    check_access({"BUREAU_ACCESS": "demo"}, "127.0.0.1")
    check_access({}, "0.0.0.0")
    with pytest.raises(OperatorError, match=r"refused on '0\.0\.0\.0'"):
        check_access({"BUREAU_ACCESS": "demo"}, "0.0.0.0")


def test_embedded_servers_win_and_the_operators_other_settings_stay(tmp_path: Path) -> None:
    data = DataDirectory(tmp_path / "data")
    with data.claim():
        secrets = ensure_secrets(data, {})
    environ = {"DEBUG": "1", "BUREAU_BASE_URL": "https://desk", "DATABASE_URL": "", "EMPTY": ""}
    env = child_environment(environ, data, secrets, LOCAL, SERVERS)
    assert env.items() >= SERVERS.items()
    assert (env["DEBUG"], env["BUREAU_BASE_URL"]) == ("1", "https://desk")
    assert env["SECRET_KEY"] == secrets.read("secret_key")
    assert env["BUREAU_FIELD_KEYS_FILE"] == str(secrets.path("field_keys"))
    assert Path(env["BUREAU_DATA"]).is_absolute()
    assert env["HF_HUB_OFFLINE"] == "1"


def test_the_demonstration_alone_opens_registration(tmp_path: Path) -> None:
    data = DataDirectory(tmp_path / "data")
    with data.claim():
        secrets = ensure_secrets(data, {})
    assert "BUREAU_REGISTRATION" not in child_environment({}, data, secrets, LOCAL, {})
    assert (
        child_environment({}, data, secrets, LOCAL, {}, demo=True)["BUREAU_REGISTRATION"] == "open"
    )
    chosen = {"BUREAU_REGISTRATION": "closed"}
    env = child_environment(chosen, data, secrets, LOCAL, {}, demo=True)
    assert env["BUREAU_REGISTRATION"] == "closed"


def test_external_servers_and_keys_are_passed_on(tmp_path: Path) -> None:
    data = DataDirectory(tmp_path / "data")
    with data.claim():
        secrets = ensure_secrets(data, {})
    environ = {
        "DATABASE_URL": "postgresql://app@db/office",
        "REDIS_URL": "redis://cache/0",
        "SECRET_KEY_FILE": "/run/secrets/key",
        "BUREAU_FIELD_KEYS_FILE": "/run/secrets/ring",
    }
    env = child_environment(environ, data, secrets, LOCAL, {})
    assert env.items() >= environ.items()
    assert env["DATABASE_OWNER_URL"] == environ["DATABASE_URL"]
    assert env["CELERY_BROKER_URL"] == environ["REDIS_URL"]
    assert "SECRET_KEY" not in env


def test_a_broker_that_the_operator_set_is_used_beside_the_embedded_valkey() -> None:
    socket = Path("/tmp/bureau-1/valkey.sock")
    assert redis_variables(socket, {}) == {
        "REDIS_URL": "unix:///tmp/bureau-1/valkey.sock",
        "CELERY_BROKER_URL": "redis+socket:///tmp/bureau-1/valkey.sock?virtual_host=0",
    }
    amqp = {"CELERY_BROKER_URL": "amqp://rabbit"}
    assert redis_variables(socket, amqp)["CELERY_BROKER_URL"] == "amqp://rabbit"


def test_a_command_gets_the_environment_of_what_runs(tmp_path: Path) -> None:
    data = DataDirectory(tmp_path / "data")
    with pytest.raises(OperatorError, match="Nothing is running"):
        running_environment(data, {})
    with data.claim():
        save_environment(data, SERVERS)
    assert running_environment(data, {}) == SERVERS
    assert data.environment.stat().st_mode & 0o777 == 0o600
    own = {"DATABASE_URL": "postgresql://elsewhere"}
    assert running_environment(data, own) == own


def test_compiled_python_is_kept_when_the_installation_has_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "pycache_prefix", None)
    data = DataDirectory(tmp_path / "data")
    module = tmp_path / "module.py"
    kept = {"PYTHONPYCACHEPREFIX": str(data.bytecode), "PYTHONDONTWRITEBYTECODE": ""}
    assert bytecode_variables(data, module) == kept
    bytecode = Path(cache_from_source(str(module)))
    bytecode.parent.mkdir()
    bytecode.touch()
    assert bytecode_variables(data, module) == {}


def test_what_is_left_for_commands_is_bureaus_own_and_not_the_owner(tmp_path: Path) -> None:
    data = DataDirectory(tmp_path / "data")
    shell = {"EDITOR": "vi", "AWS_SESSION_TOKEN": "of another program", "HOME": "/home/ada"}
    ours = {"SMTP_HOST": "mail", "SECRET_KEY_FILE": "/run/key", "BUREAU_BASE_URL": "https://desk"}
    owner = {"DATABASE_OWNER_URL": "postgresql://owner@/b", "DATABASE_OWNER_URL_FILE": "/run/url"}
    with data.claim():
        save_environment(data, {**SERVERS, **shell, **ours, **owner})
    assert running_environment(data, {}) == {**SERVERS, **ours}


def test_every_setting_is_known_by_name() -> None:
    fields = {name.upper() for name in Environment.model_fields}
    assert own_names() == OF_RUNTIME | fields | {f"{name}_FILE" for name in fields}


@pytest.mark.security("becoming the database's owner from a process that serves")
def test_only_prepare_is_given_the_owner_of_the_database(tmp_path: Path) -> None:
    data = DataDirectory(tmp_path / "data")
    with data.claim():
        secrets = ensure_secrets(data, {})
    owner, app = (
        database_url({"host": "/tmp/bureau-1", "port": "5432"}, "bureau", Role(name, password))
        for name, password in (
            ("bureau_owner", secrets.read("owner_password")),
            ("bureau_app", secrets.read("app_password")),
        )
    )
    servers = {"DATABASE_URL": app, "DATABASE_OWNER_URL": owner, "REDIS_URL": "unix:///s"}
    env = child_environment({}, data, secrets, LOCAL, servers)
    children = [
        child
        for stage in application_stages(env, Request(data, LOCAL, demo=False))
        for child in stage
    ]
    knowing = [c.name for c in children if owner in c.command().env.values()]
    assert knowing == ["prepare"]
    password = secrets.read("owner_password")
    telling = [c.name for c in children if password in repr((c.command().argv, c.command().env))]
    assert telling == ["prepare"]
    with data.claim():
        save_environment(data, env)
    assert password not in data.environment.read_text()
    assert operator_environment(data, {})["DATABASE_OWNER_URL"] == owner

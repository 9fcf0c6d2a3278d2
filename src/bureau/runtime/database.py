"""Create the two roles and the database that the application uses.

The owner runs migrations. The application's own role reads and writes rows and cannot change the
schema, so that a hole in the application is not a hole in the database.
"""

import json
import sys
from collections.abc import Mapping

import psycopg
from psycopg import Connection, sql
from psycopg.conninfo import make_conninfo

from bureau.runtime.environment import Role, database_url

EXTENSIONS = ("vector", "pg_trgm", "unaccent", "btree_gin")
# Of the server's 100: the rest is for migrations, backups and the superuser.
APP_CONNECTION_LIMIT = 85
# A killed import or request gives its locks back at once, not when its statement ends. Compiling
# the plan of a search takes longer than the search.
APP_SETTINGS = {"client_connection_check_interval": "2s", "jit": "off"}


def prepare_database(
    superuser_dsn: Mapping[str, str],
    name: str,
    owner_password: str,
    app_password: str,
    owner_name: str = "bureau_owner",
    app_name: str = "bureau_app",
) -> tuple[str, str]:
    """Create or bring up to date the roles, the database `name` and its extensions.

    Args:
        superuser_dsn: libpq keywords of a superuser, to any existing database.
        name: the database; created with the builtin C.UTF-8 collation, the same on every host.
        owner_password, app_password: set on the roles each time.
        owner_name, app_name: the roles; they are shared by all databases of one server.

    Returns:
        The URL of the owner and the URL of the application's role.
    """
    owner, app = Role(owner_name, owner_password), Role(app_name, app_password)
    with psycopg.connect(make_conninfo(**superuser_dsn), autocommit=True) as connection:
        _put_role(connection, owner)
        _put_role(connection, app, APP_CONNECTION_LIMIT)
        _set_for_role(connection, app, APP_SETTINGS)
        _create_database(connection, name, owner)
        _close_database(connection, name, app)
    with psycopg.connect(make_conninfo(**{**superuser_dsn, "dbname": name})) as connection:
        _create_extensions(connection)
        _open_schema(connection, owner, app)
    return database_url(superuser_dsn, name, owner), database_url(superuser_dsn, name, app)


def _put_role(connection: "Connection[tuple[object, ...]]", role: Role, limit: int = -1) -> None:
    known = connection.execute("select 1 from pg_roles where rolname = %s", [role.name]).fetchone()
    statement = sql.SQL("{verb} role {name} login password {password} connection limit {limit}")
    connection.execute(
        statement.format(
            verb=sql.SQL("alter" if known else "create"),
            name=sql.Identifier(role.name),
            password=sql.Literal(role.password),
            limit=sql.Literal(limit),
        )
    )


def _set_for_role(
    connection: "Connection[tuple[object, ...]]", role: Role, settings: Mapping[str, str]
) -> None:
    for name, value in settings.items():
        statement = sql.SQL("alter role {role} set {name} = {value}").format(
            role=sql.Identifier(role.name), name=sql.Identifier(name), value=sql.Literal(value)
        )
        connection.execute(statement)


def _create_database(connection: "Connection[tuple[object, ...]]", name: str, owner: Role) -> None:
    if connection.execute("select 1 from pg_database where datname = %s", [name]).fetchone():
        return
    statement = sql.SQL(
        "create database {name} owner {owner} template template0 encoding 'UTF8' "
        "locale_provider builtin builtin_locale 'C.UTF-8' locale 'C'"
    )
    connection.execute(
        statement.format(name=sql.Identifier(name), owner=sql.Identifier(owner.name))
    )


def _close_database(connection: "Connection[tuple[object, ...]]", name: str, app: Role) -> None:
    names = {"name": sql.Identifier(name), "app": sql.Identifier(app.name)}
    connection.execute(sql.SQL("revoke all on database {name} from public").format(**names))
    connection.execute(sql.SQL("grant connect on database {name} to {app}").format(**names))


def _create_extensions(connection: "Connection[tuple[object, ...]]") -> None:
    # `vector` is not a trusted extension: only a superuser may create it
    for extension in EXTENSIONS:
        statement = sql.SQL("create extension if not exists {name}")
        connection.execute(statement.format(name=sql.Identifier(extension)))


def _open_schema(connection: "Connection[tuple[object, ...]]", owner: Role, app: Role) -> None:
    names = {"owner": sql.Identifier(owner.name), "app": sql.Identifier(app.name)}
    defaults = "alter default privileges for role {owner} in schema public grant "
    for statement in (
        "alter schema public owner to {owner}",
        "revoke all on schema public from public",
        "grant usage on schema public to {app}",
        defaults + "select, insert, update, delete on tables to {app}",
        defaults + "usage, select on sequences to {app}",
    ):
        connection.execute(sql.SQL(statement).format(**names))


def main() -> None:
    """Run `prepare_database` with the JSON arguments on standard input.

    The supervisor calls it in a process of its own: the driver would stay in its memory.
    """
    prepare_database(**json.load(sys.stdin))


if __name__ == "__main__":
    main()

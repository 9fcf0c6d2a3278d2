"""Write the tables of these documents that follow from the code: `make docs`.

A table stands between `<!-- generated: NAME -->` and `<!-- end -->` and is replaced as a whole;
everything outside belongs to people. `tests/docs` fails when a table is out of date.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
MAKEFILE = HERE.parent / "Makefile"
BLOCK = re.compile(r"(<!-- generated: (\S+) -->\n).*?(<!-- end -->)", re.DOTALL)
METHODS = ("get", "post", "put", "patch", "delete")


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table; bars inside cells are escaped."""
    lines = [head, ["---"] * len(head), *rows]
    cells = ([cell.replace("|", "\\|").replace("\n", " ") for cell in line] for line in lines)
    return "".join(f"| {' | '.join(line)} |\n" for line in cells)


# --- settings -------------------------------------------------------------------------------


def settings_table() -> str:
    """Every variable that an operator may set, with its default and meaning."""
    from bureau.environment import Environment

    rows = []
    for name, field in Environment.model_fields.items():
        default = "**required**" if field.is_required() else _shown(field.get_default())
        rows.append([f"`{name.upper()}`", default, field.description or ""])
    return table(["variable", "default", "meaning"], rows)


def _shown(value: Any) -> str:
    if hasattr(value, "get_secret_value"):
        value = value.get_secret_value()
    if isinstance(value, list):
        value = ",".join(value)
    if isinstance(value, bool):
        value = str(value).lower()
    return f"`{value}`" if str(value) else "empty"


# --- commands -------------------------------------------------------------------------------


def bureau_table() -> str:
    """The verbs of the command `bureau`."""
    from bureau.cli import main

    rows = [[f"`bureau {name}`", command.help or ""] for name, command in main.commands.items()]
    return table(["command", "what it does"], rows)


def management_commands() -> list[str]:
    """Names of the management commands of this house, not those of Django."""
    from django.core.management import get_commands

    return sorted(name for name, app in get_commands().items() if app.startswith("bureau."))


def management_table() -> str:
    """The house's own management commands."""
    from django.core.management import get_commands, load_command_class

    apps = get_commands()
    helps = {name: load_command_class(apps[name], name).help for name in management_commands()}
    return table(
        ["command", "what it does"],
        [[f"`bureau manage {name}`", text] for name, text in helps.items()],
    )


def make_verbs() -> dict[str, str]:
    """Verb -> comment, as `make help` lists them."""
    found = re.findall(r"^([a-z][a-z-]*):.*?## (.*)$", MAKEFILE.read_text("utf-8"), re.MULTILINE)
    return dict(found)


def make_table() -> str:
    """The verbs of the Makefile."""
    return table(
        ["verb", "what it does"], [[f"`make {name}`", text] for name, text in make_verbs().items()]
    )


# --- routes ---------------------------------------------------------------------------------


def routes_table() -> str:
    """Every operation of the APIs' own documents."""
    from bureau.api import api
    from bureau.desks.imaging.api import api as imaging

    paths = {**api.get_openapi_schema()["paths"], **imaging.get_openapi_schema()["paths"]}
    return _operations(paths)


def grievances_routes_table() -> str:
    """Every operation of the grievances desk, which answers at the root."""
    from bureau.desks.grievances.api import api

    doors = {
        "": "anyone",
        "anyone": "anyone",
        "known": "whose case it is",
        "service": "bots",
        "officer": "officers",
        "service_or_officer": "bots, officers",
        "auditor": "auditors, administrators",
        "sheet": "officers, the spreadsheet",
    }
    found: dict[str, str] = {}
    for _, router in api._routers:
        for path, view in router.path_operations.items():
            for operation in view.operations:
                callbacks = operation.auth_callbacks or (
                    [] if operation.auth_param is None else [router.auth]
                )
                door = callbacks[0].__name__ if callbacks else ""
                found |= {
                    f"{method} {_plain_path(path)}": doors[door] for method in operation.methods
                }
    return _operations(api.get_openapi_schema(path_prefix="/")["paths"], found)


def _plain_path(path: str) -> str:
    return re.sub(r"{(?:\w+:)?(\w+)}", r"{\1}", path)


def _operations(paths: Any, doors: dict[str, str] | None = None) -> str:
    rows = []
    for path, item in sorted(paths.items()):
        for method in METHODS:
            if operation := item.get(method):
                name = f"{method.upper()} {path}"
                who = "signed in" if operation.get("security") else "anyone"
                rows.append([f"`{name}`", (doors or {}).get(name, who), _sentence(operation)])
    return table(["operation", "who", "what it does"], rows)


def _sentence(operation: Any) -> str:
    text = operation.get("description") or operation.get("summary") or ""
    return str(text).split("\n\n", maxsplit=1)[0]


# what the code has no sentence for: pages that functions make, and what comes with Django
NOTES = {
    "/admin/": "Django's administration site, for administrators.",
    "/api/": "An index of the API.",
    "/api/docs/": "Swagger UI, from this host.",
    "/api/redoc/": "ReDoc, from this host.",
    "/api/schema/": "The OpenAPI document.",
    "/api/health/db/": "The same as `/api/health/db`.",
    "/api/v1/docs": "Swagger UI of the imaging API, from this host.",
    "/api/v1/openapi.json": "The OpenAPI document of the imaging API.",
}


def other_routes() -> dict[str, str]:
    """Route -> sentence for pages, files and sockets; not the inside of the admin site."""
    from bureau.urls import urlpatterns, websocket_urlpatterns

    operations = set(re.findall(r"`[A-Z]+ (/\S*)`", routes_table() + grievances_routes_table()))
    found = dict([*_walk(urlpatterns, "/"), *_walk(websocket_urlpatterns, "/")])
    beside = {
        route: text
        for route, text in found.items()
        if route not in operations and not route.startswith("/admin/")
    }
    return dict(sorted((beside | NOTES).items()))


def other_routes_table() -> str:
    """Every route that is no operation of the API."""
    return table(
        ["route", "what it is"], [[f"`{route}`", text] for route, text in other_routes().items()]
    )


def _walk(patterns: Sequence[Any], prefix: str) -> Iterator[tuple[str, str]]:
    for entry in patterns:
        route = prefix + str(entry.pattern).replace("^", "").replace("$", "")
        if hasattr(entry, "url_patterns"):
            yield from _walk(entry.url_patterns, route)
        else:
            yield _plain(route), _about(entry.callback)


def _about(view: Any) -> str:
    """The first sentence of a view's or consumer's own text."""
    made_of = getattr(view, "view_class", getattr(view, "consumer_class", view))
    return (made_of.__doc__ or "").strip().split("\n", maxsplit=1)[0]


def _plain(route: str) -> str:
    """`/jobs/<int:job_id>/` as the API's document writes it: `/jobs/{job_id}/`."""
    return re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", route)


# --- jobs and errors ------------------------------------------------------------------------


def kinds_table() -> str:
    """Task kinds with their queue and tries."""
    from bureau.kernel.jobs.registry import handler_of, kinds

    handlers = [handler_of(kind) for kind in kinds()]
    return table(
        ["kind", "queue", "tries", "called in events", "what it does"],
        [
            [
                f"`{one.kind}`",
                f"`{one.queue}`",
                str(one.max_attempts),
                f"`{one.entity_type}`",
                _doc(one),
            ]
            for one in handlers
        ],
    )


def _doc(handler: Any) -> str:
    return (handler.function.__doc__ or "").strip().splitlines()[0]


def queues_table() -> str:
    """Queues with their time limits."""
    from bureau.kernel.jobs.queues import QUEUES

    return table(
        ["queue", "soft limit (s)", "hard limit (s)", "by the clock (s)"],
        [
            [f"`{name}`", str(limit.soft), str(limit.hard), str(limit.wall)]
            for name, limit in QUEUES.items()
        ],
    )


def clock_table() -> str:
    """What beat starts, and how often."""
    from bureau.kernel.jobs.celery_app import BEAT_SCHEDULE

    return table(
        ["task", "every"],
        [[f"`{entry['task']}`", f"{entry['schedule']} s"] for entry in BEAT_SCHEDULE.values()],
    )


def account_events_table() -> str:
    """Event types of accounts."""
    from bureau.kernel.accounts.audit import EVENT_TYPES

    return table(["type", "meaning"], [[f"`{name}`", text] for name, text in EVENT_TYPES.items()])


def vault_events_table() -> str:
    """Event types of the vault."""
    from bureau.kernel.vault.audit import EVENT_TYPES

    return table(["type", "meaning"], [[f"`{name}`", text] for name, text in EVENT_TYPES.items()])


def licences_table() -> str:
    """Every package of an installation with the licence it states."""
    from docs.licences_table import rows

    return table(["package", "version", "licence"], rows())


def stored_table() -> str:
    """Every text field of every table of the house, and how its values are kept."""
    return table(["table", "sealed", "digest", "plain"], stored_rows())


def stored_rows() -> list[list[str]]:
    """Table, then its text fields by the way they are kept."""
    from django.apps import apps
    from django.db import models

    texts = (models.CharField, models.TextField, models.JSONField)
    found = []
    for model in apps.get_models():
        if not model.__module__.startswith("bureau."):
            continue
        kept: dict[str, list[str]] = {"sealed": [], "digest": [], "plain": []}
        for field in model._meta.local_fields:
            if isinstance(field, texts) or _is_sealed(field):
                kept[_way_kept(field)].append(field.name)
        if any(kept.values()):
            found.append(
                [f"`{model._meta.db_table}`", *(", ".join(names) for names in kept.values())]
            )
    return sorted(found)


def _is_sealed(field: Any) -> bool:
    from bureau.kernel.vault.fields import EncryptedTextField
    from bureau.kernel.vault.indexes import BlindIndexField

    return isinstance(field, EncryptedTextField | BlindIndexField)


def _way_kept(field: Any) -> str:
    from bureau.kernel.vault.fields import EncryptedTextField

    if isinstance(field, EncryptedTextField):
        return "sealed"
    is_digest = _is_sealed(field) or "digest" in field.name or field.name.endswith("hash")
    return "digest" if is_digest else "plain"


def error_classes() -> list[Any]:
    """Every error that a caller is meant to see, as loaded by the routes and handlers."""
    from bureau import urls  # noqa: F401  (loads the rooms that define them)
    from bureau.kernel.errors import BureauError

    found, waiting = [], [BureauError]
    while waiting:
        subclasses = waiting.pop().__subclasses__()
        found += subclasses
        waiting += subclasses
    # a room's private errors never leave it, and whether they are loaded is chance
    ours = [
        one
        for one in found
        if one.__module__.startswith("bureau.") and not one.__name__.startswith("_")
    ]
    return sorted(ours, key=lambda one: (one.code, one.status, one.__name__))


def errors_table() -> str:
    """Codes of errors, their HTTP status and whether trying again may help."""
    rows = [
        [
            f"`{one.code}`",
            str(one.status),
            "yes" if one.temporary else "no",
            (one.__doc__ or "").strip().split("\n\n")[0].replace("\n    ", " "),
        ]
        for one in error_classes()
    ]
    return table(["code", "status", "try again", "when"], rows)


def algorithms_table() -> str:
    """Chart algorithms, the table each reads and its parameters."""
    from bureau.desks.insights.catalogue import specs
    from bureau.desks.insights.facets import FACETS

    rows = []
    for spec in specs():
        own = {**spec.params_model.model_fields}
        names = ", ".join(f"`{name}`" for name in own)
        header = FACETS[spec.facet].header
        rows.append([f"`{spec.key}`", spec.title["en"], header, f"`{spec.chart_type}`", names])
    return table(["key", "shows", "reads", "chart", "parameters"], rows)


GENERATORS: dict[str, Callable[[], str]] = {
    "settings": settings_table,
    "bureau": bureau_table,
    "management": management_table,
    "make": make_table,
    "routes": routes_table,
    "grievances-routes": grievances_routes_table,
    "other-routes": other_routes_table,
    "kinds": kinds_table,
    "queues": queues_table,
    "clock": clock_table,
    "account-events": account_events_table,
    "vault-events": vault_events_table,
    "errors": errors_table,
    "algorithms": algorithms_table,
    "licences": licences_table,
    "stored": stored_table,
}


def rewritten(text: str) -> str:
    """The document with every generated table anew.

    Raises:
        KeyError: a marker names a table that nobody generates.
    """
    return BLOCK.sub(lambda found: f"{found[1]}{GENERATORS[found[2]]()}{found[3]}", text)


def documents() -> list[Path]:
    """The documents that have generated tables."""
    return [path for path in sorted(HERE.glob("*.md")) if BLOCK.search(path.read_text("utf-8"))]


def main() -> None:
    """Rewrite all documents in place."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bureau.settings")
    django.setup()
    for path in documents():
        path.write_text(rewritten(path.read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    main()

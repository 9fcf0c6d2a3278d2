"""What an operator or developer can name is documented, and no table is out of date."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from docs import generate

ROOT = Path(generate.HERE).parent
DOCS = ROOT / "docs"
SOURCES = [path for path in (ROOT / "src").rglob("*.py") if "/tests/" not in path.as_posix()]
CHECK_ID = re.compile(r"id=\"(\w+\.[EW]\d{3})\"")
# the functions that append to the log -> place of the event's type among their arguments
EMITTERS = {"emit": 1, "publish_job_event": 1, "publish_task_event": 1}


def text_of(name: str) -> str:
    return (DOCS / name).read_text("utf-8")


def missing_in(name: str, terms: list[str]) -> list[str]:
    text = text_of(name)
    return [term for term in terms if f"`{term}`" not in text]


@pytest.mark.parametrize("path", generate.documents(), ids=lambda path: path.name)
def test_the_generated_tables_are_up_to_date(path: Path) -> None:
    text = path.read_text("utf-8")
    assert generate.rewritten(text) == text, f"docs/{path.name} is out of date: run `make docs`"


def test_every_generated_table_stands_in_a_document() -> None:
    found = {match[2] for path in generate.documents() for match in read_blocks(path)}
    assert found == set(generate.GENERATORS)


def read_blocks(path: Path) -> Iterator[re.Match[str]]:
    return generate.BLOCK.finditer(path.read_text("utf-8"))


def test_every_setting_is_documented() -> None:
    from bureau.environment import Environment

    names = [name.upper() for name in Environment.model_fields]
    assert missing_in("settings.md", names) == []


def test_every_variable_of_the_runtime_is_documented() -> None:
    read = re.compile(r"environ(?:\.get\(|\[)\"([A-Z_]{3,})\"")
    sources = (ROOT / "src/bureau/runtime").glob("*.py")
    names = {name for path in sources for name in read.findall(path.read_text("utf-8"))}
    foreign = {"PATH", "NO_COLOR", "TERM", "TMPDIR", "XDG_RUNTIME_DIR"}
    assert missing_in("settings.md", sorted(names - foreign)) == []


def test_every_command_and_verb_is_documented() -> None:
    commands = [f"bureau manage {name}" for name in generate.management_commands()]
    verbs = [f"make {name}" for name in generate.make_verbs()]
    assert missing_in("commands.md", [*commands, *verbs]) == []


def test_every_task_kind_and_queue_is_documented() -> None:
    from bureau.kernel.jobs.queues import QUEUES
    from bureau.kernel.jobs.registry import kinds

    assert missing_in("jobs.md", [*kinds(), *QUEUES]) == []


def test_the_truth_table_of_jobs_is_the_one_in_the_code() -> None:
    from bureau.kernel.jobs import status

    table = [line for line in (status.__doc__ or "").splitlines() if line.startswith("|")]
    assert "\n".join(table) in text_of("jobs.md")


def test_every_system_check_is_documented() -> None:
    ids = {found for path in SOURCES for found in CHECK_ID.findall(path.read_text("utf-8"))}
    assert ids
    assert missing_in("checks.md", sorted(ids)) == []


def test_every_event_type_is_documented() -> None:
    from bureau.kernel.accounts.audit import EVENT_TYPES
    from bureau.kernel.vault.audit import EVENT_TYPES as VAULT_TYPES

    types = {*EVENT_TYPES, *VAULT_TYPES}.union(*(emitted_in(path) for path in SOURCES))
    assert {"START", "DONE"} <= types
    assert missing_in("events.md", sorted(types)) == []


def emitted_in(path: Path) -> set[str]:
    """The event types that a module writes down as text."""
    calls = (node for node in ast.walk(ast.parse(path.read_text("utf-8"))))
    return {name for call in calls if isinstance(call, ast.Call) for name in type_of(call)}


def type_of(call: ast.Call) -> list[str]:
    name = getattr(call.func, "attr", getattr(call.func, "id", ""))
    place = EMITTERS.get(name)
    if place is None:
        return []
    named = [word.value for word in call.keywords if word.arg == "type"]
    given = [*call.args[place : place + 1], *named]
    return [one.value for one in given if isinstance(one, ast.Constant) and one.value]


def test_every_error_code_is_documented() -> None:
    codes = {one.code for one in generate.error_classes()}
    assert missing_in("errors.md", sorted(codes)) == []


def test_every_route_beside_the_api_operations_says_what_it_is() -> None:
    assert [route for route, text in generate.other_routes().items() if not text] == []


def test_every_direct_dependency_has_its_reason() -> None:
    import tomllib

    facts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    wanted = [
        *facts["project"]["dependencies"],
        *(name for extra in facts["project"]["optional-dependencies"].values() for name in extra),
        *facts["dependency-groups"]["dev"],
    ]
    names = [found[0] for line in wanted if (found := re.match(r"[A-Za-z0-9._-]+", line))]
    assert missing_in("decisions/0008-dependencies.md", names) == []


def test_every_link_between_documents_leads_somewhere() -> None:
    link = re.compile(r"\]\((?!https?://|#)([^)#]+)")
    pages = [*ROOT.glob("*.md"), *DOCS.rglob("*.md")]
    broken = [
        f"{page.relative_to(ROOT)}: {target}"
        for page in pages
        for target in link.findall(page.read_text("utf-8"))
        if not (page.parent / target).exists()
    ]
    assert broken == []

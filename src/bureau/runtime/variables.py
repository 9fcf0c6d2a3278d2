"""Names of the variables that Bureau reads, without importing what reads them."""

import ast
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

FIELDS = Path(__file__).resolve().parents[1] / "environment"
# what the supervisor, its servers and the command line read, and what it sets for its children
OF_RUNTIME = frozenset(
    {
        *("BUREAU_BASE_URL", "BUREAU_MIN_FREE_MB", "BUREAU_POSTGRES_USER", "PG_BIN", "VALKEY_BIN"),
        *("DJANGO_SETTINGS_MODULE", "HF_HUB_OFFLINE", "PYTHONUNBUFFERED"),
        *("PYTHONPYCACHEPREFIX", "PYTHONDONTWRITEBYTECODE"),
    }
)
# they change the schema, and switch the guards of the event log off: for `prepare` alone
OF_OWNER = frozenset({"DATABASE_OWNER_URL", "DATABASE_OWNER_URL_FILE"})


@cache
def own_names() -> frozenset[str]:
    """Return every variable that this release knows, with the `…_FILE` of each setting.

    The fields are read from their source: the library that checks them would stay in the
    supervisor's memory.
    """
    fields = {name.upper() for path in FIELDS.glob("*.py") for name in _fields_in(path)}
    return OF_RUNTIME | fields | {f"{name}_FILE" for name in fields}


def only_own(environ: Mapping[str, str]) -> dict[str, str]:
    """Return what of an environment is Bureau's; the rest is the operator's own business."""
    return {name: value for name, value in environ.items() if name in own_names()}


def without_owner(environ: Mapping[str, str]) -> dict[str, str]:
    """Return an environment whose processes cannot become the database's owner."""
    return {name: value for name, value in environ.items() if name not in OF_OWNER}


def _fields_in(path: Path) -> Iterator[str]:
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ClassDef):
            for line in node.body:
                if isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name):
                    yield line.target.id

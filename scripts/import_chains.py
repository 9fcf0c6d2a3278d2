"""Print the longest chain of imports in each room, and fail when files import each other in a circle.

Run by `make imports`, after the layers of `pyproject.toml` were checked. Imports that only type
checkers see do not count; those inside functions do.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping
from graphlib import CycleError, TopologicalSorter

import grimp

ROOMS = (
    "bureau.kernel.",
    "bureau.desks.",
    "bureau.console",
    "bureau.runtime",
    "bureau.environment",
)


def room_of(module: str) -> str:
    """`bureau.kernel.jobs.runner` stands in `bureau.kernel.jobs`; what is above rooms, in itself."""
    depth = 3 if module.startswith(("bureau.kernel.", "bureau.desks.")) else 2
    return ".".join(module.split(".")[:depth])


def imports_of() -> dict[str, set[str]]:
    """Module -> the modules of ours it imports; tests and migrations are left out."""
    graph = grimp.build_graph("bureau", exclude_type_checking_imports=True)
    ours = {one for one in graph.modules if not {"tests", "migrations"} & set(one.split("."))}
    return {one: graph.find_modules_directly_imported_by(one) & ours for one in ours}


def longest_chain(order: Iterable[str], imports: Mapping[str, set[str]]) -> list[str]:
    """The longest way down, from a module to one that imports nothing of the same room.

    Args:
        order: the room's modules, each after those it imports.
    """
    chains: dict[str, list[str]] = {}
    for module in order:
        below = [chains[one] for one in imports[module] if one in chains]
        chains[module] = [module, *max(below, key=len, default=[])]
    return max(chains.values(), key=len)


def main() -> int:
    """Print a line a room; 1 when there is a circle."""
    imports = imports_of()
    try:
        order = list(TopologicalSorter(imports).static_order())
    except CycleError as circle:
        print("Files import each other in a circle:", " -> ".join(circle.args[1]))
        return 1
    rooms: dict[str, list[str]] = defaultdict(list)
    for module in order:
        if module.startswith(ROOMS):
            rooms[room_of(module)].append(module)
    for room, modules in sorted(rooms.items()):
        chain = longest_chain(modules, imports)
        names = " > ".join(one.removeprefix(f"{room}.") for one in chain)
        print(f"{room}: {len(modules)} files, longest chain {len(chain)}: {names}")
    print(f"{len(imports)} files, 0 circles")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Race `interpreting`: what the desk adds to a message, whatever the model takes."""

from __future__ import annotations

from benchmarks.ground import STOP_PATIENCE, Ground, python, read_answer
from benchmarks.report import Table, percentile

AIM_OVERHEAD, AIM_ROOMS = "p50 at most 15 ms", "the same for 1 and 100"


def run(ground: Ground) -> Table:
    """Measure in a process of its own, on a new database."""
    environment = ground.bare_servers("interpreting") | {"ALLOWED_HOSTS": "testserver"}
    worker = python("benchmarks.interpreting_worker", environment)
    facts = read_answer(worker)
    worker.wait(STOP_PATIENCE)
    table = Table("interpreting: own work for a message, without the model")
    for name in ("send", "translate", "whole"):
        values = facts[name]
        spread = f"p95 {percentile(values, 95):.1f} ms"
        table.add(f"{name}, p50", f"{percentile(values, 50):.1f} ms", spread, _aim(name))
    table.add("embeddings for 1 knowledge base", str(facts["embeddings"][0]))
    table.add("embeddings for 20 knowledge bases", str(facts["embeddings"][1]), "", "1")
    table.add("queries for a list of 1 room", str(facts["room_queries"][0]))
    table.add("queries for a list of 100 rooms", str(facts["room_queries"][1]), "", AIM_ROOMS)
    table.notes += [
        f"{len(facts['send'])} messages; send: the request with row, event and task;"
        " translate: claim, glossary, phrases, model, check, row and event",
        "the model answers at once, so what is left is the desk's and the kernel's own work",
    ]
    return table


def _aim(name: str) -> str:
    return AIM_OVERHEAD if name == "whole" else ""

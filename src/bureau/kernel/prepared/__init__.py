"""Statements that are written with the ORM and compiled once.

Building and compiling a query takes Django longer than PostgreSQL takes to answer a small one. The
few that every request or every task runs are kept compiled; a call only binds its values:

    _NAMED = Prepared(lambda: User.objects.filter(username=Given("name")))
    _NAMED.first(name="dora")

Those that nobody waits for go to the server with the next ones in a `pipelined` block.

Everything else stays a plain query set.
"""

from __future__ import annotations

from bureau.kernel.prepared.binding import Asked, Given, pipelined, send_later, send_together
from bureau.kernel.prepared.reading import Prepared, PreparedSql
from bureau.kernel.prepared.writing import (
    PreparedUpdate,
    insert,
    insert_later,
    insert_unless_taken,
    save_fields,
)

__all__ = [
    "Asked",
    "Given",
    "Prepared",
    "PreparedSql",
    "PreparedUpdate",
    "insert",
    "insert_later",
    "insert_unless_taken",
    "pipelined",
    "save_fields",
    "send_later",
    "send_together",
]

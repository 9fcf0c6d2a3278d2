"""The original's way before Django: FastAPI over the DuckDB file, one process, as its code had it.

`python -m benchmarks.duck_service FILE PORT`
"""

from __future__ import annotations

import sys
from typing import Any

import duckdb
import uvicorn
from fastapi import FastAPI

TABLE = "medical_examinations_fact"
HELD = "(patient_name ILIKE ? OR exam_description ILIKE ? OR exam_item ILIKE ?)"
FACETS = ("exam_status", "exam_source", "exam_item", "equipment_type")


def service(path: str) -> FastAPI:
    """The application on one read-only database."""
    app = FastAPI()
    database = duckdb.connect(path, read_only=True)

    def rows(sql: str, values: list[Any]) -> list[Any]:
        # a cursor each: requests run on threads
        found = database.cursor().execute(sql, values)
        return [
            dict(zip([c[0] for c in found.description], row, strict=True))
            for row in found.fetchall()
        ]

    @app.get("/api/v1/studies/search")
    def search(q: str = "", page: int = 1, page_size: int = 20) -> dict[str, Any]:
        where, values = (HELD, [f"%{q}%"] * 3) if q else ("true", [])
        (count,) = rows(f"SELECT count(*) AS n FROM {TABLE} WHERE {where}", values)
        data = rows(
            f"SELECT * FROM {TABLE} WHERE {where} ORDER BY order_datetime DESC LIMIT ? OFFSET ?",
            [*values, page_size, (page - 1) * page_size],
        )
        filters = {
            name: [row[name] for row in rows(f"SELECT DISTINCT {name} FROM {TABLE} ORDER BY 1", [])]
            for name in FACETS
        }
        return {
            "data": data,
            "total": count["n"],
            "page": page,
            "page_size": page_size,
            "filters": filters,
        }

    return app


if __name__ == "__main__":
    file, port = sys.argv[1:]
    uvicorn.run(service(file), port=int(port), log_level="warning", access_log=False)

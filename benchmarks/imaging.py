"""Race `imaging`: finding one study among very many, and bringing them in.

Ours is asked over HTTP, signed in, with every search logged, in a running installation; the original's
statements are sent straight to the same database, which spares them the web server; FastAPI over
DuckDB is asked over HTTP without any sign-in. Forty terms take turns, so that no answer is remembered
from the one before.
"""

from __future__ import annotations

import csv
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import duckdb
import httpx
import psycopg

from benchmarks.ground import REPOSITORY, Ground, Installation, _free_port, read_answer
from benchmarks.report import Table, percentile, timed
from bureau.desks.imaging.columns import SOURCE_COLUMNS
from bureau.desks.imaging.sample import studies

TERMS = [
    "王",
    "陳",
    "林淑",
    "陳偉",
    "李明",
    "張小",
    "黃家豪",
    "林淑美",
    "王志",
    "吳宗",
    "smith",
    "maria",
    "garcía",
    "nguyen",
    "ng",
    "li",
    "victor",
    "o'b",
    "tanaka",
    "hana",
    "CT",
    "MR",
    "電腦斷層",
    "胸部",
    "頭部",
    "腰椎",
    "乳房攝影",
    "顯影",
    "無顯影劑",
    "portable",
    "PA",
    "100%",
    "US",
    "超音波",
    "X光",
    "Chest",
    "Brain",
    "追蹤",
    "朱磊",
    "蔡雅",
]

PAGE = 20
ROUNDS = 3
CLIENTS, SECONDS = 8, 10.0
ORM_ROWS = 10_000
FACETS = ("exam_status", "exam_source", "exam_item", "equipment_type")
HELD = "(patient_name ILIKE %s OR exam_description ILIKE %s OR exam_item ILIKE %s)"
Ask = Callable[[], object]


def run(ground: Ground) -> Table:
    """Generate, import, search; then the rivals."""
    table = Table(f"imaging: {ground.studies:,} studies")
    text, duck = _sources(ground)
    place = ground.new_installation()
    place.start()
    _imports(table, place, text, duck, ground.studies)
    # the planner's figures, as autovacuum leaves them a minute later
    with psycopg.connect(place.environment()["DATABASE_OWNER_URL"], autocommit=True) as database:
        database.execute("VACUUM ANALYZE")
    place.stop()
    place.start()
    _searches(table, place, duck, ground.studies)
    return table


# --- bringing in ----------------------------------------------------------------------------


def _sources(ground: Ground) -> tuple[Path, Path]:
    text, duck = ground.folder / "studies.csv", ground.folder / "studies.duckdb"
    with text.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(studies(ground.studies))
    columns = ", ".join(f"'{name}': 'VARCHAR'" for name in SOURCE_COLUMNS)
    with duckdb.connect(str(duck)) as database:
        database.execute(
            "CREATE TABLE medical_examinations_fact AS "
            f"SELECT * FROM read_csv('{text}', header = false, columns = {{{columns}}})"
        )
    return text, duck


def _imports(table: Table, place: Installation, text: Path, duck: Path, count: int) -> None:
    environment = place.environment()
    with psycopg.connect(environment["DATABASE_OWNER_URL"], autocommit=True) as database:
        seconds = {"COPY, table without indexes": _copy(database, text, "")}
        seconds["COPY, table with the same indexes"] = _copy(database, text, "INCLUDING INDEXES")
        database.execute(
            "CREATE TABLE study_copy (LIKE medical_examinations_fact INCLUDING INDEXES)"
        )
        app = psycopg.conninfo.conninfo_to_dict(environment["DATABASE_URL"])["user"]
        database.execute(f'GRANT ALL ON study_copy TO "{app}"')
        usual = _usual(environment, text)
        database.execute("DROP TABLE study_copy")
        ours, peak = _import(environment, duck)
        again, _ = _import(environment, duck)
        _change_a_thousand(duck)
        changed, _ = _import(environment, duck)
        shown = database.execute(
            "SELECT inserted, updated, unchanged FROM imaging_import ORDER BY id"
        ).fetchall()
    rate = count / ours
    table.add("import, first time", f"{rate:,.0f} rows/s", "1x")
    for name, spent in seconds.items():
        aim = "at least 50 %" if "same" in name else ""
        table.add(name, f"{count / spent:,.0f} rows/s", f"{100 * spent / ours:.0f} %", aim)
    orm = ORM_ROWS / usual
    table.add(
        "bulk_create in batches of 1,000", f"{orm:,.0f} rows/s", f"{rate / orm:.1f}x", "at least 5x"
    )
    table.add("import again, all unchanged", f"{count / again:,.0f} rows/s")
    table.add("import again, 1,000 changed", f"{count / changed:,.0f} rows/s")
    table.add("most memory of an import", f"{peak:.0f} MB")
    table.notes.append(f"inserted, updated, unchanged: {', '.join(map(str, shown))}")
    table.notes.append(
        "COPY: ratio is its time in percent of ours, checks, counts and undo included"
    )


def _copy(database: psycopg.Connection[Any], text: Path, indexes: str) -> float:
    database.execute(f"CREATE TABLE study_copy (LIKE medical_examinations_fact {indexes})")
    sql = f"COPY study_copy ({', '.join(SOURCE_COLUMNS)}) FROM STDIN (FORMAT csv)"

    def send() -> None:
        with database.cursor() as cursor, cursor.copy(sql) as copy, text.open("rb") as file:
            while block := file.read(1 << 20):
                copy.write(block)

    seconds = timed(send)
    database.execute("DROP TABLE study_copy")
    return seconds


def _usual(environment: dict[str, str], text: Path) -> float:
    command = [sys.executable, "-m", "benchmarks.orm_import", str(text), str(ORM_ROWS)]
    process = subprocess.Popen(
        command, env=_settings(environment), cwd=REPOSITORY, stdout=subprocess.PIPE, text=True
    )
    return float(read_answer(process))


def _import(environment: dict[str, str], duck: Path) -> tuple[float, float]:
    """Seconds, and the most megabytes the process held."""
    command = [sys.executable, "-m", "django", "import_studies", str(duck)]
    started = time.perf_counter()
    process = subprocess.Popen(command, env=_settings(environment), stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit("the import failed")
    return time.perf_counter() - started, usage.ru_maxrss / 1024


def _settings(environment: dict[str, str]) -> dict[str, str]:
    return {**os.environ, **environment, "DJANGO_SETTINGS_MODULE": "bureau.settings"}


def _change_a_thousand(duck: Path) -> None:
    with duckdb.connect(str(duck)) as database:
        database.execute(
            "UPDATE medical_examinations_fact SET exam_room = 'moved' WHERE rowid < 1000"
        )


# --- finding --------------------------------------------------------------------------------


def _searches(table: Table, place: Installation, duck: Path, count: int) -> None:
    token = place.access_token("doctor")
    headers = {"Authorization": f"Bearer {token}"}
    deep = count * 4 // 5 // PAGE
    with httpx.Client(base_url=place.url, headers=headers, timeout=60) as client:
        search = _asking(client, "/api/v1/studies/search")
        after = search(page=deep)["data"][-1]["exam_id"]
        first = _measured(lambda term: search(q=term), TERMS)
        rest = _measured(lambda term: search(q=term), TERMS * ROUNDS)
        facets = _measured(lambda term: search(q=term, facets="true"), TERMS * ROUNDS)
        pages = _measured(lambda number: search(page=number), _around(deep))
        keyset = _measured(lambda _: search(after=after), range(60))
        ids = [row["exam_id"] for row in search(page_size=60)["data"]]
        detail = _measured(lambda one: _must(client.get(f"/api/v1/studies/{one}")), ids)
    _row(table, "each term for the first time after a start", first, aim="none over 200 ms")
    _row(table, "search", rest, aim="p95 at most 25 ms")
    _row(table, "search with facets", facets, aim="p95 at most 25 ms")
    _row(table, "detail", detail, aim="p95 at most 25 ms")
    _row(table, f"page {deep:,} by number", pages, aim="p95 at most 25 ms")
    _row(table, "the page behind it by `after`", keyset)
    table.add(f"searches of {CLIENTS} clients", f"{_throughput(place, headers):,.0f} /s")
    original = _original(place, deep)
    _rival(table, "original's statements, search", original["search"], rest, "at least 20x")
    _rival(table, "original's statements, deep page", original["deep"], pages, "")
    with _duck_service(duck) as peer:
        ask = _asking(peer, "/api/v1/studies/search")
        ask(q=TERMS[0])
        found = _measured(lambda term: ask(q=term), TERMS)
        beyond = _measured(lambda number: ask(page=number), _around(deep)[:20])
    _rival(table, "FastAPI + DuckDB, search", found, rest, "at least 5x")
    _rival(table, "FastAPI + DuckDB, deep page", beyond, pages, "")
    table.notes.append(f"{len(TERMS)} terms in turn; ours over HTTP, signed in, each search logged")
    table.notes.append("ratios compare medians; every answer has the exact total and the options")


def _asking(client: httpx.Client, path: str) -> Callable[..., Any]:
    return lambda **query: _must(client.get(path, params=query)).json()


def _must(answer: httpx.Response) -> httpx.Response:
    answer.raise_for_status()
    return answer


def _around(page: int) -> list[int]:
    return [page - 30 + place for place in range(60)]


def _measured(ask: Callable[[Any], object], subjects: Any) -> list[float]:
    return [timed(lambda one=one: ask(one)) for one in subjects]  # type: ignore[misc]


def _row(table: Table, name: str, seconds: list[float], *, aim: str = "") -> None:
    p50, p95, worst = (1000 * percentile(seconds, one) for one in (50, 95, 100))
    table.add(name, f"p50 {p50:.1f}  p95 {p95:.1f}  max {worst:.0f} ms", "", aim)


def _rival(table: Table, name: str, theirs: list[float], ours: list[float], aim: str) -> None:
    p50, p95 = (1000 * percentile(theirs, one) for one in (50, 95))
    ratio = percentile(theirs, 50) / percentile(ours, 50)
    table.add(name, f"p50 {p50:.1f}  p95 {p95:.1f} ms", f"{ratio:.0f}x", aim)


def _throughput(place: Installation, headers: dict[str, str]) -> float:
    """Searches a second of several clients, each with the terms in an order of its own."""
    counts = [0] * CLIENTS
    end = time.monotonic() + SECONDS

    def work(number: int) -> None:
        with httpx.Client(base_url=place.url, headers=headers, timeout=60) as client:
            for term in islice(cycle(TERMS), number * 5, None):
                if time.monotonic() >= end:
                    return
                _must(client.get("/api/v1/studies/search", params={"q": term}))
                counts[number] += 1

    threads = [threading.Thread(target=work, args=(number,)) for number in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / SECONDS


def _original(place: Installation, deep: int) -> dict[str, list[float]]:
    """ILIKE over three columns with COUNT, the page, and four DISTINCT, as the original asked."""
    address = place.environment()["DATABASE_OWNER_URL"]
    with psycopg.connect(address, autocommit=True, prepare_threshold=None) as database:
        _page_of_original(database, TERMS[0], 1)
        return {
            "search": _measured(lambda term: _page_of_original(database, term, 1), TERMS),
            "deep": _measured(
                lambda number: _page_of_original(database, "", number), _around(deep)[:20]
            ),
        }


def _page_of_original(database: psycopg.Connection[Any], term: str, page: int) -> None:
    where, values = (HELD, [f"%{term}%"] * 3) if term else ("true", [])
    table = "medical_examinations_fact"
    database.execute(f"SELECT count(*) FROM {table} WHERE {where}", values).fetchone()
    database.execute(
        f"SELECT * FROM {table} WHERE {where} ORDER BY order_datetime DESC LIMIT %s OFFSET %s",
        [*values, PAGE, (page - 1) * PAGE],
    ).fetchall()
    for name in FACETS:
        database.execute(f"SELECT DISTINCT {name} FROM {table} ORDER BY 1").fetchall()


@contextmanager
def _duck_service(duck: Path) -> Iterator[httpx.Client]:
    port = _free_port()
    command = [sys.executable, "-m", "benchmarks.duck_service", str(duck), str(port)]
    process = subprocess.Popen(command, cwd=REPOSITORY)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=120) as client:
            _until_up(client)
            yield client
    finally:
        process.terminate()
        process.wait()


def _until_up(client: httpx.Client) -> None:
    for _ in range(200):
        try:
            _must(client.get("/openapi.json"))
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("FastAPI did not start")

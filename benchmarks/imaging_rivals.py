"""Other ways to find a study, each as its makers wrote it: what race `imaging` compares with."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import psycopg

from benchmarks.ground import REPOSITORY, _free_port

TABLE = "medical_examinations_fact"
FACETS = ("exam_status", "exam_source", "exam_item", "equipment_type")
HELD = "(patient_name ILIKE %s OR exam_description ILIKE %s OR exam_item ILIKE %s)"
PAGE = 20
ORTHANC_STUDIES = 20_000
PATIENCE = 60.0
# asks about one subject; a subject is a term, or the number of a page
Ask = Callable[[Any], object]
NewClient = Callable[[], Ask]


# --- the original's statements --------------------------------------------------------------


def original_client(address: str) -> Ask:
    """ILIKE over three columns with COUNT, the page, and four DISTINCT, as the original asked."""
    database = psycopg.connect(address, autocommit=True, prepare_threshold=None)

    def ask(subject: str | int) -> None:
        term, page = (subject, 1) if isinstance(subject, str) else ("", subject)
        where, values = (HELD, [f"%{term}%"] * 3) if term else ("true", [])
        database.execute(f"SELECT count(*) FROM {TABLE} WHERE {where}", values).fetchone()
        database.execute(
            f"SELECT * FROM {TABLE} WHERE {where} ORDER BY order_datetime DESC LIMIT %s OFFSET %s",
            [*values, PAGE, (page - 1) * PAGE],
        ).fetchall()
        for name in FACETS:
            database.execute(f"SELECT DISTINCT {name} FROM {TABLE} ORDER BY 1").fetchall()

    return ask


# --- FastAPI over DuckDB --------------------------------------------------------------------


@contextmanager
def duck_service(duck: Path) -> Iterator[NewClient]:
    """The original's service on this file."""
    port = _free_port()
    command = [sys.executable, "-m", "benchmarks.duck_service", str(duck), str(port)]
    with _served(command, port, "/openapi.json") as url:
        yield lambda: _duck_client(url)


def _duck_client(url: str) -> Ask:
    client = httpx.Client(base_url=url, timeout=120)

    def ask(subject: str | int) -> None:
        query = {"q": subject} if isinstance(subject, str) else {"page": subject}
        must(client.get("/api/v1/studies/search", params=query)).json()

    return ask


# --- Orthanc --------------------------------------------------------------------------------


@contextmanager
def orthanc(folder: Path, program: str, text: Path) -> Iterator[NewClient]:
    """Debian's Orthanc with its SQLite index, holding the first studies of a CSV file.

    What it holds is kept in the folder and sent only once; the files are made by pydicom, which is
    installed there and not beside Bureau.
    """
    folder.mkdir(exist_ok=True)
    port = _free_port()
    configuration = folder / "orthanc.json"
    configuration.write_text(json.dumps(_configuration(folder / "store", port)))
    with _served([program, str(configuration)], port, "/system") as url:
        filled = folder / "filled"
        if not filled.exists():
            script = Path(__file__).with_name("orthanc_filler.py")
            python = _peer_python(folder / "python")
            address = url.removeprefix("http://")
            subprocess.run([python, script, str(text), str(ORTHANC_STUDIES), address], check=True)
            filled.touch()
        yield lambda: _orthanc_client(url)


def _configuration(store: Path, port: int) -> dict[str, Any]:
    return {
        "StorageDirectory": str(store),
        "IndexDirectory": str(store),
        "HttpPort": port,
        "RemoteAccessAllowed": False,
        "AuthenticationEnabled": False,
        "DicomServerEnabled": False,
        "DefaultEncoding": "Utf8",
        # only filling is quicker without
        "SyncStorageArea": False,
        "Plugins": [],
    }


def _peer_python(place: Path) -> Path:
    uv = REPOSITORY / ".venv/bin/uv"
    subprocess.run([uv, "venv", "--quiet", "--python", sys.executable, place], check=True)
    python = place / "bin/python"
    subprocess.run([uv, "pip", "install", "--quiet", "--python", python, "pydicom"], check=True)
    return python


def _orthanc_client(url: str) -> Ask:
    client = httpx.Client(base_url=url, timeout=120)

    def ask(term: str) -> None:
        query = {
            "Level": "Study",
            "Query": {"PatientName": f"*{term}*"},
            "CaseSensitive": False,
            "Limit": PAGE,
            "Expand": True,
        }
        must(client.post("/tools/find", json=query)).json()

    return ask


# --- what they share ------------------------------------------------------------------------


@contextmanager
def _served(command: list[str], port: int, first: str) -> Iterator[str]:
    """A server for as long as the block lasts; its address."""
    process = subprocess.Popen(command, cwd=REPOSITORY, stderr=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    try:
        _until_up(url + first, process)
        yield url
    finally:
        process.terminate()
        process.wait()


def _until_up(address: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        try:
            must(httpx.get(address))
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit(f"{process.args!r} did not start")


def must(answer: httpx.Response) -> httpx.Response:
    """The answer, if it is a good one."""
    answer.raise_for_status()
    return answer

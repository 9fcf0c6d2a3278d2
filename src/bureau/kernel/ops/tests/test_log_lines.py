"""Log lines as a collector or a person gets them: each case runs in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from tests.waiting import PATIENCE

PREAMBLE = """
import logging, structlog
from bureau.kernel.ops.logging import configure_logging
from bureau.kernel.trace import tracing
configure_logging(level={level!r}, json_lines={json_lines!r})
log = structlog.get_logger("room")
"""


def lines_of(code: str, *, json_lines: bool, level: str = "INFO") -> list[str]:
    """What the code writes to standard error."""
    program = PREAMBLE.format(level=level, json_lines=json_lines) + code
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=True,
    )
    assert done.stdout == ""
    return done.stderr.splitlines()


def test_both_logging_libraries_write_the_same_json_shape_with_the_trace_id() -> None:
    code = """
with tracing("click-1"):
    log.info("from structlog", status=200)
    logging.getLogger("library").warning("from %s", "logging")
"""
    first, second = [json.loads(line) for line in lines_of(code, json_lines=True)]
    assert first.keys() >= {"event", "level", "logger", "timestamp", "trace_id", "status"}
    assert (first["event"], first["trace_id"], first["logger"]) == (
        "from structlog",
        "click-1",
        "room",
    )
    assert (second["event"], second["trace_id"], second["level"]) == (
        "from logging",
        "click-1",
        "warning",
    )


@pytest.mark.parametrize("json_lines", [True, False])
def test_a_secret_is_hidden_in_values_messages_and_tracebacks(json_lines: bool) -> None:
    code = """
log.info("x", password="S3CR3T-value", headers={"Authorization": "Bearer S3CR3T-value"})
logging.getLogger("library").info("calling with api_key=%s", "S3CR3T-value")
try:
    secret = "S3CR3T-value"
    raise ValueError("refused: token='S3CR3T-value'")
except ValueError:
    log.exception("failed")
"""
    text = "\n".join(lines_of(code, json_lines=json_lines))
    assert "ValueError" in text
    assert "S3CR3T" not in text


@pytest.mark.parametrize("json_lines", [True, False])
def test_a_caller_cannot_forge_a_line(json_lines: bool) -> None:
    code = r"""
evil = "x\n2026-01-01T00:00:00Z [error] forged\r\x1b[31m\u2028"
log.info("looked at " + evil, name=evil)
logging.getLogger("library").info("looked at %s", evil)
"""
    lines = lines_of(code, json_lines=json_lines)
    assert len(lines) == 2
    assert all("\x1b" not in line for line in lines)


def test_a_traceback_stays_indented_under_its_line() -> None:
    code = r"""
try:
    raise ValueError("x\n2026-01-01T00:00:00Z [error] forged")
except ValueError:
    log.exception("failed")
"""
    first, *rest = lines_of(code, json_lines=False)
    assert "failed" in first
    assert rest
    assert all(line.startswith("    ") for line in rest)


def test_what_is_below_the_level_is_not_written() -> None:
    code = """
log.debug("a")
logging.getLogger("library").debug("b")
log.info("c")
logging.getLogger("httpx").info("GET https://host/?token=d")
"""
    lines = lines_of(code, json_lines=True)
    assert [json.loads(line)["event"] for line in lines] == ["c"]


def test_a_refused_page_is_one_access_line_and_a_crash_keeps_its_traceback() -> None:
    code = """
django = logging.getLogger("django.request")
django.warning("Not Found: /x")
try:
    1 / 0
except ZeroDivisionError:
    django.error("Internal Server Error: /y", exc_info=True)
"""
    (line,) = lines_of(code, json_lines=True)
    assert "ZeroDivisionError" in json.loads(line)["exception"]


def test_what_a_camera_noted_in_a_photo_is_never_logged() -> None:
    code = """
import io
from PIL import Image
exif = Image.Exif()
exif[0x8298] = "House 7 of Tole 4"
photo = io.BytesIO()
Image.new("RGB", (8, 8)).save(photo, "JPEG", exif=exif)
Image.open(photo).getexif()
log.debug("looked at")
"""
    [line] = lines_of(code, json_lines=False, level="DEBUG")
    assert "looked at" in line

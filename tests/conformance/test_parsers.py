"""Every parser of bytes from outside: what goes wrong in its child is a refusal with a sentence.

One suite for all of them, with small limits and harmless files. What a file could make a library do
is done by functions of our own (`misbehaving`), under the limits and in the confinement of each
parser; no file here makes any library crash or hang.
"""

from __future__ import annotations

import gzip
import io
import os
import re
import signal
import wave
import zipfile
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from PIL import Image

import bureau.desks.grievances.media.sandboxed
import bureau.desks.imaging.importing.sandboxed
import bureau.desks.insights.ingestion.sandboxed
import bureau.kernel.ai.adapters.hearing.sound
import bureau.kernel.files.guards
import bureau.kernel.retrieval.reading
from bureau.desks.imaging.importing.headers import STUDIES
from bureau.kernel.errors import BureauError, InvalidInput
from bureau.kernel.sandbox import Call, FileRefused, Lent, Limits, Parser, parsers, stream
from bureau.kernel.sandbox.tests import misbehaving

CELLS = 1_000
MISBEHAVING = misbehaving.__name__


def workbook() -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    page = book.active
    page.title = "Countries (family)"
    for row in (("Countries (family)", "Number of documents"), ("EC", 3), ("DE", 2)):
        page.append(row)
    book.save(out)
    return out.getvalue()


def studies() -> bytes:
    return (
        b"exam_id,patient_name,exam_status,exam_source,exam_item,equipment_type,order_datetime\n"
        b"1,Ana,done,ward,chest,CT,2024-05-06 07:08:09\n"
    )


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(out, "PNG")
    return out.getvalue()


def box(kind: bytes, body: bytes) -> bytes:
    return (8 + len(body)).to_bytes(4) + kind + body


def sound() -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16_000)
        file.writeframes(bytes(3_200))
    return out.getvalue()


def archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("a.txt", "harmless")
    return out.getvalue()


FAMILY = asdict(STUDIES)
GARBAGE = bytes(range(256)) * 8
# parser -> a harmless file, and the arguments around it
SAMPLES: dict[str, tuple[Callable[[], bytes], Callable[[Lent], list[Any]]]] = {
    "files.workbook": (workbook, lambda file: [file, CELLS]),
    "insights.inspect": (workbook, lambda file: [file, {"countries": "countries"}, CELLS]),
    "insights.load": (workbook, lambda file: [file, ["countries"], CELLS]),
    "imaging.preview": (studies, lambda file: [file, FAMILY, {}, CELLS]),
    "imaging.read": (studies, lambda file: [file, FAMILY, {}, False, CELLS]),
    "grievances.photo_size": (picture, lambda file: [file]),
    "grievances.photo": (picture, lambda file: [file]),
    "grievances.video": (lambda: box(b"ftyp", b"isom" + bytes(4)), lambda file: [file]),
    "grievances.zip": (archive, lambda file: [file]),
    "grievances.gzip": (lambda: gzip.compress(b"harmless"), lambda file: [file]),
    "retrieval.document": (lambda: b"Harmless words.", lambda file: [file, "text", "eng", 1]),
    "ai.sound": (sound, lambda file: [file, 60]),
}
# what these take for garbage is harmless text to others, and the other way round
ANY_BYTES = {"retrieval.document"}


def refusal(parser: Parser, *values: Any) -> FileRefused:
    with pytest.raises(FileRefused) as caught:
        list(stream(parser, *values))
    assert caught.value.message.endswith(".")
    assert not caught.value.temporary
    return caught.value


def instead(parser: Parser, function: Callable[..., Any], **limits: Any) -> Parser:
    """The parser with a function that misbehaves in its place, under smaller limits."""
    small = replace(parser.limits, **limits)
    return replace(parser, function=f"{MISBEHAVING}:{function.__name__}", limits=small, asks=False)


def test_every_parser_has_a_sample() -> None:
    assert set(SAMPLES) == set(parsers())


@pytest.mark.parametrize("name", SAMPLES)
class TestAParser:
    def works(self, name: str) -> None:
        """The real parser reads a harmless file: after a refusal, the next call."""
        parser, (content, arguments) = parsers()[name], SAMPLES[name]
        with Call(parser, *arguments(Lent(content()))) as call:
            assert next(call.parts(), "nothing") != "nothing"

    @pytest.mark.security("a file that makes its parser take all memory")
    def test_memory_is_bounded(self, name: str) -> None:
        parser = parsers()[name]
        small = max(256 * 1024**2, parser.limits.memory_bytes // 8)
        refused = refusal(instead(parser, misbehaving.grow, memory_bytes=small))
        assert refused.reason == "MEMORY"
        self.works(name)

    @pytest.mark.security("a harmless file, read with so little memory that libraries give up")
    def test_a_library_without_memory_is_a_refusal(self, name: str) -> None:
        parser, (content, arguments) = parsers()[name], SAMPLES[name]
        starved = replace(parser, limits=replace(parser.limits, memory_bytes=1))
        try:
            # what needs no more than the child has anyway is answered
            with Call(starved, *arguments(Lent(content()))) as call:
                next(call.parts(), None)
        except InvalidInput as refused:
            assert refused.message.endswith(".")
        self.works(name)

    @pytest.mark.security("a file that keeps its parser computing for ever")
    def test_processor_time_is_bounded(self, name: str) -> None:
        parser = instead(parsers()[name], misbehaving.burn, cpu_seconds=0.05)
        assert refusal(parser).reason == "CPU"
        self.works(name)

    @pytest.mark.security("a file that makes its parser wait for ever")
    def test_waiting_is_bounded(self, name: str) -> None:
        parser = instead(parsers()[name], misbehaving.wait, wall_seconds=0.2)
        assert refusal(parser).reason == "WALL"
        self.works(name)

    @pytest.mark.security("a file that is answered by more than fits into memory")
    def test_output_is_bounded(self, name: str) -> None:
        for limit in ("output_bytes", "part_bytes"):
            parser = instead(parsers()[name], misbehaving.talk, **{limit: 1 << 15})
            assert refusal(parser).reason == "OUTPUT"
        self.works(name)

    def test_a_child_that_is_killed_from_outside_is_a_refusal(self, name: str) -> None:
        with Call(instead(parsers()[name], misbehaving.wait)) as call:
            os.kill(call.pid, signal.SIGKILL)
            with pytest.raises(FileRefused) as caught:
                next(call.parts())
        assert caught.value.reason == "KILLED"
        self.works(name)

    @pytest.mark.security("a file that makes its parser's library abort")
    def test_a_library_that_aborts_takes_only_its_child(self, name: str) -> None:
        assert refusal(instead(parsers()[name], misbehaving.abort)).reason == "KILLED"
        self.works(name)

    def test_garbage_is_refused_with_a_sentence(self, name: str) -> None:
        parser, (_, arguments) = parsers()[name], SAMPLES[name]
        try:
            said = list(stream(parser, *arguments(Lent(GARBAGE))))
        except BureauError as problem:
            assert problem.message.endswith(".")
            assert not problem.temporary
        else:
            assert name in ANY_BYTES and said
        self.works(name)

    def test_what_nobody_expected_is_a_refusal_without_the_files_words(
        self, name: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        refused = refusal(instead(parsers()[name], misbehaving.stumble))
        assert refused.reason == "DAMAGED"
        assert "Sita" not in refused.message and "Sita" not in caplog.text
        self.works(name)


def test_limits_that_are_declared_fit_the_machines_of_small_offices() -> None:
    for parser in parsers().values():
        assert parser.limits.memory_bytes <= 3 * 1024**3
        assert parser.limits.wall_seconds <= 600
        assert parser.limits != Limits(memory_bytes=0)


def test_only_rooms_that_run_in_a_child_load_libraries_that_parse() -> None:
    """An import of such a library anywhere else is a parser in a process that serves others."""
    libraries = re.compile(
        r"^\s*(?:import|from) (?:python_calamine|duckdb|pypdfium2|av|pytesseract|lxml)\b", re.M
    )
    root = Path(bureau.kernel.files.guards.__file__).parents[2]
    found = {
        _room(str(path.relative_to(root)))
        for path in root.rglob("*.py")
        if "tests" not in path.parts and libraries.search(path.read_text())
    }
    assert found == {
        "desks/imaging/importing/duckdb_files.py",
        "desks/imaging/importing/workbooks.py",
        "desks/insights/ingestion/opening.py",
        "kernel/ai/adapters/hearing/sound.py",
        "kernel/retrieval/ingestion.py",
        "kernel/retrieval/parsing/",
    }


def _room(path: str) -> str:
    """All readers of documents run in the child that `parsing/child.py` starts."""
    documents = "kernel/retrieval/parsing/"
    return documents if path.startswith(documents) else path

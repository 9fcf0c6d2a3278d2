"""Archives that are small on disk and huge in memory are refused, however they lie."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bureau.kernel.errors import InvalidInput
from bureau.kernel.files import guards
from bureau.kernel.files.guards import check_workbook

MEGABYTE = bytes(1024 * 1024)


def archive(parts: dict[str, Iterable[bytes]]) -> io.BytesIO:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as book:
        for name, chunks in parts.items():
            with book.open(name, "w", force_zip64=True) as part:
                for chunk in chunks:
                    part.write(chunk)
    return buffer


def test_a_sound_workbook_passes_and_is_rewound() -> None:
    book = archive({"xl/workbook.xml": [b"<workbook/>"]})
    check_workbook(book)
    assert book.tell() == 0


def test_a_sheet_that_unpacks_past_the_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guards, "MAX_UNPACKED_BYTES", 20 * 1024 * 1024)
    book = archive({"xl/worksheets/sheet1.xml": [MEGABYTE] * 30})
    assert len(book.getvalue()) < 42_000
    with pytest.raises(InvalidInput, match="unpacks to more than 20 MB"):
        check_workbook(book)


def test_many_small_parts_count_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guards, "MAX_UNPACKED_BYTES", 5 * 1024 * 1024)
    with pytest.raises(InvalidInput, match="unpacks to more than 5 MB"):
        check_workbook(archive({f"part{number}": [MEGABYTE] for number in range(6)}))


def test_too_many_parts_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guards, "MAX_MEMBERS", 3)
    with pytest.raises(InvalidInput, match="4 parts"):
        check_workbook(archive({f"part{number}": [b"x"] for number in range(4)}))


def declare(book: io.BytesIO, size: int) -> io.BytesIO:
    """Write another unpacked size into the central directory."""
    data = bytearray(book.getvalue())
    entry = data.rindex(b"PK\x01\x02")
    data[entry + 24 : entry + 28] = struct.pack("<I", size)
    return io.BytesIO(bytes(data))


def test_two_declared_gigabytes_are_refused_before_anything_is_unpacked() -> None:
    book = declare(archive({"xl/worksheets/sheet1.xml": [b"tiny"]}), 2_000_000_000)
    with pytest.raises(InvalidInput, match="unpacks to more than 256 MB"):
        check_workbook(book)


def test_a_declaration_that_is_too_small_does_not_help(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guards, "MAX_UNPACKED_BYTES", 2 * 1024 * 1024)
    book = declare(archive({"xl/worksheets/sheet1.xml": [MEGABYTE] * 10}), 10)
    with pytest.raises(InvalidInput):
        check_workbook(book)


@given(st.binary(max_size=400))
def test_rubbish_is_refused_with_a_sentence_and_never_crashes(data: bytes) -> None:
    with pytest.raises(InvalidInput, match="damaged"):
        check_workbook(io.BytesIO(data))


@given(st.data())
def test_a_mutated_workbook_passes_or_is_refused(data: st.DataObject) -> None:
    sound = archive({"xl/workbook.xml": [b"<workbook/>"], "a": [b"text" * 50]}).getvalue()
    place = data.draw(st.integers(0, len(sound) - 1))
    mutated = sound[:place] + data.draw(st.binary(min_size=1, max_size=4)) + sound[place + 1 :]
    try:
        check_workbook(io.BytesIO(mutated))
    except InvalidInput as refusal:
        assert refusal.message

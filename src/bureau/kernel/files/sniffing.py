"""What a file is, by its content. A name or a header is a claim, not a fact."""

from __future__ import annotations

from typing import BinaryIO

import puremagic

from bureau.kernel.files.guards import DAMAGE, ZipFile
from bureau.kernel.files.mp4 import mp4_type

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLS = "application/vnd.ms-excel"
CSV = "text/csv"
HTML = "text/html"
UNKNOWN = "application/octet-stream"

HEAD_BYTES = 8_192
# readable beginnings of markup, programs and polyglots
HTML_STARTS = (b"<!doctype html", b"<html", b"<head", b"<body")
NOT_A_TABLE = (b"<", b"{", b"%PDF", b"%!PS", b"GIF8", b"#!", b"MZ")


def media_type_of(file: BinaryIO) -> str:
    """The media type of the content; the file's position is back at its start afterwards."""
    file.seek(0)
    head = file.read(HEAD_BYTES)
    file.seek(0)
    try:
        if head.startswith(b"PK\x03\x04"):
            return _zip_type(file)
        if _is_text(head):
            return CSV
        if head[4:8] == b"ftyp" and (tracks := mp4_type(file)):
            return tracks
        return _by_magic(head)
    finally:
        file.seek(0)


def _zip_type(file: BinaryIO) -> str:
    try:
        with ZipFile(file) as archive:
            names = set(archive.namelist())
    except DAMAGE:
        return "application/zip"
    if "xl/workbook.xml" in names:
        return XLSX
    return DOCX if "word/document.xml" in names else "application/zip"


def _is_text(head: bytes) -> bool:
    """Plain text by its bytes: no control characters, no markup at the start."""
    if not head or b"\x00" in head:
        return False
    controls = sum(byte < 9 or 13 < byte < 32 for byte in head)
    return not controls and not head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(NOT_A_TABLE)


def _by_magic(head: bytes) -> str:
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        return XLS
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(HTML_STARTS):
        return HTML
    try:
        return str(puremagic.from_string(head, mime=True)) or UNKNOWN
    except (puremagic.PureError, ValueError):
        return UNKNOWN

"""What a file is, by its content. A name or a header is a claim, not a fact."""

from __future__ import annotations

import re
from typing import BinaryIO

import puremagic

from bureau.kernel.files import compound
from bureau.kernel.files.guards import DAMAGE, ZipFile
from bureau.kernel.files.mp4 import mp4_type

_OFFICE = "application/vnd.openxmlformats-officedocument."
XLSX = f"{_OFFICE}spreadsheetml.sheet"
DOCX = f"{_OFFICE}wordprocessingml.document"
PPTX = f"{_OFFICE}presentationml.presentation"
ODT = "application/vnd.oasis.opendocument.text"
EPUB = "application/epub+zip"
XLS = compound.OTHERWISE
RTF = "application/rtf"
PDF = "application/pdf"
CSV = "text/csv"
# readable, and no table: it begins like markup, or is encoded in UTF-16
PLAIN = "text/plain"
HTML = "text/html"
UNKNOWN = "application/octet-stream"

HEAD_BYTES = 8_192
# where a PDF may begin, after what mail programs and servers put before it
PDF_WITHIN = 1_024
_BLANK = b"\xef\xbb\xbf \t\r\n"
# readable beginnings of programs and polyglots
NOT_A_TABLE = (b"<", b"{", b"%PDF", b"%!PS", b"GIF8", b"#!", b"MZ")
_HTML_PAGE = re.compile(
    rb"(?:<\?xml[^>]*>|<!--.*?-->|\s)*<(?:!doctype\s+html|html|head|body)\b", re.I | re.S
)
_HTML_PART = re.compile(
    rb"<(?:p|div|span|table|meta|title|style|h[1-6]|ul|ol|section|article|main|br|hr|b|i|font|center|a|img)\b[^<]*>",
    re.I,
)
_UTF16 = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
# main parts by their content types, and where they usually lie
_MAIN_PARTS = (
    (
        re.compile(rb"wordprocessingml\.\w+\.main\+xml|ms-word\.\w+\.macroEnabled\w*\.main\+xml"),
        DOCX,
    ),
    (
        re.compile(rb"presentationml\.\w+\.main\+xml|ms-powerpoint\.\w+\.macroEnabled\.main\+xml"),
        PPTX,
    ),
)
_USUAL = (("word/document", DOCX), ("ppt/presentation", PPTX))
_DECLARED = re.compile(rb"application/(?:epub\+zip|vnd\.oasis\.opendocument\.[a-z.-]+)")
_LONGEST_PART = 1_000_000


def media_type_of(file: BinaryIO) -> str:
    """The media type of the content; the file's position is back at its start afterwards."""
    file.seek(0)
    head = file.read(HEAD_BYTES)
    file.seek(0)
    try:
        if head.startswith(b"PK\x03\x04"):
            return _zip_type(file)
        if head.startswith(compound.MAGIC):
            return compound.compound_type(file)
        if _is_late_pdf(head, file):
            return PDF
        if _is_text(head):
            return CSV
        if head[4:8] == b"ftyp" and (tracks := mp4_type(file)):
            return tracks
        return _readable_type(head) or _by_magic(head)
    finally:
        file.seek(0)


def _zip_type(file: BinaryIO) -> str:
    try:
        with ZipFile(file) as archive:
            names = set(archive.namelist())
            if "xl/workbook.xml" in names:
                return XLSX
            declared = _DECLARED.fullmatch(_start_of(archive, names, "mimetype").strip())
            if declared:
                return declared.group().decode()
            types = _start_of(archive, names, "[Content_Types].xml")
    except DAMAGE:
        return "application/zip"
    for pattern, kind in _MAIN_PARTS:
        if pattern.search(types):
            return kind
    # packages of programs that leave the list of types away
    found = [kind for start, kind in _USUAL for name in names if name.startswith(start)]
    return found[0] if found else "application/zip"


def _start_of(archive: ZipFile, names: set[str], name: str) -> bytes:
    if name not in names:
        return b""
    with archive.open(name) as part:
        return part.read(_LONGEST_PART)


def _is_late_pdf(head: bytes, file: BinaryIO) -> bool:
    """A PDF after blank lines or a mail's headers, which viewers open; not a text about PDFs."""
    if not 0 < head.find(b"%PDF-") < PDF_WITHIN:
        return False
    file.seek(0, 2)
    file.seek(max(file.tell() - 2 * PDF_WITHIN, 0))
    return b"startxref" in file.read()


def _is_text(head: bytes) -> bool:
    """Plain text by its bytes: no control characters, no markup at the start."""
    return _is_readable(head) and not head.lstrip(_BLANK).startswith(NOT_A_TABLE)


def _is_readable(head: bytes) -> bool:
    if not head or b"\x00" in head:
        return False
    return not sum(byte < 9 or 13 < byte < 32 for byte in head)


def _readable_type(head: bytes) -> str:
    """Text that is no table: UTF-16, rich text, HTML or a part of it, text that begins with a bracket."""
    if (encoding := _UTF16.get(head[:2])) and head[2:4] != b"\x00\x00":
        text = head[2 : len(head) // 2 * 2].decode(encoding, errors="replace")
        head = text.encode()
    start = head.lstrip(_BLANK)
    if start.startswith(b"{\\rtf"):
        return RTF
    if not _is_readable(head):
        return ""
    if _HTML_PAGE.match(start) or _HTML_PART.match(start):
        return HTML
    if encoding:
        return PLAIN
    # a vector image or another kind of XML is told by its name
    named = re.match(rb"<(?:\?xml|svg|!doctype)", start, re.I)
    return PLAIN if start.startswith((b"<", b"{{")) and not named else ""


def _by_magic(head: bytes) -> str:
    try:
        return str(puremagic.from_string(head, mime=True)) or UNKNOWN
    except (puremagic.PureError, ValueError):
        return UNKNOWN

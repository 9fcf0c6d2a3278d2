"""What a complainant's file is, by its content, and how large each kind may be.

A name is a claim: its ending must agree with the content, and content that is two things at once
is refused. Reads the beginning and the end of a file, and an archive's table of contents.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import BinaryIO

from bureau.desks.grievances.media.archives import WrongKind, check_contents, is_tar
from bureau.desks.grievances.models.files import FileType
from bureau.kernel.files.guards import DAMAGE, ZipFile
from bureau.kernel.files.mp4 import AUDIO, VIDEO, mp4_type
from bureau.kernel.files.services import safe_name

MB = 1024 * 1024
CAPS: dict[str, int] = {
    FileType.IMAGE: 5 * MB,
    FileType.VIDEO: 50 * MB,
    FileType.VOICE: 10 * MB,
    FileType.DOCUMENT: 2 * MB,
    FileType.ARCHIVE: 20 * MB,
}
PDF_CAP = 10 * MB
HEAD = 4096
TAIL = 70_000
_TEXT = frozenset({"txt", "csv"})


@dataclass(frozen=True, slots=True)
class Media:
    """What a file is: the desk's kind, the media type, and the endings its name may have."""

    file_type: str
    media_type: str
    endings: frozenset[str]

    @property
    def cap(self) -> int:
        """Most bytes."""
        return PDF_CAP if self.media_type == "application/pdf" else CAPS[self.file_type]


def _media(file_type: str, media_type: str, *endings: str) -> Media:
    return Media(file_type, media_type, frozenset(endings))


_OFFICE = "application/vnd.openxmlformats-officedocument"
_OPEN = "application/vnd.oasis.opendocument"
JPEG = _media(FileType.IMAGE, "image/jpeg", "jpg", "jpeg")
PNG = _media(FileType.IMAGE, "image/png", "png")
GIF = _media(FileType.IMAGE, "image/gif", "gif")
BMP = _media(FileType.IMAGE, "image/bmp", "bmp")
WEBP = _media(FileType.IMAGE, "image/webp", "webp")
HEIC = _media(FileType.IMAGE, "image/heic", "heic", "heif")
WAV = _media(FileType.VOICE, "audio/wav", "wav")
OGG = _media(FileType.VOICE, "audio/ogg", "ogg", "oga", "opus")
AVI = _media(FileType.VIDEO, "video/x-msvideo", "avi")
MP4 = _media(FileType.VIDEO, "video/mp4", "mp4", "m4v", "mov", "3gp", "3gpp")
M4A = _media(FileType.VOICE, "audio/mp4", "m4a", "m4b", "aac", "mp4", "3gp", "3gpp")
WEBM_VIDEO = _media(FileType.VIDEO, "video/webm", "webm", "mkv")
WEBM_VOICE = _media(FileType.VOICE, "audio/webm", "webm")
ZIP = _media(FileType.ARCHIVE, "application/zip", "zip")
TAR = _media(FileType.ARCHIVE, "application/x-tar", "tar")
TEXT = _media(FileType.DOCUMENT, "text/plain", *_TEXT)

_MAGIC: tuple[tuple[bytes, Media], ...] = (
    (b"\xff\xd8\xff", JPEG),
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"GIF87a", GIF),
    (b"GIF89a", GIF),
    (b"BM", BMP),
    (b"%PDF-", _media(FileType.DOCUMENT, "application/pdf", "pdf")),
    (b"{\\rtf", _media(FileType.DOCUMENT, "application/rtf", "rtf")),
    (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        _media(FileType.DOCUMENT, "application/x-ole-storage", "doc", "xls", "ppt"),
    ),
    (b"OggS", OGG),
    (b"fLaC", _media(FileType.VOICE, "audio/flac", "flac")),
    (b"ID3", _media(FileType.VOICE, "audio/mpeg", "mp3")),
    (
        b"\x30\x26\xb2\x75\x8e\x66\xcf\x11",
        _media(FileType.VOICE, "audio/x-ms-wma", "wma"),
    ),
    (b"Rar!\x1a\x07", _media(FileType.ARCHIVE, "application/vnd.rar", "rar")),
    (b"7z\xbc\xaf\x27\x1c", _media(FileType.ARCHIVE, "application/x-7z-compressed", "7z")),
    (b"\x1f\x8b\x08", _media(FileType.ARCHIVE, "application/gzip", "gz", "tgz")),
)
_IN_ZIP: tuple[tuple[str, Media], ...] = (
    ("word/", _media(FileType.DOCUMENT, f"{_OFFICE}.wordprocessingml.document", "docx")),
    ("xl/", _media(FileType.DOCUMENT, f"{_OFFICE}.spreadsheetml.sheet", "xlsx")),
    ("ppt/", _media(FileType.DOCUMENT, f"{_OFFICE}.presentationml.presentation", "pptx")),
)
_OPEN_DOCUMENTS = {
    f"{_OPEN}.text".encode(): _media(FileType.DOCUMENT, f"{_OPEN}.text", "odt"),
    f"{_OPEN}.spreadsheet".encode(): _media(FileType.DOCUMENT, f"{_OPEN}.spreadsheet", "ods"),
    f"{_OPEN}.presentation".encode(): _media(FileType.DOCUMENT, f"{_OPEN}.presentation", "odp"),
}
# beginnings of markup and programs, whatever the name says
_NO_TEXT = (b"<", b"#!", b"MZ", b"\x7fELF", b"%!PS")
# what a foreign format looks like inside or behind another one
_ZIP_END = b"PK\x05\x06"


def ending_of(name: str) -> str:
    """The ending of a name in lower case, without the dot."""
    return PurePosixPath(safe_name(name)).suffix.lower().lstrip(".")


def media_of(file: BinaryIO, name: str) -> Media:
    """What the file is.

    Raises:
        WrongKind: unknown content, content that its name does not fit, or two formats in one.
    """
    head, tail = _ends(file)
    found = _by_content(file, head)
    if found is None:
        raise WrongKind("Files of this kind are not taken.")
    ending = ending_of(name)
    if ending and ending not in found.endings:
        raise WrongKind(f"The content is {found.media_type}, which a .{ending[:10]} file is not.")
    if found is HEIC:
        raise WrongKind("The place where a HEIC photo was taken cannot be removed: send JPEG.")
    _refuse_polyglot(found, head, tail)
    return found


def _ends(file: BinaryIO) -> tuple[bytes, bytes]:
    file.seek(0)
    head = file.read(HEAD)
    size = file.seek(0, 2)
    file.seek(max(0, size - TAIL))
    tail = file.read(TAIL)
    file.seek(0)
    return head, tail


def _by_content(file: BinaryIO, head: bytes) -> Media | None:
    if head.startswith(b"PK\x03\x04"):
        return _in_zip(file)
    for magic, media in _MAGIC:
        if head.startswith(magic):
            return media
    return _in_container(file, head) or _plain_text(head) or _in_tar(file)


def _in_container(file: BinaryIO, head: bytes) -> Media | None:
    if head[:4] == b"RIFF":
        return {b"WAVE": WAV, b"WEBP": WEBP, b"AVI ": AVI}.get(head[8:12])
    if head[4:8] == b"ftyp":
        return _of_tracks(file, head[8:12])
    if head.startswith(b"\x1aE\xdf\xa3"):
        return WEBM_VIDEO if b"V_" in head else WEBM_VOICE
    # MPEG audio without a tag: eleven set bits, then a layer that exists
    if len(head) > 2 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0 and head[1] & 0x06:
        return _media(FileType.VOICE, "audio/mpeg", "mp3")
    if len(head) > 2 and head[0] == 0xFF and head[1] & 0xF6 == 0xF0:
        return _media(FileType.VOICE, "audio/aac", "aac")
    return None


def _of_tracks(file: BinaryIO, brand: bytes) -> Media | None:
    """Sound or film by the tracks that are there: recorders give both the same brand."""
    if brand in (b"heic", b"heix", b"mif1", b"heim", b"hevc"):
        return HEIC
    found = {AUDIO: M4A, VIDEO: MP4}.get(mp4_type(file) or "")
    file.seek(0)
    return found


def _in_zip(file: BinaryIO) -> Media:
    try:
        with ZipFile(file) as archive:
            check_contents(archive.infolist())
            names = archive.namelist()
            if names[:1] == ["mimetype"] and archive.infolist()[0].file_size < 200:
                return _OPEN_DOCUMENTS.get(archive.read("mimetype").strip(), ZIP)
    except DAMAGE:
        raise WrongKind("The archive is damaged or encrypted.") from None
    finally:
        file.seek(0)
    if "[Content_Types].xml" in names:
        for folder, media in _IN_ZIP:
            if any(name.startswith(folder) for name in names):
                return media
    return ZIP


def _in_tar(file: BinaryIO) -> Media | None:
    return TAR if is_tar(file) else None


def _plain_text(head: bytes) -> Media | None:
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    controls = any(byte < 9 or 13 < byte < 32 for byte in head)
    return None if not start or controls or start.startswith(_NO_TEXT) else TEXT


def _refuse_polyglot(found: Media, head: bytes, tail: bytes) -> None:
    in_zip = head.startswith(b"PK")
    if not in_zip and found.file_type != FileType.ARCHIVE and _ZIP_END in tail:
        raise WrongKind("The file holds an archive behind its own content.")
    if found.media_type != "application/pdf" and b"%PDF-" in head[:1024]:
        raise WrongKind("The file is a PDF and something else at once.")
    markup = (b"<script", b"<html", b"<svg", b"<!doctype")
    if any(word in head.lower() or word in tail.lower() for word in markup):
        raise WrongKind("The file holds markup that a browser would run.")

"""What kinds of content are called by people: `application/rtf` is "a rich text document (.rtf)"."""

from __future__ import annotations

_CALLED = {
    "application/pdf": "a PDF",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": (
        "a Word document (.docx)"
    ),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "an Excel workbook (.xlsx)",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": (
        "a PowerPoint presentation (.pptx)"
    ),
    "application/vnd.oasis.opendocument.text": "an OpenDocument text (.odt)",
    "application/vnd.oasis.opendocument.spreadsheet": "an OpenDocument spreadsheet (.ods)",
    "application/vnd.oasis.opendocument.presentation": "an OpenDocument presentation (.odp)",
    "application/epub+zip": "an e-book (.epub)",
    "application/msword": "an old Word document (.doc)",
    "application/vnd.ms-excel": "an old Excel workbook (.xls)",
    "application/vnd.ms-powerpoint": "an old PowerPoint presentation (.ppt)",
    "application/vnd.ms-outlook": "an Outlook message (.msg)",
    "application/x-encrypted-office": "an Office document that is protected by a password",
    "application/rtf": "a rich text document (.rtf)",
    "application/zip": "a ZIP archive",
    "application/x-7z-compressed": "a 7-Zip archive",
    "application/gzip": "a gzip archive",
    "application/json": "a JSON file",
    "application/xml": "an XML file",
    "text/xml": "an XML file",
    "text/html": "an HTML page",
    "text/csv": "plain text",
    "text/plain": "plain text",
    "message/rfc822": "an e-mail (.eml)",
    "application/octet-stream": "of a kind that is not known here",
}
_FAMILIES = {"image": "a picture", "audio": "a sound recording", "video": "a video"}


def called(media_type: str) -> str:
    """A kind of content in people's words, with its media type where that tells more."""
    if media_type in _CALLED:
        return _CALLED[media_type]
    family, _, kind = media_type.partition("/")
    return f"{_FAMILIES[family]} ({kind})" if family in _FAMILIES else media_type

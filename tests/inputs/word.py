"""Small Word files from raw XML: what is in the package is what the test says."""

from __future__ import annotations

import zipfile
from io import BytesIO

TRANSITIONAL = "http://schemas.openxmlformats.org/"
STRICT = "http://purl.oclc.org/ooxml/"
NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture" '
    'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" '
    'xmlns:dgm="http://schemas.openxmlformats.org/drawingml/2006/diagram" '
    'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'
)
_TYPES = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"


def word(
    body: str, *, main: str = "word/document.xml", strict: bool = False, **parts: str
) -> bytes:
    """A package with this body.

    Args:
        parts: XML inside the root of `styles`, `numbering`, `footnotes`, `endnotes`, `comments`,
            `settings`, or of page headers and footers (`header1`, `footer2`; their relationship
            has the same id).
    """
    document = _rooted("document", f"<w:body>{body}</w:body>")
    members = {"_rels/.rels": _relations({"rId1": ("officeDocument", main)}), main: document}
    related = {}
    for name, content in parts.items():
        kind = name.rstrip("0123456789")
        members[f"word/{name}.xml"] = _rooted(_ROOTS.get(kind, kind), content)
        related[name] = (kind, f"{name}.xml")
    folder, _, last = main.rpartition("/")
    members[f"{folder}/_rels/{last}.rels"] = _relations(related)
    if strict:
        members = {name: _made_strict(content) for name, content in members.items()}
    return packed(members)


_ROOTS = {"header": "hdr", "footer": "ftr", "diagramData": "document"}


def _rooted(root: str, content: str) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?><w:{root} {NAMESPACES}>{content}</w:{root}>'


def _relations(targets: dict[str, tuple[str, str]]) -> str:
    listed = "".join(
        f'<Relationship Id="{key}" Type="{_TYPES}{kind}" Target="{target}"/>'
        for key, (kind, target) in targets.items()
    )
    uri = "http://schemas.openxmlformats.org/package/2006/relationships"
    return f'<?xml version="1.0"?><Relationships xmlns="{uri}">{listed}</Relationships>'


def _made_strict(content: str) -> str:
    for name in ("wordprocessingml", "officeDocument", "drawingml"):
        content = content.replace(f"{TRANSITIONAL}{name}/2006/", f"{STRICT}{name}/")
    return content


def packed(members: dict[str, str | bytes]) -> bytes:
    """The bytes of an archive."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def p(*runs: str, properties: str = "") -> str:
    """A paragraph of texts and of runs that are XML already."""
    inside = "".join(one if one.startswith("<") else r(one) for one in runs)
    return f"<w:p><w:pPr>{properties}</w:pPr>{inside}</w:p>"


def r(text: str, properties: str = "") -> str:
    """A run."""
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def table(*rows: list[str]) -> str:
    """A table of cells; a cell that begins with `<` is XML already."""
    made = "".join(
        "<w:tr>" + "".join(f"<w:tc>{c if c[:1] == '<' else p(c)}</w:tc>" for c in row) + "</w:tr>"
        for row in rows
    )
    return f"<w:tbl>{made}</w:tbl>"


def listed(level: int = 0, number: int = 1) -> str:
    """Paragraph properties: of this list and level."""
    return f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'


def level(place: int, format_: str, text: str, more: str = "", start: int = 1) -> str:
    """A level of a list's definition."""
    return (
        f'<w:lvl w:ilvl="{place}"><w:start w:val="{start}"/><w:numFmt w:val="{format_}"/>'
        f'<w:lvlText w:val="{text}"/>{more}</w:lvl>'
    )


def lists(levels: str, *, more: str = "") -> str:
    """`numbering.xml` with one definition and list 1 of it."""
    return (
        f'<w:abstractNum w:abstractNumId="0">{levels}</w:abstractNum>'
        f'<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>{more}'
    )


def field(instruction: str, result: str | None = None) -> str:
    """A field of several runs, with the result that Word stored, if any."""
    mark = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
    shown = "" if result is None else mark.format("separate") + r(result)
    code = f"<w:r><w:instrText>{instruction}</w:instrText></w:r>"
    return mark.format("begin") + code + shown + mark.format("end")

"""Packages of Office Open XML (Word, PowerPoint): parts, relationships, XML without entities."""

from __future__ import annotations

import posixpath
import zipfile
from pathlib import Path
from typing import Any

from lxml import etree

from bureau.kernel.files.guards import ZipFile
from bureau.kernel.retrieval.parsing import limits
from bureau.kernel.retrieval.parsing.pages import Unreadable

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_RELATIONSHIP = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
# "Strict Open XML" says the same under other names (ISO/IEC 29500-1, annex A)
_STRICT = "http://purl.oclc.org/ooxml/"
_TRANSITIONAL = "http://schemas.openxmlformats.org/"
DAMAGE = (zipfile.BadZipFile, etree.XMLSyntaxError, OSError, EOFError, RuntimeError, ValueError)


class Package:
    """The parts of one document that is a ZIP archive.

    Raises:
        Unreadable: damaged, encrypted or with a document type declaration.
    """

    def __init__(self, path: Path, called: str) -> None:
        self._called = called
        self._unpacked = 0
        try:
            self._archive = ZipFile(path.open("rb"))
            self._names = {name.lower(): name for name in self._archive.namelist()}
        except DAMAGE:
            raise self.damaged() from None

    def damaged(self) -> Unreadable:
        """What is raised when nothing can be read."""
        return Unreadable("DAMAGED", f"The {self._called} is damaged and cannot be opened.")

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._names

    @property
    def names(self) -> list[str]:
        """All parts."""
        return list(self._names.values())

    def tree(self, name: str) -> Any:
        """The root of an XML part, its names in the usual (transitional) namespaces.

        Raises:
            KeyError: there is no such part.
            Unreadable: it is damaged, too large, or declares entities.
        """
        parser = etree.XMLParser(
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=False,
            # a parent's tail must not glue a comment's neighbours
            remove_comments=True,
            remove_pis=True,
        )
        try:
            root = etree.fromstring(self.content(name), parser)
        except DAMAGE:
            raise self.damaged() from None
        if root.getroottree().docinfo.doctype:
            raise Unreadable(
                "FORBIDDEN_XML", f"The {self._called} declares entities, which is refused."
            )
        _make_transitional(root)
        return root

    def content(self, name: str) -> bytes:
        """The bytes of a part.

        Raises:
            KeyError: there is no such part.
            Unreadable: it is damaged, or all that was read is too large.
        """
        found = self._names[name.lower()]
        try:
            with self._archive.open(found) as part:
                # declared sizes can lie: what is read is what counts
                content = part.read(limits.MAX_XML_BYTES + 1 - self._unpacked)
        except DAMAGE:
            raise self.damaged() from None
        self._unpacked += len(content)
        if self._unpacked > limits.MAX_XML_BYTES:
            raise Unreadable(
                "TOO_LARGE", f"The {self._called} unpacks to more than the limit of 64 MB."
            )
        return content

    def main(self, usual: str) -> str:
        """The name of the main part: what the package says, else the usual one."""
        for name in self.related("", "officeDocument").values():
            if name in self:
                return name
        return usual

    def related(self, part: str, kind: str = "") -> dict[str, str]:
        """Relationship id -> name of the part that `part` points to; `kind` as its type ends."""
        folder, name = posixpath.split(part)
        rels = f"{folder}/_rels/{name}.rels".lstrip("/")
        if rels not in self:
            return {}
        found = {}
        for one in self.tree(rels).iter(_RELATIONSHIP):
            if one.get("TargetMode") == "External":
                continue
            if str(one.get("Type", "")).endswith(f"/{kind}") or not kind:
                target = posixpath.normpath(posixpath.join("/", folder, one.get("Target", "")))
                found[str(one.get("Id"))] = target.lstrip("/")
        return found

    def related_trees(self, part: str, kind: str) -> list[Any]:
        """The roots of the parts of a kind that `part` points to."""
        return [self.tree(name) for name in self.related(part, kind).values() if name in self]


def _make_transitional(root: Any) -> None:
    if not any(str(uri).startswith(_STRICT) for uri in root.nsmap.values()):
        return
    for node in root.iter():
        if node.tag.startswith("{" + _STRICT):
            node.tag = _transitional(node.tag)
        for name, value in list(node.attrib.items()):
            if name.startswith("{" + _STRICT):
                del node.attrib[name]
                node.set(_transitional(name), value)


def _transitional(name: str) -> str:
    """`{http://purl.oclc.org/ooxml/wordprocessingml/main}p` -> `{…/wordprocessingml/2006/main}p`."""
    uri, _, local = name[1:].partition("}")
    first, _, rest = uri.removeprefix(_STRICT).partition("/")
    return f"{{{_TRANSITIONAL}{first}/2006/{rest}}}{local}"

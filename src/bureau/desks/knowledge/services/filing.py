"""What the name of a file and of its folder say about a document. Pure functions."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

LINES = {
    "splitter": "DMX Splitter",
    "node": "Ethernet DMX Node",
    "ethernet": "Ethernet DMX Node",
    "rail": "DIN Rail",
    "hybrid": "Hybrid DMX",
    "booster": "DMX Booster",
}
TYPES = {
    "manual": ("manual", "bedienungsanleitung", "handbuch"),
    "datasheet": ("datasheet", "datenblatt", "spec"),
    "quick_start": ("quick", "start", "installation"),
    "firmware_notes": ("firmware", "software"),
}
_FOLDER = re.compile(r"^(?P<description>.+?) - (?P<model>[^-]+)$")


@dataclass(frozen=True, slots=True)
class Filed:
    """What is said about a file."""

    title: str
    document_type: str
    product_line: str
    model: str


def filed(path: Path, root: Path) -> Filed:
    """Read `Description - MODEL/some_manual.pdf`; files of the root itself are `General`."""
    folder = path.parent.name if path.parent != root else ""
    match = _FOLDER.match(folder)
    model = match["model"].strip() if match else ""
    name = " ".join(re.sub(r"[_-]+", " ", path.stem).split()) or path.stem
    title = f"{model} - {name}" if model else name
    return Filed(title[:255], document_type(path.name), product_line(folder), model)


def product_line(folder: str) -> str:
    """The product line that a folder's name speaks of."""
    if not folder:
        return "General"
    words = folder.lower()
    return next((line for key, line in LINES.items() if key in words), "DMX Equipment")


def document_type(filename: str) -> str:
    """The type that a file's name speaks of."""
    words = filename.lower()
    return next(
        (kind for kind, keys in TYPES.items() if any(key in words for key in keys)), "other"
    )

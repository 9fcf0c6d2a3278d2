"""Which packages an installation brings, and under which licences: what `docs/licences.md` lists."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

LOCK = Path(__file__).parent.parent / "requirements" / "base.lock"
_PINNED = re.compile(r"^([A-Za-z0-9][\w.-]*)==(\S+?)(?: ; (.+?))?(?: \\)?$")
LISTED = Path(__file__).parent / "licences.md"
_ROW = re.compile(r"^\| (\S+) \| (\S+) \| (.+?) \|$", re.MULTILINE)
# what such a licence is called in the metadata that its packages bring
_CLASSIFIER = "License :: OSI Approved :: "
UNKNOWN = "not stated"
# for other systems and older Pythons only: nothing to read here
ELSEWHERE = {"async-timeout": "Apache-2.0", "colorama": "BSD-3-Clause", "tzdata": "Apache-2.0"}


def locked() -> Iterator[tuple[str, str]]:
    """Name and version of every package of the base lock, in its order."""
    for line in LOCK.read_text("utf-8").splitlines():
        if found := _PINNED.match(line):
            yield found[1], found[2]


def _listed() -> dict[tuple[str, str], str]:
    """(package, version) -> licence as the table has it.

    It goes first: wheels of one version state their licence differently for different Pythons, and
    some packages are installed on other Pythons only. A new version is read anew.
    """
    text = LISTED.read_text("utf-8") if LISTED.exists() else ""
    return {(found[1], found[2]): found[3] for found in _ROW.finditer(text)}


def licence_of(name: str) -> str:
    """The licence that a package states, as its metadata has it."""
    if name in ELSEWHERE:
        return ELSEWHERE[name]
    try:
        told = metadata(name)
    except PackageNotFoundError:
        return UNKNOWN
    expression = (told.get("License-Expression") or "").strip()
    classifiers = [
        one.removeprefix(_CLASSIFIER)
        for one in told.get_all("Classifier") or []
        if one.startswith(_CLASSIFIER)
    ]
    text = (told.get("License") or "").strip()
    short = text.splitlines()[0][:60] if text else ""
    return expression or "; ".join(classifiers) or short or UNKNOWN


def rows() -> list[tuple[str, str, str]]:
    """Name, version and licence of every package of the base lock."""
    known = _listed()
    return [
        (one, version, known.get((one, version)) or licence_of(one)) for one, version in locked()
    ]

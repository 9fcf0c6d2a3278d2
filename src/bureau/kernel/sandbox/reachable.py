"""Letting another uid reach the installation where it lies behind somebody's closed folder.

Root often has Python below `/root`, which is closed to others. In mounts of our own an empty, open
folder is put over the closed one, and only the installation shows through it.
"""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable
from pathlib import Path

# mounts a source on a target: `mount --bind`, or an empty folder where there is no source
Mount = Callable[[str | None, str], bool]


def code_folders() -> list[Path]:
    """Where Python and the installed packages are."""
    places = [sys.prefix, sys.base_prefix, *sys.path]
    found = [Path(place).resolve() for place in places if place and os.path.isdir(place)]
    return [
        one
        for one in dict.fromkeys(found)
        if not any(one.is_relative_to(o) for o in found if o != one)
    ]


def open_the_way(mount: Mount) -> bool:
    """Cover the closed folders above the installation; whether every step held."""
    behind: dict[Path, list[Path]] = {}
    for folder in code_folders():
        closed = _closed_above(folder)
        if closed is not None:
            behind.setdefault(closed, []).append(folder)
    covered = [_cover(closed, folders, mount) for closed, folders in behind.items()]
    return all(covered)


def _closed_above(folder: Path) -> Path | None:
    above = [*reversed(folder.parents), folder]
    return next((one for one in above if not one.stat().st_mode & stat.S_IXOTH), None)


def _cover(closed: Path, folders: list[Path], mount: Mount) -> bool:
    # held open, because their paths lead nowhere once the cover is on
    held = {folder: os.open(folder, os.O_PATH | os.O_DIRECTORY) for folder in folders}
    try:
        if not mount(None, str(closed)):
            return False
        for folder in folders:
            folder.mkdir(parents=True, exist_ok=True)
        shown = [mount(f"/proc/self/fd/{fd}", str(folder)) for folder, fd in held.items()]
        return all(shown)
    finally:
        for number in held.values():
            os.close(number)

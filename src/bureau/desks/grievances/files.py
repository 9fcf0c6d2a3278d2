"""The desk's kind of file, as the files room knows it: its cap and its door."""

from __future__ import annotations

from bureau.desks.grievances.access import stored_file_door
from bureau.desks.grievances.cases.attachments import FILE_KIND
from bureau.desks.grievances.media.kinds import CAPS
from bureau.kernel.files.kinds import FileKind, register_kind


def register_kinds() -> None:
    """Make it known. Its media types are empty: the desk looks at content with rules of its own."""
    register_kind(
        FileKind(
            name=FILE_KIND,
            max_bytes=max(CAPS.values()),
            media_types=frozenset(),
            door=stored_file_door,
        )
    )

"""Which kinds of file exist, what each may hold and who may read it. Desks register theirs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

from bureau.kernel.accounts.models import User
from bureau.kernel.errors import NotFound
from bureau.kernel.files.models import StoredFile


@dataclass(frozen=True)
class FileKind:
    """A kind of file.

    Attributes:
        name: such as `insights.source`.
        max_bytes: the cap, enforced while the upload is read.
        media_types: what the content may be, as sniffed; names and headers are not believed.
        door: raises NotFound unless the person may read the file.
        check: looks deeper into an upload and raises InvalidInput (a bomb, a broken file).
        told: what the content may be, as people call it; the media types if nothing is said.
    """

    name: str
    max_bytes: int
    media_types: frozenset[str]
    door: Callable[[User, StoredFile], None]
    check: Callable[[BinaryIO], None] | None = None
    told: str = ""


_kinds: dict[str, FileKind] = {}


def register_kind(kind: FileKind) -> None:
    """Make a kind known; once, at start."""
    _kinds[kind.name] = kind


def kind_of(name: str) -> FileKind:
    """The registered kind; KeyError is a programming error."""
    return _kinds[name]


def owner_or_admin(user: User, stored: StoredFile) -> None:
    """The usual door: the file's owner and administrators."""
    if not (user.is_admin or stored.owner_id == user.pk):
        raise NotFound.matching("File")

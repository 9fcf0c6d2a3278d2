"""Folders of a server: a short one for its socket, a lock, private files."""

import fcntl
import hashlib
import os
import stat
import tempfile
from io import TextIOWrapper
from pathlib import Path

from bureau.runtime.errors import OperatorError
from bureau.runtime.processes import Account, can_enter

# sun_path holds 108 bytes on Linux and 104 on macOS, with a final zero.
SOCKET_PATH_LIMIT = 103


def marker_of(state: Path) -> str:
    """Return a short word that names one state folder, the same at every start."""
    return "bureau-" + hashlib.sha256(os.fsencode(state.resolve())).hexdigest()[:12]


def socket_folder(state: Path, longest_name: str, account: Account | None = None) -> Path:
    """Return the folder for the sockets of `state`, always the same; it is not created here.

    It lies in the temporary folder and not in `state`, because a socket's path may have only
    about a hundred bytes, and not in XDG_RUNTIME_DIR, which is removed when the user logs out.
    `longest_name` is the longest file name that will be made in it.

    Raises:
        OperatorError: no temporary folder is short enough.
    """
    for parent in dict.fromkeys((Path(tempfile.gettempdir()).resolve(), Path("/tmp"))):
        folder = parent / marker_of(state)
        short = len(os.fsencode(folder / longest_name)) <= SOCKET_PATH_LIMIT
        if short and can_enter(account, parent):
            return folder
    raise OperatorError(
        f"No temporary folder is short enough for a socket (tried {tempfile.gettempdir()} and "
        "/tmp): set TMPDIR to a short path that the server's account can enter."
    )


def make_private(folder: Path, account: Account | None) -> None:
    """Create `folder` for one account only, or take over the one that is there.

    Raises:
        OperatorError: it is there and belongs to someone else, or is a link.
    """
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        found = folder.lstat()
        ours = {os.geteuid(), account.uid if account else os.geteuid()}
        if not stat.S_ISDIR(found.st_mode) or found.st_uid not in ours:
            raise OperatorError(
                f"{folder} is needed for sockets but belongs to someone else: remove it, or set "
                "TMPDIR to another folder."
            ) from None
        folder.chmod(0o700)
    give(folder, account)


def give(path: Path, account: Account | None) -> None:
    """Hand `path` itself (nothing below it) to `account`."""
    if account is not None:
        os.chown(path, account.uid, account.gid, follow_symlinks=False)


def take_lock(path: Path, refusal: str) -> TextIOWrapper:
    """Take the lock file `path` and return it; the lock ends when the file is closed or we die.

    Raises:
        OperatorError: with the text `refusal`, when another process holds the lock.
    """
    # private: who can open it can hold it
    handle = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+", encoding="utf-8")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        handle.close()
        raise OperatorError(refusal) from None
    return handle


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner may read, all of it or nothing, and make it durable."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as handle:
        handle.write(text)
        handle.flush()
        os.fsync(handle.fileno())
    draft.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)


def open_log(path: Path, limit: int = 10_000_000) -> int:
    """Open a log file for appending and return its descriptor.

    A file over `limit` bytes is first moved to `<name>.1`, which replaces the one before it.
    """
    if path.exists() and path.stat().st_size > limit:
        path.replace(path.with_name(path.name + ".1"))
    return os.open(path, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600)


def last_lines(path: Path, count: int = 3) -> str:
    """Return the last lines of a log on one line, for an error message."""
    with path.open("rb") as handle:
        handle.seek(max(0, path.stat().st_size - 4096))
        lines = handle.read().decode(errors="replace").splitlines()
    return " / ".join(line.strip() for line in lines[-count:])

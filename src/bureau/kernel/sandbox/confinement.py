"""What the kernel of the system takes away from a process: network, folders, identity, resources.

Each step says whether it held. Where the system allows none of it (a container without the right
to make namespaces), limits on resources, the emptied environment and the missing descriptors stay.
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
from collections.abc import Iterable
from pathlib import Path

from bureau.kernel.sandbox.parsers import Limits

_libc = ctypes.CDLL(None, use_errno=True)
# linux/sched.h, sys/mount.h, linux/prctl.h
_NEW_MOUNTS, _NEW_USERS, _NEW_NETWORK = 0x00020000, 0x10000000, 0x40000000
_PRIVATE, _RECURSIVE, _BIND = 1 << 18, 1 << 14, 1 << 12
_PARENT_DEATH, _DUMPABLE, _DROP_BOUND, _NO_NEW_PRIVILEGES = 1, 4, 24, 38
_CAPABILITIES_V3 = 0x20080522
# the range that systemd gives to services without an account; no package uses it
FIRST_UID, UIDS = 61_184, 4_336
MOST_PROCESSES = 256


def isolate_network() -> bool:
    """Leave the network, for this process and all it starts; with a user namespace where needed."""
    if _libc.unshare(_NEW_NETWORK | _NEW_MOUNTS) == 0:
        return True
    uid, gid = os.geteuid(), os.getegid()
    if _libc.unshare(_NEW_USERS | _NEW_NETWORK | _NEW_MOUNTS) != 0:
        return False
    # the same ids inside as outside, or the files that are lent could not be opened
    try:
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"{uid} {uid} 1")
        Path("/proc/self/gid_map").write_text(f"{gid} {gid} 1")
    except OSError:
        return True
    return True


def hide(paths: Iterable[str]) -> bool:
    """Put nothing over these folders and files, in mounts that `isolate_network` made our own."""
    covered = [_covered(path) for path in paths]
    return all(covered)


def own_mounts() -> bool:
    """Let what is mounted from now on show to nobody else."""
    return bool(_libc.mount(None, b"/", None, _PRIVATE | _RECURSIVE, None) == 0)


def mount(source: str | None, target: str) -> bool:
    """Show a folder at another place; without a source, an empty folder that others may enter."""
    if source is not None:
        return bool(
            _libc.mount(source.encode(), target.encode(), None, _BIND | _RECURSIVE, None) == 0
        )
    return bool(_libc.mount(b"none", target.encode(), b"tmpfs", 0, b"size=64k,mode=0755") == 0)


def _covered(path: str) -> bool:
    if os.path.isdir(path):
        return mount(None, path)
    return mount("/dev/null", path) if os.path.isfile(path) else True


def limit(limits: Limits) -> None:
    """Bound what this process may use; there is no way back."""
    _bound(resource.RLIMIT_CORE, 0)
    _bound(resource.RLIMIT_NOFILE, limits.open_files)
    _bound(resource.RLIMIT_FSIZE, limits.file_bytes)
    seconds = int(limits.cpu_seconds) + 1
    _bound(resource.RLIMIT_CPU, seconds)
    # the limit counts whole seconds; this timer's signal ends the process at the fraction
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_PROF, limits.cpu_seconds)
    _bound(resource.RLIMIT_AS, limits.memory_bytes)


def _bound(what: int, most: int) -> None:
    _, hard = resource.getrlimit(what)
    ceiling = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(what, (ceiling, ceiling))


def become(uid: int) -> None:
    """Take another identity, for good."""
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)
    _bound(resource.RLIMIT_NPROC, MOST_PROCESSES)


def seal() -> None:
    """Drop every privilege that is left, and close this process to its neighbours.

    No capabilities, none by starting a program; not to be traced or read by processes of the same
    uid; ended when the server that made it ends.
    """
    for number in range(64):
        _libc.prctl(_DROP_BOUND, number, 0, 0, 0)
    head = (ctypes.c_uint32 * 2)(_CAPABILITIES_V3, 0)
    _libc.capset(ctypes.byref(head), ctypes.byref((ctypes.c_uint32 * 6)()))
    _libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    _libc.prctl(_PARENT_DEATH, int(signal.SIGKILL), 0, 0, 0)
    _libc.prctl(_DUMPABLE, 0, 0, 0, 0)


def uid_for(pid: int) -> int:
    """An identity for a child: neighbours have different ones."""
    return FIRST_UID + pid % UIDS


def can_work_as_another(files: Iterable[str]) -> bool:
    """Whether a process under another uid can read the installation; tried in a child."""
    if os.geteuid() != 0:
        return False
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            become(FIRST_UID)
            for file in files:
                with open(file, "rb"):
                    pass
            status = 0
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0

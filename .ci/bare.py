"""`make run` and `make test` in the barest Debian that can be made on this machine.

    python3 .ci/bare.py              what CI does: a slice of the tests, as root on the oldest Python that
                                     Bureau takes, and as another user on the newest that is found here
    python3 .ci/bare.py --tests ""   every test instead of the slice
    python3 .ci/bare.py --only 1     the second of the two alone

No browser, no curl, no node, no compiler, no fonts, no time zones, no locale, an empty HOME. There the
commit is cloned and installed from the package registry; then both commands run in a network of
their own, in which nothing listens. It has to be started as root, on Debian.
"""

from __future__ import annotations

import argparse
import fcntl
import os
import re
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve()
sys.path.insert(0, str(HERE.parent))

from bare_root import PYTHON, USER, USER_ID, make_root  # noqa: E402  (beside this file)

OLDEST = (3, 11)
DEBIANS_PYTHON = Path("/usr/bin/python3")
# how this machine reaches its registry; nothing else of the environment is handed on
REGISTRY_VARIABLES = re.compile(r"(PIP|UV)_.*|(https?|no|all)_proxy|SSL_CERT_(FILE|DIR)", re.I)
# what differs with the machine: servers, users, folders, and tests that need what is missing
SLICE = (
    "tests/docs tests/newcomer tests/browser tests/contract/test_health.py src/bureau/runtime"
    " src/bureau/kernel/retrieval src/bureau/kernel/ai/tests/test_speaking.py"
)
FIRST_PAGE = """
import subprocess, sys, time, urllib.request
run = subprocess.Popen(["make", "run"])
end = time.monotonic() + 300
while True:
    try:
        page = urllib.request.urlopen("http://127.0.0.1:8000/", timeout=30)
        break
    except OSError:
        if run.poll() is not None or time.monotonic() > end:
            sys.exit("make run showed no page")
        time.sleep(0.5)
assert page.status == 200 and b"<html" in page.read(), page.status
run.terminate()
run.wait(120)
"""


@dataclass(frozen=True)
class Newcomer:
    """Who runs the commands, and on which Python."""

    user: str
    python: Path
    version: tuple[int, int]

    @property
    def home(self) -> str:
        return "/root" if self.user == "root" else f"/home/{self.user}"

    @property
    def prefix(self) -> Path | None:
        """Where the Python lies; None for Debian's own."""
        return None if self.python == DEBIANS_PYTHON else self.python.parents[1]

    def environment(self) -> dict[str, str]:
        """No locale, no editor: nothing of this shell but the way to the registry."""
        kept = {
            name: text for name, text in os.environ.items() if REGISTRY_VARIABLES.fullmatch(name)
        }
        path = f"/{PYTHON}/bin:/usr/bin:/bin" if self.prefix else "/usr/bin:/bin"
        return {**kept, "HOME": self.home, "PATH": path, "USER": self.user}

    def __str__(self) -> str:
        return f"{self.user} on Python {'.'.join(map(str, self.version))}"


def main(arguments: Sequence[str]) -> int:
    """Let all newcomers try; the number of those who failed."""
    # what runs inside ends with us
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))
    options = parsed(arguments)
    chosen = [one for at, one in enumerate(newcomers()) if options.only in (None, at)]
    return sum(not tried(one, options.tests) for one in chosen)


def parsed(arguments: Sequence[str]) -> argparse.Namespace:
    reader = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    reader.add_argument("--tests", default=SLICE, help="what make test is told; empty for all")
    reader.add_argument("--only", type=int, help="number of the newcomer, from 0")
    return reader.parse_args(arguments)


def newcomers() -> list[Newcomer]:
    """Root on the oldest Python, another user on the newest."""
    pythons = found_pythons()
    oldest, newest = min(pythons), max(pythons)
    return [Newcomer("root", pythons[oldest], oldest), Newcomer(USER, pythons[newest], newest)]


def found_pythons() -> dict[tuple[int, int], Path]:
    """The Pythons of this machine that Bureau takes; Debian's own where two are of one version."""
    kept = Path.home().glob(".pyenv/versions/3.*/bin/python3")
    found: dict[tuple[int, int], Path] = {}
    for python in (*kept, DEBIANS_PYTHON):
        command = [str(python), "-c", "import sys; print(*sys.version_info[:2])"]
        major, minor = map(int, subprocess.check_output(command, text=True).split())
        if (major, minor) >= OLDEST:
            found[major, minor] = python
    return found


def tried(newcomer: Newcomer, tests: str) -> bool:
    """Whether both commands did what they promise."""
    say(f"{newcomer}, in a bare root file system")
    began = time.monotonic()
    steps = [
        ("git clone", True, "git -c advice.detachedHead=false clone --quiet /commit bureau"),
        ("install", True, "cd bureau && make dev"),
        ("make run, to the first page", False, f"cd bureau && python3 -c '{FIRST_PAGE}'"),
        ("make test", False, f"cd bureau && make test TESTS='{tests}'"),
    ]
    with tempfile.TemporaryDirectory(prefix="bare-", ignore_cleanup_errors=True) as folder:
        root = Path(folder) / "root"
        make_root(root, newcomer.prefix)
        bundle = ["git", "-c", "safe.directory=*", "-C", str(HERE.parents[1]), "bundle"]
        subprocess.run([*bundle, "create", "--quiet", root / "commit", "HEAD"], check=True)
        good = all(done(root, newcomer, *step) for step in steps)
    say(f"{newcomer}: {time.monotonic() - began:.0f} seconds in all")
    return good


def done(root: Path, newcomer: Newcomer, name: str, online: bool, script: str) -> bool:
    """Take one step in the file system, and say how long it took."""
    began = time.monotonic()
    spaces = ["--mount", "--pid", "--fork", "--kill-child", *([] if online else ["--net"])]
    code = "import sys; sys.path.insert(0, sys.argv[1]); import bare; bare.enter(*sys.argv[2:])"
    words = [str(HERE.parent), str(root), newcomer.user, newcomer.home, script]
    command = ["unshare", *spaces, sys.executable, "-B", "-c", code, *words]
    status = subprocess.run(command, env=newcomer.environment(), check=False).returncode
    outcome = f"FAILED with {status}" if status else "done"
    say(f"{newcomer}: {name}: {outcome} after {time.monotonic() - began:.0f} seconds")
    return status == 0


def enter(root: str, user: str, home: str, script: str) -> None:
    """Become the newcomer; called in namespaces of its own, with which the mounts go."""
    for mount in (["-t", "proc", "proc", f"{root}/proc"], ["--rbind", "/dev", f"{root}/dev"]):
        subprocess.run(["/usr/bin/mount", *mount], check=True)
    raise_loopback()
    os.chroot(root)
    os.chdir(home)
    if user != "root":
        os.setgroups([])
        os.setgid(USER_ID)
        os.setuid(USER_ID)
    os.execv("/bin/sh", ["sh", "-ec", script])


def raise_loopback() -> None:
    """Bring `lo` up, as every machine has it (SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP)."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as link:
        name = b"lo".ljust(16, b"\0")
        (flags,) = struct.unpack_from("H", fcntl.ioctl(link, 0x8913, name + bytes(16)), 16)
        if not flags & 1:
            fcntl.ioctl(link, 0x8914, name + struct.pack("H", flags | 1) + bytes(14))


def say(line: str) -> None:
    print(f"\n== {line}", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

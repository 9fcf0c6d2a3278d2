"""`make run` and `make test` in the barest Debian that can be made on this machine.

    python3 .ci/bare.py           the slice of CI: as root on the oldest Python that Bureau takes, and
                                  as another user on the newest that is found here
    python3 .ci/bare.py --tests ""   every test instead of the slice
    python3 .ci/bare.py --only 1     the second of the two machines alone

A root file system of its own is filled with the files of Debian's essential packages, make, git and a
Python: no browser, no curl, no node, no compiler, no fonts, no locale, an empty HOME. There the
commit is cloned and installed from the package registry; then both commands run in a network of
their own, in which nothing listens. It has to be started as root, on Debian.
"""

from __future__ import annotations

import argparse
import fcntl
import os
import re
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve()
REPOSITORY = HERE.parents[1]
# apt is on every Debian, and with it the C++ runtime that compiled wheels need
PACKAGES = ("apt", "make", "git", "ca-certificates", "mawk", "python3", "python3-venv")
# made by the packages' scripts, so no package owns them
MADE = ("/etc/ssl/certs", "/usr/local/share/ca-certificates", "/etc/resolv.conf", "/etc/hosts")
# how this machine reaches its registry
REGISTRY = ("/etc/pip.conf", "/etc/xdg/pip", "/etc/uv", "/opt/wheels")
REGISTRY_VARIABLES = re.compile(r"(PIP|UV)_.*|(https?|no|all)_proxy|SSL_CERT_(FILE|DIR)", re.I)
USER, USER_ID = "newcomer", 4321
ACCOUNTS = f"""\
root:x:0:0:root:/root:/bin/sh
nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin
{USER}:x:{USER_ID}:{USER_ID}::/home/{USER}:/bin/sh
"""
GROUPS = f"root:x:0:\nnogroup:x:65534:\n{USER}:x:{USER_ID}:\n"
SLICE = "tests/docs tests/contract src/bureau/runtime src/bureau/kernel/retrieval src/bureau/kernel/ai/tests/test_speaking.py"
FIRST_PAGE_SECONDS = 300
FIRST_PAGE = f"""
import subprocess, sys, time, urllib.request
run = subprocess.Popen(["make", "run"])
end = time.monotonic() + {FIRST_PAGE_SECONDS}
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
sys.exit(run.wait({FIRST_PAGE_SECONDS}) not in (0, -15, 2, 143))
"""


@dataclass(frozen=True)
class Machine:
    """Who runs the commands, and on which Python."""

    user: str
    python: Path
    version: tuple[int, int]

    @property
    def home(self) -> str:
        return "/root" if self.user == "root" else f"/home/{self.user}"

    def __str__(self) -> str:
        return f"{self.user} on Python {'.'.join(map(str, self.version))}"


def main(arguments: Sequence[str]) -> int:
    """Try all machines; the number of those that failed."""
    options = parsed(arguments)
    # what runs inside ends with us
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))
    if not options.inside:
        again = [sys.executable, str(HERE), "--inside", *arguments]
        return subprocess.run(["unshare", "--mount", *again], check=False).returncode
    machines = [
        machine for at, machine in enumerate(found_machines()) if options.only in (None, at)
    ]
    return sum(not tried(machine, options.tests) for machine in machines)


def parsed(arguments: Sequence[str]) -> argparse.Namespace:
    reader = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    reader.add_argument("--tests", default=SLICE, help="what make test is told; empty for all")
    reader.add_argument("--only", type=int, help="number of the machine")
    reader.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    return reader.parse_args(arguments)


def found_machines() -> list[Machine]:
    """Root on the oldest Python, another user on the newest."""
    pythons = found_pythons()
    oldest, newest = min(pythons), max(pythons)
    return [Machine("root", pythons[oldest], oldest), Machine(USER, pythons[newest], newest)]


def found_pythons() -> dict[tuple[int, int], Path]:
    """The Pythons of this machine that Bureau takes; Debian's own where there are two of one version."""
    kept = Path.home().glob(".pyenv/versions/3.*/bin/python3")
    found: dict[tuple[int, int], Path] = {}
    for python in (*kept, Path("/usr/bin/python3")):
        command = [str(python), "-c", "import sys; print(*sys.version_info[:2])"]
        major, minor = subprocess.check_output(command, text=True).split()
        if (int(major), int(minor)) >= (3, 11):
            found[int(major), int(minor)] = python
    return found


def tried(machine: Machine, tests: str) -> bool:
    """Whether both commands did what they promise to this machine's newcomer."""
    say(f"{machine}, in a bare root file system")
    with tempfile.TemporaryDirectory(prefix="bare-", ignore_cleanup_errors=True) as folder:
        root = Path(folder) / "root"
        fill(root, machine)
        steps = [
            (
                "git clone",
                True,
                "git -c advice.detachedHead=false clone --quiet /commit.bundle bureau",
            ),
            ("install", True, "cd bureau && make dev"),
            ("make run, to the first page", False, f"cd bureau && python3 -c '{FIRST_PAGE}'"),
            ("make test", False, f"cd bureau && make test TESTS='{tests}'"),
        ]
        try:
            return all(done(root, machine, *step) for step in steps)
        finally:
            subprocess.run(["umount", "--lazy", str(root / "dev")], check=False)


def done(root: Path, machine: Machine, name: str, online: bool, script: str) -> bool:
    """Run one step in the file system, and say how long it took."""
    began = time.monotonic()
    spaces = ["--mount", "--pid", "--fork", "--kill-child", *([] if online else ["--net"])]
    code = "import sys; sys.path.insert(0, sys.argv[1]); import bare; bare.enter(*sys.argv[2:])"
    enter = [
        sys.executable,
        "-c",
        code,
        str(HERE.parent),
        str(root),
        machine.user,
        machine.home,
        script,
    ]
    status = subprocess.run(["unshare", *spaces, *enter], env=environment(machine), check=False)
    outcome = "done" if status.returncode == 0 else f"FAILED with {status.returncode}"
    say(f"{machine}: {name}: {outcome} after {time.monotonic() - began:.0f} seconds")
    return status.returncode == 0


def environment(machine: Machine) -> dict[str, str]:
    """No locale, no editor, nothing of this shell but the way to the registry."""
    kept = {name: value for name, value in os.environ.items() if REGISTRY_VARIABLES.fullmatch(name)}
    path = "/opt/python/bin:/usr/bin:/bin" if pinned(machine) else "/usr/bin:/bin"
    return {**kept, "HOME": machine.home, "PATH": path, "USER": machine.user}


def pinned(machine: Machine) -> bool:
    """Whether the Python is not Debian's."""
    return machine.python != Path("/usr/bin/python3")


def enter(root: str, user: str, home: str, script: str) -> None:
    """Become the newcomer; called in namespaces of its own."""
    subprocess.run(["/usr/bin/mount", "-t", "proc", "proc", f"{root}/proc"], check=True)
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


def fill(root: Path, machine: Machine) -> None:
    """Make the file system with the commit in it."""
    for folder in (
        "usr/bin",
        "usr/sbin",
        "usr/lib",
        "usr/lib64",
        "proc",
        "dev",
        "tmp",
        "etc",
        "root",
    ):
        (root / folder).mkdir(parents=True)
    for name in ("bin", "sbin", "lib", "lib64"):
        (root / name).symlink_to(f"usr/{name}")
    (root / "tmp").chmod(0o1777)
    root.chmod(0o755)
    root.parent.chmod(0o755)
    copy(root, [*package_files(), *extra_files()])
    (root / "etc/passwd").write_text(ACCOUNTS)
    (root / "etc/group").write_text(GROUPS)
    home = root / machine.home.lstrip("/")
    home.mkdir(parents=True, exist_ok=True)
    os.chown(home, *([0, 0] if machine.user == "root" else [USER_ID, USER_ID]))
    if pinned(machine):
        shutil.copytree(machine.python.parents[1], root / "opt/python", symlinks=True)
        (root / "etc/ld.so.conf").write_text("include /etc/ld.so.conf.d/*.conf\n/opt/python/lib\n")
    bundle = [
        "git",
        "-C",
        str(REPOSITORY),
        "bundle",
        "create",
        "--quiet",
        str(root / "commit.bundle"),
    ]
    subprocess.run([*bundle, "HEAD"], check=True)
    subprocess.run(["mount", "--rbind", "/dev", str(root / "dev")], check=True)
    subprocess.run(["chroot", str(root), "/sbin/ldconfig"], check=True)


def package_files() -> list[str]:
    """The files of the essential packages, of `PACKAGES` and of all they depend on."""
    listed = subprocess.check_output(["dpkg", "--listfiles", *closure()], text=True)
    return [line for line in listed.splitlines() if line.startswith("/")]


def closure() -> list[str]:
    """Names of installed packages, with what they depend on."""
    form = "${Essential}\t${Package}\t${Provides}\t${Pre-Depends}, ${Depends}\n"
    rows = subprocess.check_output(["dpkg-query", "--show", f"--showformat={form}"], text=True)
    needs: dict[str, list[str]] = {}
    wanted, provided = list(PACKAGES), dict[str, str]()
    for essential, package, provides, depends in (row.split("\t") for row in rows.splitlines()):
        needs[package] = names(depends)
        provided.update(dict.fromkeys(names(provides), package))
        wanted += [package] if essential == "yes" else []
    found: set[str] = set()
    while wanted:
        package = wanted.pop()
        package = package if package in needs else provided.get(package, "")
        if package and package not in found:
            found.add(package)
            wanted += needs[package]
    return sorted(found)


def names(relation: str) -> list[str]:
    """The names in a field like `libc6 (>= 2.36), mawk | awk`."""
    return [
        word
        for one in re.split(r"[,|]", relation)
        if (word := one.strip().partition(" ")[0].partition(":")[0])
    ]


def extra_files() -> list[str]:
    """What the packages' scripts made, and this machine's way to its registry."""
    folders = [path for path in (*MADE, *REGISTRY) if os.path.exists(path)]
    links = [
        str(path)
        for path in Path("/usr/bin").iterdir()
        if path.is_symlink() and "alternatives" in os.readlink(path)
    ]
    awk = [path for path in links if Path(path).name == "awk"]
    return [*folders, *awk, *(os.readlink(path) for path in awk)]


def copy(root: Path, paths: Iterable[str]) -> None:
    """Copy files as they are; a folder that no package owns is copied with what is in it."""
    owned = {real(path) for path in paths if os.path.lexists(path)}
    whole = {path for path in (*MADE, *REGISTRY) if os.path.isdir(path)}
    listed = "\n".join(
        sorted(
            path.lstrip("/")
            for path in owned - whole
            if path not in {"/bin", "/sbin", "/lib", "/lib64"}
        )
    )
    pack = subprocess.Popen(
        ["tar", "-C", "/", "--no-recursion", "-cf", "-", "-T", "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    unpack = subprocess.Popen(["tar", "-C", str(root), "-xf", "-"], stdin=pack.stdout)
    assert pack.stdin is not None
    pack.stdin.write(listed.encode())
    pack.stdin.close()
    if pack.wait() or unpack.wait():
        sys.exit("The files of the packages could not be copied.")
    for path in whole:
        shutil.copytree(path, root / path.lstrip("/"), symlinks=True, dirs_exist_ok=True)


def real(path: str) -> str:
    """The path with no folder in it that is a link."""
    return os.path.join(os.path.realpath(os.path.dirname(path)), os.path.basename(path))


def say(line: str) -> None:
    print(f"\n== {line}", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

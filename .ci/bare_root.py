"""The barest Debian: a folder with the files of its essential packages, make, git and a Python.

The files are those that this machine's packages brought; what packages' scripts made (certificates, the
name of awk) and this machine's way to its package registry are added.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

# apt is on every Debian, and with it the C++ runtime that compiled wheels need
PACKAGES = ("apt", "make", "git", "ca-certificates", "mawk", "python3", "python3-venv")
MADE = ("/etc/ssl/certs", "/usr/local/share/ca-certificates", "/etc/resolv.conf", "/etc/hosts")
REGISTRY = ("/etc/pip.conf", "/etc/xdg/pip", "/etc/uv", "/opt/wheels")
FOLDERS = ("usr/bin", "usr/sbin", "usr/lib", "usr/lib64", "proc", "dev", "tmp", "etc", "root")
MERGED = ("bin", "sbin", "lib", "lib64")
USER, USER_ID = "newcomer", 4321
ACCOUNTS = f"""\
root:x:0:0:root:/root:/bin/sh
nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin
{USER}:x:{USER_ID}:{USER_ID}::/home/{USER}:/bin/sh
"""
GROUPS = f"root:x:0:\nnogroup:x:65534:\n{USER}:x:{USER_ID}:\n"
# where a Python lies that is not Debian's
PYTHON = "opt/python"


def make_root(root: Path, python: Path | None) -> None:
    """Fill the folder; `python` is the prefix of a Python that is added, beside Debian's own."""
    for folder in FOLDERS:
        (root / folder).mkdir(parents=True)
    for name in MERGED:
        (root / name).symlink_to(f"usr/{name}")
    (root / "tmp").chmod(0o1777)
    for folder in (root, root.parent):
        folder.chmod(0o755)
    copy(root, [*package_files(), *awk()])
    for path in filter(os.path.exists, (*MADE, *REGISTRY)):
        add(root, Path(path))
    (root / "etc/passwd").write_text(ACCOUNTS)
    (root / "etc/group").write_text(GROUPS)
    home = root / "home" / USER
    home.mkdir(parents=True)
    os.chown(home, USER_ID, USER_ID)
    libraries = "include /etc/ld.so.conf.d/*.conf\n"
    if python:
        shutil.copytree(python, root / PYTHON, symlinks=True)
        libraries += f"/{PYTHON}/lib\n"
    (root / "etc/ld.so.conf").write_text(libraries)
    subprocess.run(["chroot", str(root), "/sbin/ldconfig"], check=True)


def package_files() -> list[str]:
    """The files of the essential packages, of `PACKAGES` and of all that they depend on."""
    listed = subprocess.check_output(["dpkg", "--listfiles", *closure()], text=True)
    return [line for line in listed.splitlines() if line.startswith("/")]


def closure() -> list[str]:
    """Names of installed packages, with what they depend on."""
    form = "${Essential}\t${Package}\t${Provides}\t${Pre-Depends}, ${Depends}\n"
    rows = subprocess.check_output(["dpkg-query", "--show", f"--showformat={form}"], text=True)
    depends: dict[str, list[str]] = {}
    provided: dict[str, str] = {}
    wanted = list(PACKAGES)
    for essential, package, provides, relations in (row.split("\t") for row in rows.splitlines()):
        depends[package] = names(relations)
        provided.update(dict.fromkeys(names(provides), package))
        wanted += [package] if essential == "yes" else []
    found: set[str] = set()
    while wanted:
        package = wanted.pop()
        package = package if package in depends else provided.get(package, "")
        if package and package not in found:
            found.add(package)
            wanted += depends[package]
    return sorted(found)


def names(relation: str) -> list[str]:
    """The names in a field like `libc6 (>= 2.36), mawk | awk`."""
    return re.findall(r"(?:^|[,|])\s*([a-z0-9][a-z0-9.+-]*)", relation)


def awk() -> list[str]:
    """The links that make mawk the machine's awk."""
    first = "/usr/bin/awk"
    return [first, os.readlink(first)]


def copy(root: Path, paths: Iterable[str]) -> None:
    """Copy files, links and empty folders as they are."""
    kept = {real(path) for path in paths if os.path.lexists(path)} - {f"/{name}" for name in MERGED}
    listed = "\n".join(sorted(path.lstrip("/") for path in kept if path != "/"))
    pack = subprocess.Popen(
        ["tar", "-C", "/", "--no-recursion", "-cf", "-", "-T", "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    unpack = subprocess.Popen(["tar", "-C", str(root), "-xf", "-"], stdin=pack.stdout)
    assert pack.stdin is not None
    with pack.stdin as names_of_files:
        names_of_files.write(listed.encode())
    if pack.wait() or unpack.wait():
        sys.exit("The files of the packages could not be copied.")


def add(root: Path, path: Path) -> None:
    """Copy a file, or a folder with all that is in it."""
    target = root / path.relative_to("/")
    target.parent.mkdir(parents=True, exist_ok=True)
    if path.is_dir():
        shutil.copytree(path, target, symlinks=True, dirs_exist_ok=True)
    else:
        shutil.copy(path, target)


def real(path: str) -> str:
    """The path with no folder in it that is a link."""
    return os.path.join(os.path.realpath(os.path.dirname(path)), os.path.basename(path))

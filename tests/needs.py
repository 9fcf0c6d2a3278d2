"""A pytest plugin for tests that need a program which does not come with the packages.

`@pytest.mark.needs("curl")` on a test or a file, `require("espeak-ng")` in a fixture: where the program
is missing the test is not run. What is missing is said in one line at the start; what was not
run is listed at the end by name and reason. CI adds `tests.no_skips`, where that fails the run.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

CAP_SYS_ADMIN = 21


@dataclass(frozen=True)
class Need:
    """What a test may need: whether it is here, and what brings it."""

    is_met: Callable[[], bool]
    bring: str


def program(name: str, package: str = "") -> Need:
    """A program on the PATH; Debian's package brings it."""
    return Need(lambda: shutil.which(name) is not None, f"apt-get install {package or name}")


def language(name: str) -> Need:
    """A language of Tesseract, in its own letters."""
    return Need(lambda: name in tesseract_languages(), f"apt-get install tesseract-ocr-{name}")


@cache
def tesseract_languages() -> frozenset[str]:
    """What Tesseract can read here; nothing where it is not installed."""
    if shutil.which("tesseract") is None:
        return frozenset()
    listed = subprocess.run(
        ["tesseract", "--list-langs"], capture_output=True, text=True, check=False
    )
    return frozenset(listed.stdout.split())


def loads(library: str) -> bool:
    """Whether the dynamic linker finds a library."""
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def may_mount() -> bool:
    """Whether this process may mount file systems; root in a container often may not."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    (mask,) = (line.split()[1] for line in status.splitlines() if line.startswith("CapEff:"))
    return bool(int(mask, 16) >> CAP_SYS_ADMIN & 1) and shutil.which("mount") is not None


def others_may_read() -> bool:
    """Whether another account reaches this checkout; below a closed home folder it does not."""
    here = Path(__file__).resolve()
    return all(folder.stat().st_mode & 0o005 == 0o005 for folder in here.parents)


def browser_program() -> str | None:
    """The path of Chromium, under the names that distributions give it."""
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)


def nginx_program() -> str | None:
    """The path of nginx, which Debian keeps out of an ordinary account's PATH."""
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")


NEEDS = {
    "bash": program("bash"),
    "chromium": Need(lambda: browser_program() is not None, "apt-get install chromium"),
    "curl": program("curl"),
    "espeak-ng": program("espeak-ng"),
    "nginx": Need(lambda: nginx_program() is not None, "apt-get install nginx"),
    "node": program("node", "nodejs"),
    "npm": program("npm"),
    "openmp": Need(lambda: loads("libgomp.so.1"), "apt-get install libgomp1"),
    "tesseract": Need(lambda: "eng" in tesseract_languages(), "apt-get install tesseract-ocr"),
    **{f"tesseract-{name}": language(name) for name in ("afr", "deu", "fra", "nep", "spa")},
    "root": Need(lambda: os.geteuid() == 0, "run the tests as root"),
    "shared": Need(others_may_read, "put the checkout where other accounts may read it"),
    "mount": Need(may_mount, "run the tests as root that may mount file systems"),
}


@cache
def missing(name: str) -> bool:
    """Whether this machine lacks one of `NEEDS`."""
    return not NEEDS[name].is_met()


def require(*names: str) -> None:
    """Leave a test out that needs what is not here."""
    for name in filter(missing, names):
        pytest.skip(f"needs {name}: {NEEDS[name].bring}")


def what_is_missing() -> str:
    """One line for people; empty where all is here."""
    lacking = list(filter(missing, NEEDS))
    if not lacking:
        return ""
    ways = "; ".join(together([NEEDS[name].bring for name in lacking]))
    return f"This machine lacks {', '.join(lacking)}: tests that need it are listed at the end. To run them too: {ways}."


def together(ways: Sequence[str]) -> list[str]:
    """All packages in one command, then what else there is to do."""
    command = "apt-get install "
    packages = [way.removeprefix(command) for way in ways if way.startswith(command)]
    rest = dict.fromkeys(way for way in ways if not way.startswith(command))
    return [*([command + " ".join(packages)] if packages else []), *rest]


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "needs(*names): programs without which the test is not run")


@pytest.hookimpl(trylast=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """Say what is missing before anything runs, once and not in every process."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if (
        reporter is not None
        and not hasattr(session.config, "workerinput")
        and (line := what_is_missing())
    ):
        reporter.write_line(line)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Before fixtures start a whole installation for a test that cannot run."""
    for mark in item.iter_markers("needs"):
        require(*mark.args)

"""A pytest plugin that shares the tests out between processes: the long files first, each as a whole.

A long file that comes last leaves all processes but one without work. The browser's files share one
installation with demonstration data, so they go to one process.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from xdist.scheduler import LoadFileScheduling

BROWSER = "tests/browser/"
# those of more than half a minute on two processors
LONG = (
    BROWSER,
    "tests/newcomer/",
    "tests/access/test_matrix.py",
    "src/bureau/kernel/ops/tests/test_prepare.py",
    "tests/conformance/",
    "src/bureau/desks/insights/tests/test_rendering.py",
    "tests/faults/",
    "src/bureau/desks/grievances/tests/test_leaks.py",
    "src/bureau/desks/imaging/tests/test_killed_imports.py",
    "src/bureau/kernel/ai/tests/test_hearing.py",
    "src/bureau/runtime/tests/",
    "tests/contract/",
)


class OneBrowser(LoadFileScheduling):
    """Whole files to processes, and all files of the browser to one."""

    def _split_scope(self, nodeid: str) -> str:
        return BROWSER if nodeid.startswith(BROWSER) else str(super()._split_scope(nodeid))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> OneBrowser:
    """Take files as they were collected, not those with the most tests first."""
    config.option.loadscopereorder = False
    return OneBrowser(config, log)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Long files first; what follows stays as it was collected."""

    def place(item: pytest.Item) -> int:
        path = Path(item.path).relative_to(config.rootpath).as_posix()
        return next((at for at, long in enumerate(LONG) if path.startswith(long)), len(LONG))

    items.sort(key=place)

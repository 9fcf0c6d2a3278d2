"""A pytest plugin that prints what the tests marked `security` tried.

`@pytest.mark.security("ten wrong receipts from one address")` names in one sentence what is tried;
`--security-report` prints each sentence with the outcome of its tests at the end.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pytest

PROPERTY = "security_tried"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--security-report", action="store_true", help="print what the security tests tried"
    )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Write the sentence into the report, which travels between test processes; a mark does not."""
    for item in items:
        for mark in item.iter_markers("security"):
            if not mark.args:
                raise pytest.UsageError(f"{item.nodeid}: say in one sentence what is tried.")
            item.user_properties.append((PROPERTY, str(mark.args[0])))


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    if not config.getoption("--security-report"):
        return
    outcomes: dict[str, list[str]] = defaultdict(list)
    for outcome in ("passed", "failed", "error"):
        for report in terminalreporter.stats.get(outcome, []):
            for name, sentence in getattr(report, "user_properties", []):
                if name == PROPERTY:
                    outcomes[sentence].append(outcome)
    terminalreporter.section("what was tried")
    for sentence, results in sorted(outcomes.items()):
        held = sum(result == "passed" for result in results)
        terminalreporter.line(f"{held} of {len(results)} held: {sentence}")

"""A pytest plugin for CI: a test that could not run has shown nothing, so the run fails.

Use it with `-p tests.no_skips`. Skipped tests and expected failures both count.
"""

from __future__ import annotations

import pytest

_not_run: list[str] = []


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Note what was skipped; pytest reports an expected failure as skipped too."""
    if report.skipped:
        _not_run.append(report.nodeid)


def pytest_collectreport(report: pytest.CollectReport) -> None:
    """Note a whole module that asked to be skipped."""
    if report.skipped:
        _not_run.append(report.nodeid)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Turn an otherwise good run into a failed one."""
    if _not_run and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say why the run fails, above pytest's own closing line."""
    if _not_run:
        terminalreporter.write_line(
            f"{len(_not_run)} test(s) could not run, which counts as a failure here: "
            + ", ".join(_not_run),
            red=True,
        )

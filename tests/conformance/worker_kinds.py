"""Loaded by the suite's workers with `--include`."""

from __future__ import annotations

from tests.conformance.handlers import register

register()

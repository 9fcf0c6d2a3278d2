from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from bureau.kernel.vault.keyring import forget_ring

UseRing = Callable[[str], None]


@pytest.fixture
def use_ring(tmp_path: Path, settings: Settings) -> Iterator[UseRing]:
    """Let the installation's key ring be a file with this text."""
    path = tmp_path / "ring"

    def use(text: str) -> None:
        path.write_text(text, encoding="utf-8")
        settings.ENV = settings.ENV.model_copy(update={"bureau_field_keys_file": path})
        forget_ring()

    yield use
    forget_ring()

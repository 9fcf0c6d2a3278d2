from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from bureau.kernel.jobs import dispatch
from bureau.kernel.notify import templates
from bureau.kernel.notify.tests.mail_server import Post, mail_server

Set = Callable[..., None]
TEXTS = {
    "receipt.en.txt": "Subject: Complaint ${code}\n\nDear ${name}, we have it: ${code}.\n",
    "receipt.ne.txt": "Subject: गुनासो ${code}\n\n${name} ज्यू, प्राप्त भयो: ${code}।\n",
    "receipt.en.short.txt": "We have it: ${code}.\n",
    "english_only.en.txt": "Subject: Hello\n\nHello.\n",
}


@pytest.fixture
def environment(settings: Settings, tmp_path: Path) -> Set:
    """Change fields of the typed environment; the outbox is this test's own."""

    def change(**fields: Any) -> None:
        settings.ENV = settings.ENV.model_copy(update=fields)

    change(bureau_data=tmp_path)
    return change


@pytest.fixture(autouse=True)
def texts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Texts of a desk."""
    folder = tmp_path / "texts"
    folder.mkdir()
    for name, text in TEXTS.items():
        (folder / name).write_text(text, encoding="utf-8")
    monkeypatch.setattr(templates, "_folders", [*templates._folders, folder])
    templates._read.cache_clear()
    yield
    templates._read.cache_clear()


@pytest.fixture(autouse=True)
def _no_broker(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests run tasks themselves."""
    monkeypatch.setattr(dispatch, "dispatch_task", lambda task: True)


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[Post, int]]:
    with mail_server() as found:
        yield found


@pytest.fixture
def post(server: tuple[Post, int], environment: Set) -> Post:
    """A mail server that the settings name."""
    found, port = server
    found.mails.clear()
    environment(
        notify_email="smtp",
        notify_from="Complaints Office <office@example.org>",
        smtp_host="127.0.0.1",
        smtp_port=port,
        smtp_security="none",
    )
    return found

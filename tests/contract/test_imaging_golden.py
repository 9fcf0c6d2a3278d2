"""The golden file: what a server that keeps the contract answers, replayed over real HTTP.

Anybody can replay it against their copy: load the sixty studies of `imaging_golden.csv`, then
`bureau manage compare_api tests/contract/imaging_golden.json http://their-copy --token …`.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from tests.contract.imaging import person

from bureau.kernel.accounts.models import Role
from bureau.kernel.accounts.sessions import open_session, tokens_of

pytestmark = pytest.mark.django_db(transaction=True)
HERE = Path(__file__).parent
GOLDEN, STUDIES = HERE / "imaging_golden.json", HERE / "imaging_golden.csv"


def test_the_golden_file_is_kept_and_a_difference_is_told(
    live_server: Any, tmp_path: Path, capsys: Any
) -> None:
    call_command("import_studies", STUDIES)
    token = tokens_of(open_session(person("dora", Role.DOCTOR).user)).access
    call_command("compare_api", GOLDEN, live_server.url, token=[token])
    assert ", 0 with differences" in capsys.readouterr().out
    # two servers: the same one answers the same, whatever was asked
    call_command("compare_api", GOLDEN, live_server.url, live_server.url, token=[token])
    capsys.readouterr()
    wrong = json.loads(GOLDEN.read_text("utf-8"))
    wrong[0]["body"]["total"] += 1
    (tmp_path / "wrong.json").write_text(json.dumps(wrong), "utf-8")
    with pytest.raises(CommandError, match="differ"):
        call_command("compare_api", tmp_path / "wrong.json", live_server.url, token=[token])
    assert "$.total: 61 != 60" in capsys.readouterr().out
    with pytest.raises(CommandError, match="differ"):
        call_command("compare_api", GOLDEN, live_server.url)


def test_files_that_cannot_be_replayed(tmp_path: Path) -> None:
    for text in ("", "{}", "[{}]"):
        (tmp_path / "a.json").write_text(text)
        with pytest.raises(CommandError):
            call_command("compare_api", tmp_path / "a.json", "http://127.0.0.1:9")
    (tmp_path / "a.json").write_text('[{"path": "/"}]')
    with pytest.raises(CommandError, match="golden"):
        call_command("compare_api", tmp_path / "a.json", "http://127.0.0.1:9")

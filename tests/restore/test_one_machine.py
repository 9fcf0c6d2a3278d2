"""One machine: a backup while it serves, a restore into a new data directory, and people sign in."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from tests.external_postgres import free_port
from tests.house import environment, started_house, stop, wait_until_ready

pytestmark = pytest.mark.timeout(900)


def bureau(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bureau.cli", *words],
        env=environment(),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def signed_in(address: str, password: str) -> bool:
    body = json.dumps({"username": "analyst", "password": password}).encode()
    request = urllib.request.Request(
        f"{address}/api/auth/login/", body, {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        return bool(json.load(answer)["access"])


def test_a_new_data_directory_is_made_from_a_backup(tmp_path: Path) -> None:
    folder, new, keys = tmp_path / "monday", tmp_path / "new", tmp_path / "keys"
    passphrase, wrong, other = tmp_path / "passphrase", tmp_path / "wrong", tmp_path / "other"
    passphrase.write_text("a long sentence that nobody guesses\n")
    wrong.write_text("another long sentence\n")
    with started_house() as house:
        sealed = ("--with-keys", "--passphrase-file", str(passphrase))
        taken = bureau("backup", "--data", str(house.data), str(folder), *sealed)
        assert taken.returncode == 0, taken.stderr
        assert "with the key ring" in taken.stdout
        keys.write_bytes((house.data / "secrets" / "field_keys").read_bytes())
        running = bureau("restore", "--data", str(house.data), str(folder), "--keys", str(keys))
        assert running.returncode == 1
        assert "already running" in running.stderr
        password = house.passwords["analyst"]
    without = bureau("restore", "--data", str(new), str(folder))
    assert without.returncode == 1
    assert "name it with --keys" in without.stderr
    assert not new.exists()
    restored = bureau("restore", "--data", str(new), str(folder), "--keys", str(keys))
    assert restored.returncode == 0, restored.stderr
    assert "sealed events are unchanged" in restored.stdout
    again = bureau("restore", "--data", str(new), str(folder), "--keys", str(keys))
    assert again.returncode == 1
    assert "is not empty" in again.stderr
    words = ("restore", "--data", str(other), str(folder), "--with-keys", "--passphrase-file")
    refused = bureau(*words, str(wrong))
    assert refused.returncode == 1
    assert "does not open the key ring" in refused.stderr
    opened = bureau(*words, str(passphrase))
    assert opened.returncode == 0, opened.stderr
    assert (other / "secrets" / "field_keys").read_bytes() == keys.read_bytes()
    port, log = free_port(), tmp_path / "log.txt"
    command = [sys.executable, "-m", "bureau.cli", "up", "--data", str(new), "--port", str(port)]
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output, env=environment())
    try:
        wait_until_ready(process, f"http://127.0.0.1:{port}", log)
        assert signed_in(f"http://127.0.0.1:{port}", password)
        shown = bureau("queues", "--data", str(new))
        assert "charts_cpu" in shown.stdout, shown.stderr
    finally:
        stop(process)

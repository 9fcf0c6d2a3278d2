"""What the tour shows at each desk works by copy and paste, and the README fits on a screen."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house import House, environment, started_house

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
TOUR = (ROOT / "docs" / "tour.md").read_text(encoding="utf-8")
SHOWN = TOUR.partition("## One thing at each desk\n")[2].partition("\n## ")[0]
FIRST, *SECTIONS = re.split(r"^### ", SHOWN, flags=re.MULTILINE)
BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PATIENCE = 240
# A refusal ends the script. A busy machine gets more time than the README gives an idle one.
STRICT = r"""
set -euo pipefail
curl() { command curl --fail-with-body "$@"; }
open_tasks() {
  .venv/bin/bureau manage shell -v 0 -c 'from bureau.kernel.jobs.models import Task
print(Task.objects.filter(status__in=["PENDING", "RUNNING"]).count())'
}
sleep() { for _ in $(seq 30); do command sleep "$1"; [ "$(open_tasks)" != 0 ] || return 0; done; }
"""
# a word of each section's heading -> what its commands print
PRINTED = {
    "Interpreting": ['"original_text": "Where does it hurt?"', "phrasebook"],
    "Imaging": ['"total"', "2,000 inserted, 3,000 updated"],
    "Grievances": ['"receipt": "'],
    "Knowledge": ["has to be washed every 30 days", '"citations"'],
    "Insights": ["DONE 100", "SUCCESS 100", "cpc_treemap", '"SUCCESS"'],
    "log": ["sealed events are unchanged"],
}


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    """Not the journeys': what is shown changes what they count."""
    with started_house() as started:
        yield started


def test_the_front_page_is_short_and_its_pictures_and_pages_are_there() -> None:
    named = re.findall(r"\]\(([\w./-]+)\)", README)
    assert len([name for name in named if name.endswith(".png")]) == 5
    assert [name for name in named if not (ROOT / name).is_file()] == []
    assert len(README.splitlines()) < 75


def test_every_section_is_tried() -> None:
    assert [word for word, section in zip(PRINTED, SECTIONS, strict=True) if word in section]


@pytest.mark.needs("bash", "curl")
@pytest.mark.timeout(PATIENCE + 60)
@pytest.mark.parametrize("word", PRINTED)
def test_it_works_by_copy_and_paste(word: str, house: House, tmp_path: Path) -> None:
    (section,) = [one for one in SECTIONS if word in one.partition("\n")[0]]
    (tmp_path / ".venv").symlink_to(sys.prefix)
    (tmp_path / ".bureau").symlink_to(house.data)
    setting = "".join(BLOCK.findall(FIRST)).replace("http://127.0.0.1:8000", house.base_url)
    done = subprocess.run(
        ["bash", "-c", STRICT + setting + "".join(BLOCK.findall(section))],
        cwd=tmp_path,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    missing = [text for text in PRINTED[word] if text not in done.stdout]
    assert not missing, done.stdout

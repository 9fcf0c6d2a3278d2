"""Names from registers are written as people write them, cut and wrapped without loss of sense."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bureau.desks.insights import names


@pytest.mark.parametrize(
    ("raw", "written"),
    [
        ("XIAO JIANZHUANG", "Xiao Jianzhuang"),
        ("MCDONALD JAMES", "McDonald James"),
        ("O'NEIL PATRICK", "O'Neil Patrick"),
        ("GARCÍA-LÓPEZ MARÍA DE LOS ÁNGELES", "García-López María de los Ángeles"),
        ("NG LY", "Ng Ly"),
        ("van der Berg Jan", "van der Berg Jan"),
        ("", ""),
    ],
)
def test_people(raw: str, written: str) -> None:
    assert names.person(raw) == written


@pytest.mark.parametrize(
    ("raw", "written"),
    [
        ("LG CHEM LTD", "LG Chem Ltd"),
        ("BASF SE", "BASF SE"),
        ("SIEMENS HEALTHCARE GMBH", "Siemens Healthcare GmbH"),
        ("3M INNOVATIVE PROPERTIES CO", "3M Innovative Properties Co"),
        ("CHINA CONSTR 8TH ENG DIVISION", "China Constr 8th Eng Division"),
        ("UNIV OF SCIENCE AND TECH", "Univ of Science and Tech"),
        ("McDonald Corp", "McDonald Corp"),
        ("MCDONALD'S CORP", "McDonald's Corp"),
    ],
)
def test_organisations(raw: str, written: str) -> None:
    assert names.organisation(raw) == written


def test_long_names_are_cut_between_words_and_wrapped_evenly() -> None:
    name = "Nanjing Green Additive Intelligent Manufacturing Research Institute"
    assert names.cut(name) == "Nanjing Green Additive Intelligent…"
    assert names.label(name) == "Nanjing Green\nAdditive Intelligent…"
    assert names.label("Hefei Ske Intelligent Tech Co Ltd") == "Hefei Ske Intelligent\nTech Co Ltd"
    assert names.label("Univ Tongji") == "Univ Tongji"


def test_a_name_of_one_endless_word_is_cut_inside_it() -> None:
    assert names.cut("x" * 60) == "x" * 39 + "…"


@given(st.text(alphabet="ABCDEFGHIJKLMNOPQRSTUVWXYZÁÉÑÜ0123456789 '-&.", max_size=60))
def test_letters_are_never_lost_or_moved(raw: str) -> None:
    for written in (names.person(raw), names.organisation(raw)):
        assert written.casefold() == raw.casefold()


@given(st.text(max_size=120))
def test_labels_keep_to_their_limits(name: str) -> None:
    written = names.label(name)
    assert len(names.one_line(written)) <= names.CUT
    assert all(len(line) <= names.WRAP for line in written.split("\n"))

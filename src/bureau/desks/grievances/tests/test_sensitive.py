"""Sensitive complaints are found, and the gravest word decides."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bureau.desks.grievances.classification.sensitivity import Level, detect
from bureau.desks.grievances.classification.sensitivity.words import ENGLISH, NEPALI

WORDS = [
    (kind, level, word.replace("*", ""))
    for table in (ENGLISH, NEPALI)
    for kind, levels in table.items()
    for level, words in levels.items()
    for word in words
]


@pytest.mark.parametrize(
    ("text", "level", "kind"),
    [
        ("She was raped by a worker", Level.CRITICAL, "sexual_assault"),
        ("The foreman harasses us every day", Level.MEDIUM, "harassment"),
        ("They beat me with a stick", Level.HIGH, "violence"),
        ("They grabbed it: land grabbing by the contractor", Level.HIGH, "land_issues"),
        ("सुपरभाइजरले बलात्कार गर्‍यो", Level.CRITICAL, "sexual_assault"),
        ("मलाई मार्ने धम्की दिए", Level.CRITICAL, "violence"),
        ("मेरो जग्गा कब्जा गरे", Level.HIGH, "land_issues"),
        ("धूलो धेरै छ", Level.NONE, ""),
        ("supervisor le malai balatkar garyo", Level.CRITICAL, "sexual_assault"),
        ("Malai marne dhamki diyo", Level.CRITICAL, "violence"),
        ("usle hatya garyo", Level.CRITICAL, "violence"),
        ("mero jaga kabja gare", Level.HIGH, "land_issues"),
        ("hatti gaun ma aayo, sadak ma dhulo cha", Level.NONE, ""),
        ("He was killed. Malai marne dhamki diyo", Level.CRITICAL, "violence"),
        ("The grapes on my skilled neighbour's field", Level.NONE, ""),
        ("I was not beaten", Level.NONE, ""),
        ("It is not the money. They beat me", Level.HIGH, "violence"),
    ],
)
def test_words_are_weighed_in_both_languages(text: str, level: Level, kind: str) -> None:
    found = detect(text)
    assert found.level is level
    assert found.kinds[:1] == ((kind,) if kind else ())


def test_every_word_of_the_tables_is_found_by_itself() -> None:
    missed = [word for kind, level, word in WORDS if detect(word).level < level]
    assert missed == []


@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=6))
def test_the_level_is_that_of_the_gravest_word(chosen: list[tuple[str, Level, str]]) -> None:
    found = detect(" / ".join(word for _, _, word in chosen))
    assert found.level >= max(level for _, level, _ in chosen)
    assert found.level == max(hit.level for hit in found.hits)
    assert found.needs_action == (found.level >= Level.HIGH)
    assert set(found.kinds) >= {kind for kind, _, _ in chosen}


@given(st.text(max_size=300))
def test_any_text_is_looked_through(text: str) -> None:
    found = detect(text)
    assert 0 <= found.confidence <= 1
    assert bool(found.hits) == (found.level > Level.NONE)


def test_levels_are_ordered_as_numbers_not_as_words() -> None:
    assert Level.CRITICAL > Level.HIGH > Level.MEDIUM > Level.LOW > Level.NONE
    assert detect("He threatened to kill her").level is Level.CRITICAL


def test_context_makes_a_finding_surer() -> None:
    alone, with_context = (
        detect("harassed"),
        detect("a girl was harassed by the supervisor at night"),
    )
    assert with_context.confidence > alone.confidence

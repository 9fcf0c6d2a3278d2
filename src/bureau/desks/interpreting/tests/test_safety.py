"""What a translation must keep, and that the check notices when it does not."""

from __future__ import annotations

import random

import pytest
from django.core.management import call_command
from hypothesis import given
from hypothesis import strategies as st

from bureau.desks.interpreting.safety.check import check
from bureau.desks.interpreting.safety.dates import calendar_of
from bureau.desks.interpreting.safety.drugs import drug_of, drugs_in
from bureau.desks.interpreting.safety.evaluation import evaluate
from bureau.desks.interpreting.safety.numbers import quantities_in, value_of
from bureau.desks.interpreting.safety.sentences import COLUMNS, corruptions, make_pair
from bureau.desks.interpreting.translation.phrasebook import _concepts


def kinds(source: str, from_: str, target: str, to: str) -> list[str]:
    return [one.kind for one in check(source, from_, target, to).warnings]


SOUND = [
    ("Take 2 tablets twice a day.", "en", "Neem twee tablette tweemaal per dag.", "af"),
    ("Take 2 tablets twice a day.", "en", "Neem 2 tablette 2 keer per dag.", "af"),
    ("Take 2.5 mg.", "en", "Neem 2,5 mg.", "af"),
    ("Take 500 mg now.", "en", "Nehmen Sie jetzt 0,5 g.", "de"),
    ("1,500 ml a day", "en", "1.500 ml am Tag", "de"),
    ("1,500 ml a day", "en", "1 500 ml par jour".replace(" 500", "\u00a0500"), "fr"),
    ("Come on 12 March 2026.", "en", "Kom op 2026-03-12.", "af"),
    ("Come on 12 March 2026.", "en", "Venga el 12 de marzo de 2026.", "es"),
    ("Come on 03/04/2026.", "en", "Kommen Sie am 3.4.2026.", "de"),
    ("At 8:30 pm", "en", "Om 20:30", "af"),
    (
        "Take two tablets three times a day.",
        "en",
        "Thatha amaphilisi amabili kathathu ngosuku.",
        "zu",
    ),
    ("Do not drink alcohol.", "en", "Moenie alkohol drink nie.", "af"),
    ("Do not drink alcohol.", "en", "Ungaphuzi utshwala.", "zu"),
    ("I don't have a fever", "en", "मलाई ज्वरो आएको छैन", "ne"),
    ("Take paracetamol.", "en", "पारासिटामोल खानुहोस्।", "ne"),
    ("Take amoxicillin.", "en", "Neem amoksisillien.", "af"),
    ("On Monday", "en", "NgoMsombuluko", "zu"),
    ("The 2nd injection", "en", "Die 2de inspuiting", "af"),
    ("Your CD4 count is 350.", "en", "U CD4-telling is 350.", "af"),
    ("१५ mg", "ne", "15 mg", "en"),
]


@pytest.mark.parametrize(("source", "from_", "target", "to"), SOUND)
def test_a_faithful_translation_raises_no_alarm(
    source: str, from_: str, target: str, to: str
) -> None:
    assert kinds(source, from_, target, to) == []
    assert kinds(target, to, source, from_) == []


WRONG = [
    ("Take 2 tablets", "en", "Neem 3 tablette", "af", "number"),
    ("Take 2 tablets 3 times a day", "en", "Neem 3 tablette 2 keer per dag", "af", "unit"),
    ("Take 2.5 mg", "en", "Neem 25 mg", "af", "number"),
    ("Take 2.5 mg", "en", "Neem 2,5 g", "af", "unit"),
    ("Take 500 mg", "en", "Neem 500 ml", "af", "unit"),
    ("Take 500 mg", "en", "Neem 500", "af", "unit"),
    ("Take 1,000 mg", "en", "Nehmen Sie 1,000 mg", "de", "number"),
    ("Take it", "en", "Neem 2 daarvan", "af", "number"),
    ("Come on 12 March", "en", "Kom op 13 Maart", "af", "date"),
    ("Come on 12 March 2026", "en", "Kom op 2026-04-12", "af", "date"),
    ("At 8:30", "en", "Om 9:30", "af", "time"),
    ("On Monday", "en", "Op Dinsdag", "af", "weekday"),
    ("Do not take it", "en", "Neem dit", "af", "negation"),
    ("Take it", "en", "Moenie dit neem nie", "af", "negation"),
    ("You are not pregnant", "en", "Ukhulelwe", "zu", "negation"),
    ("Take paracetamol", "en", "Neem ibuprofeen", "af", "medicine"),
    ("Take prednisone", "en", "Neem prednisoloon", "af", "medicine"),
    ("Take warfarin", "en", "Neem die medisyne", "af", "medicine"),
]


@pytest.mark.parametrize(("source", "from_", "target", "to", "kind"), WRONG)
def test_what_changed_is_named(source: str, from_: str, target: str, to: str, kind: str) -> None:
    assert kind in kinds(source, from_, target, to)


def test_a_warning_names_the_number_for_people() -> None:
    report = check("Take 500 mg", "en", "Neem 50 mg", "af")
    assert [one.message for one in report.warnings] == [
        "'500 mg' is not in the translation.",
        "'50 mg' is in the translation only.",
    ]


def test_what_cannot_be_looked_at_is_said() -> None:
    assert check("Not now", "en", "いま", "ja").unchecked == ("negation",)
    assert check("Not now", "en", "Nie nou nie", "af").unchecked == ()


def test_the_shipped_phrasebook_agrees_with_itself_in_every_direction() -> None:
    found = []
    for concept in _concepts():
        for from_, (source, *_) in concept.items():
            for to, (target, *_) in concept.items():
                said, meant = (
                    one.replace("{n}", "7").replace("{m}", "3") for one in (source, target)
                )
                found += [(said, meant, one) for one in kinds(said, from_, meant, to)]
    assert found == []


def test_the_promised_figures_hold_on_made_sentences() -> None:
    outcome = evaluate(3_000, seed=11)
    assert outcome.numeric > 150
    assert outcome.numeric_rate >= 0.99
    assert outcome.false_alarm_rate < 0.02


def test_the_made_sentences_hold_what_they_are_made_for() -> None:
    dice = random.Random(5)
    pairs = [make_pair(dice) for _ in range(500)]
    assert {pair.language for pair in pairs} == set(COLUMNS[1:])
    spoilt = {one.kind for pair in pairs for one in corruptions(pair, dice)}
    assert spoilt == {
        "another number", "decimal place", "number lost", "numbers swapped", "another unit",
        "another medicine", "denial lost",
    }  # fmt: skip


def test_the_command_prints_the_figures(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("safety_eval", "--sentences", "600", "--seed", "3")
    said = capsys.readouterr().out
    assert "600 sentences" in said
    assert "numeric corruptions flagged" in said
    assert "false alarms" in said


@given(st.text(max_size=200), st.sampled_from(["en", "af", "zu", "ne", "ja", "fr"]))
def test_any_text_agrees_with_itself(text: str, language: str) -> None:
    assert check(text, language, text, language).warnings == ()


@given(
    st.integers(2, 999),
    st.integers(2, 999),
    st.sampled_from(["mg", "ml", "g", "tablets", "days", "units"]),
)
def test_another_number_is_always_noticed(one: int, two: int, unit: str) -> None:
    warnings = check(f"Take {one} {unit}.", "en", f"Take {two} {unit}.", "en").warnings
    assert bool(warnings) == (one != two)


@given(st.decimals(min_value="0.01", max_value=9_999, places=2, allow_nan=False))
def test_a_number_has_one_value_however_a_language_writes_it(number: object) -> None:
    text = str(number)
    assert value_of(text, "en") == value_of(text.replace(".", ","), "de") == float(text)


@given(st.text(max_size=100))
def test_nothing_stops_the_readers(text: str) -> None:
    for language in ("en", "ne", "zu", "xx"):
        quantities_in(text, language)
        calendar_of(text, language, "en")
    drugs_in(text)


def test_names_of_medicines_are_known_in_many_spellings() -> None:
    spellings = {
        "metformin": ["Metformin", "metformien", "metformina", "मेटफर्मिन"],
        "warfarin": ["warfarin", "varfarina", "वारफारिन"],
        "insulin": ["insulin", "insulien", "insulina", "इन्सुलिन"],
        "hydrochlorothiazide": ["hidrochlorotiasied", "hidroclorotiazida"],
    }
    for name, words in spellings.items():
        assert [drug_of(word) for word in words] == [name] * len(words)
    others = "kidney liver morning tomorrow druppels Tropfen tabletas comprimidos heart losing"
    assert drugs_in(others) == {}

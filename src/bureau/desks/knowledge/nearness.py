"""How near a passage in one language must be to a question in another to be its answer. Pure functions.

The built-in model puts everything between 0.7 and 0.95, and where "unrelated" lies depends on both
languages: Zulu questions are near to everything, Chinese passages far from everything. What is left
after both languages' share is taken off means the same for every pair. The figures were fitted by
`python -m benchmarks answers` on half of its notices; its table is of the other half.
"""

from __future__ import annotations

from bureau.kernel.retrieval.search import Passage

# model -> what unrelated questions and passages have in common
USUAL = {"multilingual-e5-small": 0.781}
# what a question's and a passage's language add to it
ASKED = {"en": -0.0145, "de": -0.0153, "es": -0.0061, "hi": -0.0047, "ne": 0.0177, "zu": 0.0215, "zh": 0.0013}  # fmt: skip
HELD = {"en": -0.0067, "de": -0.0072, "es": 0.0084, "hi": 0.0031, "ne": 0.0044, "zu": 0.0085, "zh": -0.0104}  # fmt: skip
# languages that were not measured go with their relatives, and the others with the least certain
_LIKE = {"xh": "zu", "nr": "zu", "ss": "zu", "fr": "es", "pt": "es", "it": "es", "nl": "de", "af": "de"}  # fmt: skip
_LEAST_CERTAIN = "zu"
# from here on a passage in another language answers; and one in the question's own
ENOUGH_ACROSS, ENOUGH_WITHIN = 0.032, 0.1


def nearness(passage: Passage, language: str, model: str) -> float:
    """How much nearer a passage is than unrelated ones of its language are to such questions.

    Args:
        language: of the question.
        model: of both vectors; one without figures counts nothing as near.
    """
    usual = next((level for name, level in USUAL.items() if name in model), 1.0)
    expected = usual + ASKED[_measured(language)] + HELD[_measured(passage.language)]
    return passage.similarity - expected + 0.5 * margin(passage)


def margin(passage: Passage) -> float:
    """How much nearer a passage is than what is usual around it."""
    return passage.similarity - passage.usual if passage.by_meaning else 0.0


def _measured(language: str) -> str:
    known = _LIKE.get(language, language)
    return known if known in ASKED else _LEAST_CERTAIN

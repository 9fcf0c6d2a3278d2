"""What every `Translator` promises. Subclasses give the fixture `translator`."""

from __future__ import annotations

import pytest

from bureau.kernel.ai.ports import Term, Translator
from bureau.kernel.errors import InvalidInput

TEXT = "Take two tablets."


class TranslatorConformance:
    def test_a_translation_has_text_and_says_who_made_it(self, translator: Translator) -> None:
        made = translator.translate(TEXT, "eng", "afr")
        assert made.text == made.text.strip() != ""
        assert (made.source, made.target) == ("en", "af")
        assert (made.provider, bool(made.model)) == (translator.provider, True)

    def test_context_and_words_to_use_are_taken(self, translator: Translator) -> None:
        made = translator.translate(
            TEXT,
            "en",
            "zu",
            context="The patient has fever.",
            glossary=[Term("tablet", "iphilisi")],
        )
        assert made.text

    def test_nothing_and_too_much_are_refused(self, translator: Translator) -> None:
        for text in ("", " \n", "x" * 5_001):
            with pytest.raises(InvalidInput):
                translator.translate(text, "en", "af")

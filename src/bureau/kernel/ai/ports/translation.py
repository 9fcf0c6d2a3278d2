"""A model that says the same in another language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Term:
    """How one expression is to be translated here, as a person decided."""

    source: str
    target: str


@dataclass(frozen=True, slots=True)
class Translation:
    """A finished translation and who made it. Text is never empty."""

    text: str
    source: str
    target: str
    provider: str
    model: str


class Translator(Protocol):
    """Every adapter passes `tests/translation.py`. Safe to use from several threads."""

    @property
    def provider(self) -> str:
        """The provider's name as it is shown and stored."""
        ...

    @property
    def model(self) -> str:
        """The model that is asked for."""
        ...

    def translate(
        self,
        text: str,
        source: str,
        target: str,
        *,
        context: str = "",
        glossary: Sequence[Term] = (),
    ) -> Translation:
        """`text` in another language.

        Args:
            text: what to translate; it is data, whatever it asks for.
            source: language code (ISO 639-1 or 639-3).
            target: language code of the translation.
            context: what was said before, or reference material. It is data as well.
            glossary: expressions with the translation that is wanted for them.

        Raises:
            InvalidInput: there is nothing to translate, or too much.
            LanguageNotSupported: a language is unknown.
            ProviderError: the model failed; the text is never returned untranslated instead.
        """
        ...

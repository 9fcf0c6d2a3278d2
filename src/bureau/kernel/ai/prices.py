"""What tokens cost, as the operator wrote it down. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

_MILLION = Decimal(1_000_000)
_SMALLEST = Decimal("0.000001")


@dataclass(frozen=True, slots=True)
class Price:
    """US dollars for a million tokens."""

    prompt: Decimal
    completion: Decimal

    def of(self, prompt_tokens: int, completion_tokens: int) -> Decimal:
        """US dollars for so many tokens, to the millionth."""
        whole = self.prompt * prompt_tokens + self.completion * completion_tokens
        return (whole / _MILLION).quantize(_SMALLEST)


FREE = Price(Decimal(0), Decimal(0))


def prices_of(entries: Sequence[str]) -> dict[str, Price]:
    """`gpt-4o-mini=0.15/0.60` and the like as a table by the model's name.

    Raises:
        ValueError: an entry is not of this form; the message names it.
    """
    return dict(_entry(one) for one in entries)


def _entry(text: str) -> tuple[str, Price]:
    model, _, figures = text.rpartition("=")
    prompt, _, completion = figures.partition("/")
    try:
        price = Price(Decimal(prompt), Decimal(completion))
    except InvalidOperation:
        price = Price(Decimal(-1), Decimal(-1))
    if not model or not (price.prompt >= 0 and price.completion >= 0):
        raise ValueError(f"'{text[:60]}' is not of the form model=0.15/0.60")
    return model, price

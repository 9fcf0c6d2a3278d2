"""What an engine made of a picture."""

from __future__ import annotations

from dataclasses import dataclass

# below this mean confidence a text is doubted, and the page tried in other positions
SURE = 0.7


@dataclass(frozen=True, slots=True)
class Reading:
    """The text of a picture.

    Attributes:
        confidence: mean of the words, weighted by their length, from 0 to 1.
        engine: for people.
        turned: degrees by which the picture was turned clockwise to be read.
    """

    text: str
    confidence: float
    engine: str
    turned: int = 0

    @property
    def worth(self) -> float:
        """How much was read how surely: compares readings of one picture in several positions."""
        return self.confidence**2 * sum(char.isalnum() for char in self.text)


class OcrFailed(Exception):
    """No text could be had from a picture; the words say why and end a sentence."""

"""Styles: colours, text sizes and number formats of a chart; no drawing library is loaded here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bureau.desks.insights import wording
from bureau.desks.insights.params import ChartParams, FontSize, Language, Palette

Role = Literal["primary", "secondary", "tertiary", "growth"]

INK = "#1f2933"
MUTED = "#5f6b7a"
GRID = "#e3e8ee"
SHADE = "#f2f4f7"


@dataclass(frozen=True, slots=True)
class Colours:
    """A palette: the ends of its gradient (light, dark), and colours with a meaning."""

    light: str
    dark: str
    secondary: str
    tertiary: str
    growth: str
    highlight: str = "#f59e0b"
    others: str = "#2e9e6b"
    highlight_hatch: str = ""

    def of(self, role: Role) -> str:
        """Colour of a line; the primary one is the dark end of the gradient."""
        return self.dark if role == "primary" else str(getattr(self, role))


PALETTES: dict[Palette, Colours] = {
    "professional": Colours("#a6cbe8", "#14507f", "#d9622b", "#2a8a6d", "#7a6bb0"),
    "vibrant": Colours("#c9b6ff", "#5b21d6", "#e6197f", "#00a58e", "#f08c00"),
    "earth": Colours("#dcc39a", "#6f4518", "#8a9a3b", "#b5532a", "#4f6d5a"),
    "ocean": Colours("#a5e3e0", "#075985", "#ef7b45", "#0d9488", "#6366a8"),
    "sunset": Colours("#fdc98a", "#b3123f", "#6d28d9", "#0f766e", "#9a6700", highlight="#5b21b6"),
    "monochrome": Colours(
        *("#d6d6d6", "#2b2b2b", "#6e6e6e", "#9a9a9a", "#b8b8b8"),
        highlight="#f4f4f4",
        others="#8f8f8f",
        highlight_hatch="///",
    ),
}
_BASE_SIZE: dict[FontSize, float] = {"small": 9.0, "medium": 11.0, "large": 13.0}


@dataclass(frozen=True, slots=True)
class Style:
    """How a chart looks and in which language it speaks; `base` is the text size in points."""

    colours: Colours
    base: float
    language: Language

    @classmethod
    def of(cls, params: ChartParams) -> Style:
        """The style that a chart's parameters ask for."""
        return cls(PALETTES[params.palette], _BASE_SIZE[params.font_size], params.language)

    def number(self, value: float) -> str:
        """A whole number in the chart's language."""
        return wording.number(value, self.language)

    def percent(self, value: float) -> str:
        """A percentage with one decimal in the chart's language."""
        return wording.percent(value, self.language)

    def count_and_share(self, count: int, percentage: float) -> str:
        """A count with its share in parentheses."""
        return f"{self.number(count)} ({self.percent(percentage)})"

    def gradient(self, steps: int) -> list[str]:
        """`steps` colours from the light to the dark end; a single one is dark."""
        light, dark = _rgb(self.colours.light), _rgb(self.colours.dark)
        parts = [i / (steps - 1) for i in range(steps)] if steps > 1 else [1.0]
        return [_mixed(light, dark, part) for part in parts]


def _mixed(light: tuple[int, ...], dark: tuple[int, ...], part: float) -> str:
    channels = (round(a + (b - a) * part) for a, b in zip(light, dark, strict=True))
    return "#" + "".join(f"{channel:02x}" for channel in channels)


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def ink_on(colour: str) -> str:
    """Black or white, whichever reads better on `colour` (WCAG relative luminance)."""
    channels = [channel / 255 for channel in _rgb(colour)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return "#ffffff" if luminance < 0.22 else INK

"""How grave a finding is. Levels are numbers: as words, "medium" would beat "critical"."""

from __future__ import annotations

from enum import IntEnum


class Level(IntEnum):
    """From nothing at all to what cannot wait."""

    NONE = 0
    LOW = 1
    MEDIUM = 2
    HIGH = 3
    CRITICAL = 4

    @property
    def word(self) -> str:
        """As the contract writes it; empty for nothing."""
        return "" if self is Level.NONE else self.name.lower()

    @property
    def needs_action(self) -> bool:
        """Whether somebody has to look at it at once."""
        return self >= Level.HIGH

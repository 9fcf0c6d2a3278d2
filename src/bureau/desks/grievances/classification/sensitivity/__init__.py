"""Finding complaints that need more care than others, in English and Nepali. Pure."""

from bureau.desks.grievances.classification.sensitivity.detect import Finding, detect
from bureau.desks.grievances.classification.sensitivity.levels import Level

__all__ = ["Finding", "Level", "detect"]

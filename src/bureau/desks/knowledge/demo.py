"""Demonstration documents: two small manuals that everybody may ask."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bureau.desks.knowledge.access import shared_collection
from bureau.kernel.retrieval.models import Audience
from bureau.kernel.retrieval.services import add_document

BOILER = """# Water boiler WB 20

## Safety

Unplug the boiler before you open it. Never move it while it is hot.

## Cleaning

The filter has to be washed every 30 days at no more than 40 °C. Never put the filter into a
dishwasher. Remove scale twice a year with 50 ml of citric acid in 1 litre of water.

## Technical data

It is supplied with 230 V and draws at most 8.7 A (2,000 W). It holds 20 litres and heats them from
15 °C to 95 °C in 45 minutes.

## Warranty

The warranty period is 24 months from the date of purchase. Damage by scale is not covered.
"""
VISITORS = """# Hinweise für Besucherinnen und Besucher

## Öffnungszeiten

Das Haus ist montags bis freitags von 8 bis 18 Uhr geöffnet, samstags von 9 bis 13 Uhr.

## Ausweise

Besucherausweise werden am Empfang ausgegeben und gelten einen Tag. Ein verlorener Ausweis ist
sofort zu melden.

## Parken

Vor dem Haus gibt es 12 Parkplätze für Gäste. Das Parken ist auf 2 Stunden begrenzt.
"""


def seed() -> Mapping[str, Any]:
    """Add both documents with the tasks that read them; workers do so when they start."""
    shelf = shared_collection(Audience.EVERYONE)
    made = [
        add_document(shelf, text=BOILER, title="Water boiler WB 20", language="en"),
        add_document(shelf, text=VISITORS, title="Hinweise für Besucher", language="de"),
    ]
    return {
        "documents": [str(one.pk) for one in made],
        "ask": "How often must the filter be washed?",
    }

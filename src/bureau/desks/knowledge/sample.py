"""Invented manuals of stage lighting equipment, for demonstrations and seeds. Pure functions."""

from __future__ import annotations

import random
from collections.abc import Iterator

PRODUCTS = ("Splitter S{n}", "Node N{n}", "Booster B{n}", "Dimmer D{n}", "Rail Unit R{n}")
SECTIONS = ("Safety", "Mounting", "Wiring", "Addressing", "Network", "Status lights", "Upkeep")
FACTS = (
    "The {name} is supplied with {volt} V and draws at most {amp} A.",
    "It may be operated between {low} °C and {high} °C at up to {hum} % humidity.",
    "The DMX input of the {name} is isolated up to {kv} kV.",
    "Each of its {ports} outputs drives {units} fixtures over at most {metres} m of cable.",
    "Set the start address with the three dials; addresses above 512 are ignored.",
    "The last device of a line needs a terminator of {ohm} ohm.",
    "Hold the reset button of the {name} for {secs} seconds to restore the factory settings.",
    "The network settings are kept for {years} years without power.",
    "A red light on port {ports} means a short circuit in that line.",
    "Tighten the earth screw of the {name} with {nm} Nm.",
    "Clean the ventilation slots of the {name} every {months} months with a dry brush.",
    "The warranty period of the {name} is {months} months from the date of purchase.",
    "Firmware {fw} of the {name} adds RDM and sACN with {units} universes.",
    "Use fuses of {amp} A, slow, and never bridge them.",
)


def product(number: int) -> str:
    """The name of the product with this number."""
    return PRODUCTS[number % len(PRODUCTS)].format(n=100 + number)


def facts(number: int, count: int) -> Iterator[tuple[str, str]]:
    """(section, text) of a product's passages; the same for the same number."""
    chance = random.Random(number)
    for index in range(count):
        lines = chance.sample(FACTS, 4)
        yield (
            SECTIONS[index // 10 % len(SECTIONS)],
            " ".join(line.format(name=product(number), **_values(chance)) for line in lines),
        )


def _values(chance: random.Random) -> dict[str, object]:
    return {
        "volt": chance.choice((12, 24, 48, 110, 230)),
        "amp": chance.choice((0.5, 1, 1.5, 2, 6.3, 10)),
        "low": -chance.randrange(5, 30),
        "high": chance.randrange(35, 60),
        "hum": chance.randrange(60, 95),
        "kv": chance.choice((1, 1.5, 2.5)),
        "ports": chance.randrange(1, 9),
        "units": chance.choice((16, 24, 32, 64)),
        "metres": chance.choice((100, 250, 300, 500)),
        "ohm": chance.choice((110, 120)),
        "secs": chance.randrange(3, 15),
        "years": chance.randrange(2, 12),
        "nm": chance.choice((1.2, 2, 2.5)),
        "months": chance.choice((6, 12, 24, 36)),
        "fw": f"{chance.randrange(1, 5)}.{chance.randrange(0, 20)}",
    }


def manual(number: int, passages: int) -> str:
    """A manual in Markdown."""
    text = f"# {product(number)}\n"
    last = ""
    for section, line in facts(number, passages):
        text += f"\n## {section}\n" if section != last else ""
        text += f"\n{line}\n"
        last = section
    return text


QUESTIONS = (
    "With how many volts is the {name} supplied?",
    "How long is the warranty period of the {name}?",
    "How do I restore the factory settings of the {name}?",
    "How often do I clean the ventilation slots of the {name}?",
)

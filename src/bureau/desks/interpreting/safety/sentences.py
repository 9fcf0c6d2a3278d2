"""Sentences of a clinic in pairs of languages, made from a seed, and ways to spoil a translation.

They measure the check (`bureau manage safety_eval`) and feed its property tests. The target is what
a good translator would write, with the target language's own digits, decimal signs, dates, number
words and spellings of medicines; `corruptions` are what a bad one does to it.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass

from bureau.desks.interpreting.safety import words
from bureau.desks.interpreting.safety.numbers import DECIMAL_COMMA, plain_digits, value_of

# the language of each column; English is the source
COLUMNS = ("en", "af", "de", "es", "fr", "pt", "ne", "zu")
# {n} {m}: counts; {d}: dose with unit; {t}: time of day; {D}: date; {W}: weekday; {x}: medicine
TEMPLATES: tuple[tuple[str, ...], ...] = (
    ("Take {n} tablets of {x} {m} times a day.", "Neem {n} tablette {x} {m} keer per dag.",
     "Nehmen Sie {m}-mal am Tag {n} Tabletten {x}.", "Tome {n} tabletas de {x} {m} veces al día.",
     "Prenez {n} comprimés de {x} {m} fois par jour.", "Tome {n} comprimidos de {x} {m} vezes por dia.",
     "दिनमा {m} पटक {x} को {n} वटा चक्की खानुहोस्।",
     "Thatha amaphilisi angu-{n} e-{x} izikhathi ezingu-{m} ngosuku."),
    ("Take {d} of {x} every {n} hours.", "Neem {d} {x} elke {n} uur.",
     "Nehmen Sie alle {n} Stunden {d} {x}.", "Tome {d} de {x} cada {n} horas.",
     "Prenez {d} de {x} toutes les {n} heures.", "Tome {d} de {x} a cada {n} horas.",
     "हरेक {n} घण्टामा {d} {x} खानुहोस्।", "Thatha {d} e-{x} njalo emahoreni angu-{n}."),
    ("Do not take more than {n} tablets a day.", "Moenie meer as {n} tablette per dag neem nie.",
     "Nehmen Sie nicht mehr als {n} Tabletten am Tag.", "No tome más de {n} tabletas al día.",
     "Ne prenez pas plus de {n} comprimés par jour.", "Não tome mais de {n} comprimidos por dia.",
     "दिनमा {n} वटा भन्दा बढी चक्की नखानुहोस्।", "Ungathathi amaphilisi angaphezu kuka-{n} ngosuku."),
    ("You must not take {x}.", "U mag nie {x} neem nie.", "Sie dürfen kein {x} nehmen.",
     "No debe tomar {x}.", "Vous ne devez pas prendre de {x}.", "Não deve tomar {x}.",
     "तपाईंले {x} नखानुहोस्।", "Ungathathi i-{x}."),
    ("You can take {x} after meals.", "U kan {x} ná etes neem.", "Sie können {x} nach dem Essen nehmen.",
     "Puede tomar {x} después de las comidas.", "Vous pouvez prendre {x} après les repas.",
     "Pode tomar {x} depois das refeições.", "खाना खाएपछि {x} खान सक्नुहुन्छ।",
     "Ungathatha i-{x} emva kokudla."),
    ("Come back on {D}.", "Kom terug op {D}.", "Kommen Sie am {D} wieder.", "Vuelva el {D}.",
     "Revenez le {D}.", "Volte no dia {D}.", "{D} मा फेरि आउनुहोस्।", "Buya ngo-{D}."),
    ("Your appointment is on {W} at {t}.", "U afspraak is op {W} om {t}.",
     "Ihr Termin ist am {W} um {t}.", "Su cita es el {W} a las {t}.", "Votre rendez-vous est le {W} à {t}.",
     "A sua consulta é na {W} às {t}.", "तपाईंको समय {W} {t} बजे छ।", "Isikhathi sakho singo-{W} ngo-{t}."),
    ("Your temperature is {p} degrees.", "U temperatuur is {p} grade.", "Ihre Temperatur ist {p} Grad.",
     "Su temperatura es de {p} grados.", "Votre température est de {p} degrés.",
     "A sua temperatura é de {p} graus.", "तपाईंको तापक्रम {p} डिग्री छ।", "Izinga lakho lokushisa lingu-{p}°."),
    ("Inject {n} units of insulin before breakfast.", "Spuit {n} eenhede insulien voor ontbyt in.",
     "Spritzen Sie {n} Einheiten Insulin vor dem Frühstück.", "Inyecte {n} unidades de insulina antes del desayuno.",
     "Injectez {n} unités d'insuline avant le petit déjeuner.", "Injete {n} unidades de insulina antes do pequeno-almoço.",
     "बिहानको खाजा अघि {n} युनिट इन्सुलिन लगाउनुहोस्।", "Jova {n} IU e-insulin ngaphambi kwesidlo sasekuseni."),
    ("Use the drops for {n} days, {m} times a day.", "Gebruik die druppels vir {n} dae, {m} keer per dag.",
     "Verwenden Sie die Tropfen {n} Tage lang, {m}-mal täglich.", "Use las gotas durante {n} días, {m} veces al día.",
     "Utilisez les gouttes pendant {n} jours, {m} fois par jour.", "Use as gotas durante {n} dias, {m} vezes por dia.",
     "{n} दिनसम्म, दिनमा {m} पटक थोपा हाल्नुहोस्।", "Sebenzisa amaconsi izinsuku ezingu-{n}, izikhathi ezingu-{m} ngosuku."),
    ("The baby weighs {p} kg and is {n} months old.", "Die baba weeg {p} kg en is {n} maande oud.",
     "Das Baby wiegt {p} kg und ist {n} Monate alt.", "El bebé pesa {p} kg y tiene {n} meses.",
     "Le bébé pèse {p} kg et a {n} mois.", "O bebé pesa {p} kg e tem {n} meses.",
     "बच्चाको तौल {p} kg छ र उमेर {n} महिना भयो।", "Ingane inesisindo esingu-{p} kg futhi inezinyanga ezingu-{n}."),
    ("I have had this cough for {n} weeks.", "Ek het hierdie hoes al {n} weke.",
     "Ich habe diesen Husten seit {n} Wochen.", "Tengo esta tos desde hace {n} semanas.",
     "J'ai cette toux depuis {n} semaines.", "Tenho esta tosse há {n} semanas.",
     "मलाई {n} हप्तादेखि यो खोकी लागेको छ।", "Ngikhwehlela amaviki angu-{n}."),
    ("The patient is not allergic to {x}.", "Die pasiënt is nie allergies vir {x} nie.",
     "Der Patient ist nicht allergisch gegen {x}.", "El paciente no es alérgico a {x}.",
     "Le patient n'est pas allergique à {x}.", "O paciente não é alérgico a {x}.",
     "बिरामीलाई {x} को एलर्जी छैन।", "Isiguli asiguliswi yi-{x}."),
    ("The patient is allergic to {x}.", "Die pasiënt is allergies vir {x}.",
     "Der Patient ist allergisch gegen {x}.", "El paciente es alérgico a {x}.",
     "Le patient est allergique à {x}.", "O paciente é alérgico a {x}.", "बिरामीलाई {x} को एलर्जी छ।",
     "Isiguli siguliswa yi-{x}."),
    ("Give the child {d} at {t} and {n} hours later again.", "Gee die kind {d} om {t} en {n} uur later weer.",
     "Geben Sie dem Kind {d} um {t} und {n} Stunden später noch einmal.", "Dé al niño {d} a las {t} y otra vez {n} horas después.",
     "Donnez {d} à l'enfant à {t} et encore {n} heures plus tard.", "Dê {d} à criança às {t} e outra vez {n} horas depois.",
     "बच्चालाई {t} बजे {d} दिनुहोस् र {n} घण्टापछि फेरि दिनुहोस्।", "Nika ingane {d} ngo-{t} bese uphinda emva kwamahora angu-{n}."),
)  # fmt: skip

MEDICINES: dict[str, tuple[str, ...]] = {
    "paracetamol": ("paracetamol", "parasetamol", "Paracetamol", "paracetamol", "paracétamol",
                    "paracetamol", "पारासिटामोल", "paracetamol"),
    "amoxicillin": ("amoxicillin", "amoksisillien", "Amoxicillin", "amoxicilina", "amoxicilline",
                    "amoxicilina", "एमोक्सिसिलिन", "amoxicillin"),
    "metformin": ("metformin", "metformien", "Metformin", "metformina", "metformine",
                  "metformina", "मेटफर्मिन", "metformin"),
    "ibuprofen": ("ibuprofen", "ibuprofeen", "Ibuprofen", "ibuprofeno", "ibuprofène",
                  "ibuprofeno", "आइबुप्रोफेन", "ibuprofen"),
    "amlodipine": ("amlodipine", "amlodipien", "Amlodipin", "amlodipino", "amlodipine",
                   "amlodipina", "एम्लोडिपिन", "amlodipine"),
    "warfarin": ("warfarin", "warfarien", "Warfarin", "warfarina", "warfarine", "varfarina",
                 "वारफारिन", "warfarin"),
}  # fmt: skip
DOSES = ("250 mg", "500 mg", "2.5 mg", "0.5 g", "1,000 mg", "5 ml", "7.5 ml", "12.5 mg", "1.25 g")
CLOCKS = ("08:30", "14:15", "9:45", "20:00")
YEAR = 2026


@dataclass(frozen=True, slots=True)
class Pair:
    """A sentence and its translation into the language of the column `language`."""

    source: str
    target: str
    language: str


@dataclass(frozen=True, slots=True)
class Spoilt:
    """A translation that went wrong: how, and whether in its numbers."""

    kind: str
    target: str
    is_numeric: bool


def make_pair(dice: random.Random) -> Pair:
    """One sentence in English and in another language."""
    column = dice.randrange(1, len(COLUMNS))
    template = dice.choice(TEMPLATES)
    source, target = template[0], template[column]
    for slot in dict.fromkeys(re.findall(r"\{(\w)\}", source)):
        left, right = _FILLERS[slot](dice, column)
        source, target = source.replace(f"{{{slot}}}", left), target.replace(f"{{{slot}}}", right)
    return Pair(source, target, COLUMNS[column])


def _count(dice: random.Random, column: int) -> tuple[str, str]:
    number, language = dice.randint(2, 28), COLUMNS[column]
    spelt = {value: word for word, value in words.NUMBER_WORDS["en"].items()}
    foreign = {value: word for word, value in words.NUMBER_WORDS[language].items()}
    left = spelt[number] if number in spelt and dice.random() < 0.3 else str(number)
    # isiZulu joins a numeral to its noun by a digit; its number words agree with the noun's class
    in_words = number in foreign and language not in {"zu", "ne"} and dice.random() < 0.3
    return left, foreign[number] if in_words else _digits(str(number), language, dice)


def _digits(text: str, language: str, dice: random.Random) -> str:
    if language == "ne" and dice.random() < 0.5:
        return "".join(chr(0x0966 + int(char)) if char.isdigit() else char for char in text)
    return text


def _decimal(text: str, language: str, dice: random.Random) -> str:
    if language in DECIMAL_COMMA:
        text = text.translate(str.maketrans(",.", ".,"))
    return _digits(text, language, dice)


def _dose(dice: random.Random, column: int) -> tuple[str, str]:
    dose = dice.choice(DOSES)
    value, unit = dose.split(" ")
    return dose, f"{_decimal(value, COLUMNS[column], dice)} {unit}"


def _point(dice: random.Random, column: int) -> tuple[str, str]:
    value = f"{dice.randint(3, 40)}.{dice.randint(1, 9)}"
    return value, _decimal(value, COLUMNS[column], dice)


def _time(dice: random.Random, column: int) -> tuple[str, str]:
    clock = dice.choice(CLOCKS)
    return clock, clock.replace(":", "h") if COLUMNS[column] == "fr" else clock


def _date(dice: random.Random, column: int) -> tuple[str, str]:
    day, month, language = dice.randint(1, 28), dice.randint(1, 12), COLUMNS[column]
    name = words.MONTHS["en"][month - 1].capitalize()
    if dice.random() < 0.3:
        return f"{day} {name} {YEAR}", f"{YEAR}-{month:02}-{day:02}"
    joint = " de " if language in {"es", "pt"} else ". " if language == "de" else " "
    end = " de " if language in {"es", "pt"} else " "
    return f"{day} {name} {YEAR}", f"{day}{joint}{words.MONTHS[language][month - 1]}{end}{YEAR}"


def _weekday(dice: random.Random, column: int) -> tuple[str, str]:
    number = dice.randrange(len(words.WEEKDAYS[COLUMNS[column]]))
    return words.WEEKDAYS["en"][number].capitalize(), words.WEEKDAYS[COLUMNS[column]][number]


def _medicine(dice: random.Random, column: int) -> tuple[str, str]:
    names = dice.choice(list(MEDICINES.values()))
    return names[0], names[column]


_FILLERS: dict[str, Callable[[random.Random, int], tuple[str, str]]] = {
    "n": _count, "m": _count, "d": _dose, "p": _point, "t": _time, "D": _date, "W": _weekday,
    "x": _medicine,
}  # fmt: skip


# --- spoiling -------------------------------------------------------------------------------

_DIGITS = re.compile(r"\d+(?:[.,:]\d+)*")
_UNITS = re.compile(r"(?<=\d )(?:mg|ml|g|kg)\b")


def corruptions(pair: Pair, dice: random.Random) -> list[Spoilt]:
    """Every way in which this translation can go wrong, each once."""
    spoilt = [make(pair, dice) for make in _CORRUPTIONS]
    right = plain_digits(pair.target)
    return [one for one in spoilt if one is not None and plain_digits(one.target) != right]


def _other_number(pair: Pair, dice: random.Random) -> Spoilt | None:
    return _on_a_number(pair, dice, "another number", lambda text: _shifted(text, dice))


def _shifted(text: str, dice: random.Random) -> str:
    """The same number with one digit changed; the first digit does not become zero."""
    places = [at for at, char in enumerate(text) if char.isdigit()]
    at = dice.choice(places)
    base = ord(text[at]) - int(text[at])
    other = dice.choice([digit for digit in range(1, 10) if digit != int(text[at])])
    return text[:at] + chr(base + other) + text[at + 1 :]


def _tenfold(pair: Pair, dice: random.Random) -> Spoilt | None:
    def move(text: str) -> str:
        plain = text.replace(",", "").replace(".", "")
        same = value_of(plain_digits(text), pair.language) == value_of(plain, pair.language)
        return f"{plain}0" if same else plain

    return _on_a_number(pair, dice, "decimal place", move, but=":h-")


def _lost_number(pair: Pair, dice: random.Random) -> Spoilt | None:
    return _on_a_number(pair, dice, "number lost", lambda _: "")


def _on_a_number(
    pair: Pair, dice: random.Random, kind: str, change: Callable[[str], str], but: str = ""
) -> Spoilt | None:
    found = [one for one in _DIGITS.finditer(pair.target) if not set(one[0]) & set(but)]
    # parts of dates and clocks are for the other corruptions
    found = [
        one
        for one in found
        if not re.search(r"[-h]\d", pair.target[one.start() - 1 : one.end() + 2]) or not but
    ]
    if not found:
        return None
    one = dice.choice(found)
    return Spoilt(
        kind, pair.target[: one.start()] + change(one[0]) + pair.target[one.end() :], True
    )


def _swapped(pair: Pair, dice: random.Random) -> Spoilt | None:
    found = list(_DIGITS.finditer(pair.target))
    if len(found) != 2 or found[0][0] == found[1][0]:
        return None
    one, two = found
    target = pair.target
    target = (
        target[: one.start()]
        + two[0]
        + target[one.end() : two.start()]
        + one[0]
        + target[two.end() :]
    )
    return Spoilt("numbers swapped", target, True)


def _other_unit(pair: Pair, dice: random.Random) -> Spoilt | None:
    others = {"mg": "g", "g": "mg", "ml": "l", "kg": "g"}
    target = _UNITS.sub(lambda unit: others[unit[0]], pair.target, count=1)
    return Spoilt("another unit", target, True)


def _other_medicine(pair: Pair, dice: random.Random) -> Spoilt | None:
    column = COLUMNS.index(pair.language)
    for name, spellings in MEDICINES.items():
        if spellings[column] in pair.target:
            other = dice.choice([one for one in MEDICINES if one != name])
            target = pair.target.replace(spellings[column], MEDICINES[other][column])
            return Spoilt("another medicine", target, False)
    return None


def _lost_denial(pair: Pair, dice: random.Random) -> Spoilt | None:
    denied = {"Do not ": "", "must not ": "can ", "is not ": "is "}
    said = next((word for word in denied if word in pair.source), None)
    if said is None:
        return None
    column = COLUMNS.index(pair.language)
    target = _AFFIRMED[column](pair.target)
    return Spoilt("denial lost", target, False)


def _without(pattern: str, instead: str = " ") -> Callable[[str], str]:
    return lambda text: re.sub(r"\s+", " ", re.sub(pattern, instead, text)).strip()


_AFFIRMED: dict[int, Callable[[str], str]] = {
    1: _without(r"\bMoenie\b|\bnie\b"),
    2: _without(r"\bnicht\b|\bkein\b"),
    3: _without(r"\b[Nn]o\b"),
    4: _without(r"\b[Nn]e\b|\bn'|\bpas\b"),
    5: _without(r"\b[Nn]ão\b"),
    6: lambda text: text.replace("नखानुहोस्", "खानुहोस्").replace("छैन", "छ"),
    7: lambda text: text.replace("Ungathathi", "Thatha").replace("asiguliswi", "siguliswa"),
}

_CORRUPTIONS = (
    _other_number, _tenfold, _lost_number, _swapped, _other_unit, _other_medicine, _lost_denial,
)  # fmt: skip

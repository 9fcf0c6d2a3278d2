"""Names of medicines, recognised in any spelling: `amoxicillin`, `amoksisillien`, `एमोक्सिसिलिन`.

Two spellings are the same when their consonants sound the same. The list is of generic names (and a
few brands) that clinics use every day; others are not checked.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

_LISTED = """
paracetamol acetaminophen ibuprofen aspirin diclofenac naproxen tramadol morphine codeine
pethidine amoxicillin ampicillin penicillin flucloxacillin cloxacillin azithromycin erythromycin
clarithromycin doxycycline tetracycline ciprofloxacin levofloxacin moxifloxacin metronidazole
cotrimoxazole nitrofurantoin gentamicin ceftriaxone cefixime cephalexin vancomycin rifampicin
isoniazid pyrazinamide ethambutol streptomycin bedaquiline dolutegravir efavirenz nevirapine
lamivudine zidovudine tenofovir emtricitabine abacavir lopinavir ritonavir fluconazole
clotrimazole nystatin acyclovir oseltamivir albendazole mebendazole praziquantel ivermectin
artemether lumefantrine quinine chloroquine hydroxychloroquine metformin glibenclamide gliclazide
glimepiride insulin amlodipine nifedipine enalapril captopril lisinopril ramipril losartan
valsartan atenolol bisoprolol carvedilol metoprolol propranolol hydrochlorothiazide furosemide
spironolactone digoxin simvastatin atorvastatin rosuvastatin warfarin heparin enoxaparin
clopidogrel rivaroxaban omeprazole pantoprazole lansoprazole ranitidine metoclopramide ondansetron
loperamide salbutamol salmeterol budesonide beclomethasone fluticasone ipratropium theophylline
montelukast prednisone prednisolone hydrocortisone dexamethasone cetirizine loratadine
chlorpheniramine promethazine diazepam lorazepam midazolam clonazepam phenobarbital phenytoin
carbamazepine valproate lamotrigine levetiracetam haloperidol chlorpromazine risperidone
olanzapine fluoxetine sertraline citalopram amitriptyline lithium levothyroxine carbimazole
allopurinol colchicine methotrexate tamoxifen oxytocin misoprostol adrenaline atropine naloxone
ketamine lidocaine panado panadol brufen disprin augmentin ventolin lasix glucophage
"""
NAMES = frozenset(_LISTED.split())

# below this similarity of the whole spelling, equal consonants are chance (`kidney`, `codeine`)
ALIKE = 60.0
# and a spelling with another consonant must be closer (`Tropfen`, `atropine`)
NEARLY_ALIKE = 76.0
# shorter skeletons must be equal, longer ones may differ by one consonant
LONG = 5
_WORD = re.compile(r"[^\W\d_]+(?:[\u0900-\u097f]+)?", re.UNICODE)
_VOWELS = re.compile(r"[aeiouyh]")
_DOUBLES = re.compile(r"(.)\1+")

_DEVANAGARI = {
    "क": "k", "ख": "kh", "ग": "g", "घ": "gh", "ङ": "n", "च": "ch", "छ": "chh", "ज": "j", "झ": "jh",
    "ञ": "n", "ट": "t", "ठ": "t", "ड": "d", "ढ": "d", "ण": "n", "त": "t", "थ": "t", "द": "d",
    "ध": "d", "न": "n", "प": "p", "फ": "ph", "ब": "b", "भ": "b", "म": "m", "य": "y", "र": "r",
    "ल": "l", "व": "v", "श": "s", "ष": "s", "स": "s", "ह": "h", "अ": "a", "आ": "a", "इ": "i",
    "ई": "i", "उ": "u", "ऊ": "u", "ए": "e", "ऐ": "ai", "ओ": "o", "औ": "au", "ा": "a", "ि": "i",
    "ी": "i", "ु": "u", "ू": "u", "े": "e", "ै": "ai", "ो": "o", "ौ": "au", "ं": "n", "ँ": "n",
    "ृ": "ri",
}  # fmt: skip
_SOUNDS = (
    (r"w", "v"), (r"ph", "f"), (r"x", "ks"), (r"c(?=[eiy])", "s"), (r"ch", "k"), (r"[cq]", "k"), (r"z", "s"),
    (r"th", "t"), (r"v", "f"), (r"g(?=[eiy])", "j"),
)  # fmt: skip


def romanised(word: str) -> str:
    """A word in plain small Latin letters."""
    spelt = "".join(_DEVANAGARI.get(char, char) for char in word)
    folded = unicodedata.normalize("NFKD", spelt.casefold())
    return "".join(char for char in folded if "a" <= char <= "z")


def skeleton(word: str) -> str:
    """The consonants of a word as they sound."""
    text = romanised(word)
    for spelling, sound in _SOUNDS:
        text = re.sub(spelling, sound, text)
    return _DOUBLES.sub(r"\1", _VOWELS.sub("", text))


@cache
def _by_skeleton() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name in sorted(NAMES):
        found.setdefault(skeleton(name), []).append(name)
    return found


def drugs_in(text: str) -> dict[str, str]:
    """Medicines named in a text: generic name -> the word that names it."""
    found: dict[str, str] = {}
    for word in _WORD.findall(unicodedata.normalize("NFC", text)):
        name = drug_of(word)
        if name is not None:
            found.setdefault(name, word)
    return found


@lru_cache(maxsize=4_096)
def drug_of(word: str) -> str | None:
    """The medicine that a word names, in whatever spelling; None for every other word."""
    spelt = romanised(word)
    if len(spelt) < 5:
        return None
    if spelt in NAMES:
        return spelt
    bones = skeleton(word)
    same = _by_skeleton().get(bones)
    alike = [(fuzz.ratio(spelt, name), name) for name in same or _near(bones)]
    best = max(alike, default=(0.0, ""))
    return best[1] if best[0] >= (ALIKE if same else NEARLY_ALIKE) else None


def _near(bones: str) -> list[str]:
    """Names one consonant away; Bantu languages put a vowel prefix before, which has no bones."""
    if len(bones) < LONG:
        return []
    return [
        name
        for known, names in _by_skeleton().items()
        if Levenshtein.distance(bones, known, score_cutoff=1) <= 1
        for name in names
    ]

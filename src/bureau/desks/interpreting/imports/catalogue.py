"""The data sets that are known, and how a row of each becomes a text. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

VOICE_LANGUAGES = {
    "zul": "isiZulu",
    "xho": "isiXhosa",
    "afr": "Afrikaans",
    "sot": "Sesotho",
    "tsn": "Setswana",
    "nso": "Sepedi",
    "ssw": "siSwati",
    "ven": "Tshivenda",
    "tso": "Xitsonga",
    "nbl": "isiNdebele",
}
PROJECTION_LANGUAGES = {
    **{code: VOICE_LANGUAGES[code] for code in ("zul", "xho", "nso", "sot")},
    "eng": "English",
}
# configuration of the data set -> code
ALIGNED_LANGUAGES = {
    "english": "eng",
    "afrikaans": "afr",
    "xhosa": "xho",
    "zulu": "zul",
    "sotho": "sot",
    "tswana": "tsn",
    "sepedi": "nso",
    "swati": "ssw",
    "venda": "ven",
    "tsonga": "tso",
    "ndebele": "nbl",
}
VOICE_SPLITS = ("train", "dev_test")
LONGEST_TEXT = 20_000
LONGEST_FACT = 300


@dataclass(frozen=True)
class DataSet:
    """A data set of one language a configuration.

    Attributes:
        key: what tasks and events call it.
        repository: its name on the hub.
        text: columns that may hold the text; the first that is not empty counts.
        facts: columns that are kept beside the text.
        item: how items are called; `{number}` is the row, `{lang}` the language.
        collection: the default name of its knowledge base.
        events: between `dataset.` and `import_started` in the names of its events.
        configured: whether each language is a configuration; else a column `language` says it.
    """

    key: str
    repository: str
    languages: Mapping[str, str]
    text: Sequence[str]
    facts: Sequence[str]
    item: str
    collection: str
    events: str
    configured: bool


VOICES = DataSet(
    key="voices",
    repository="dsfsi-anv/za-african-next-voices",
    languages=VOICE_LANGUAGES,
    text=("transcription", "text", "sentence", "transcript"),
    facts=("speaker_id", "gender", "age", "duration", "accent", "path", "audio_path"),
    item="transcript_{number:06d}",
    collection="{language} Language Dataset",
    events="",
    configured=True,
)
PROJECTION = DataSet(
    key="projection",
    repository="sello-ralethe/Knowledge_Base_Projection",
    languages=PROJECTION_LANGUAGES,
    text=("text",),
    facts=(),
    item="kb_projection_{lang}_{number:06d}",
    collection="{language} Knowledge Base",
    events="kb_",
    configured=False,
)
DATA_SETS = {one.key: one for one in (VOICES, PROJECTION)}
ALIGNED_REPOSITORY = "EdinburghNLP/south-african-lang-id"


@dataclass(frozen=True)
class Entry:
    """A row as it is stored."""

    name: str
    content: str
    metadata: dict[str, Any] = field(default_factory=dict)


def item_name(pattern: str, number: int, lang: str, split: str) -> str:
    """An item's name. Those of `train` are as they always were; other splits say which they are,
    because rows are numbered in each split from 0."""
    name = pattern.format(number=number, lang=lang)
    return name if split == "train" else f"{name}_{split}"


def entry_of(
    data_set: DataSet, lang: str, split: str, number: int, row: Mapping[str, Any]
) -> Entry | None:
    """A row as an entry; None for one without text."""
    text = first_text(row, data_set.text)
    if not text:
        return None
    facts = {name: row[name] for name in data_set.facts if _is_scalar(row.get(name))}
    metadata = {**facts, "source": data_set.repository, "index": number, "lang_code": lang}
    return Entry(item_name(data_set.item, number, lang, split), text, metadata)


def is_wanted(data_set: DataSet, lang: str, row: Mapping[str, Any]) -> bool:
    """Whether a row is of this language; one that does not say is taken for it."""
    said = None if data_set.configured else row.get("language")
    return not said or str(said).lower() in (lang, PROJECTION_LANGUAGES[lang].lower())


def first_text(row: Mapping[str, Any], columns: Sequence[str]) -> str:
    """The first of these columns that is not empty, trimmed and cut to what a text may be."""
    for column in columns:
        value = row.get(column)
        if isinstance(value, str) and value.strip():
            return storable(value)[:LONGEST_TEXT]
    return ""


def storable(text: str) -> str:
    """Without NUL and half characters, which no database keeps."""
    return text.replace("\0", "").encode("utf-8", "ignore").decode().strip()


def _is_scalar(value: Any) -> bool:
    if isinstance(value, str):
        return 0 < len(value) <= LONGEST_FACT
    return isinstance(value, (int, float)) and math.isfinite(value)


# --- aligned translations -----------------------------------------------------------------------


@dataclass(frozen=True)
class Alignment:
    """How rows of several languages are put together.

    Attributes:
        languages: configurations; the first is what the lengths of the others are compared with.
        verify: leave out rows whose lengths differ too much to say the same.
        least, most: bounds of the ratio of two lengths.
    """

    languages: tuple[str, ...]
    verify: bool = False
    least: float = 0.3
    most: float = 3.0


def aligned_entry(
    alignment: Alignment, split: str, number: int, rows: Sequence[Mapping[str, Any]]
) -> Entry | None:
    """One row of every language as an entry; None where a text is missing or does not fit."""
    texts = [first_text(row, ("text",)) for row in rows]
    if not all(texts) or (alignment.verify and not fits(texts, alignment)):
        return None
    names = [language.capitalize() for language in alignment.languages]
    blocks = [f"{name}: {text}" for name, text in zip(names, texts, strict=True)]
    codes = [ALIGNED_LANGUAGES[language] for language in alignment.languages]
    metadata = {
        **{f"text_{code}": text for code, text in zip(codes, texts, strict=True)},
        "source": ALIGNED_REPOSITORY,
        "index": number,
        "languages": codes,
    }
    name = item_name("aligned_{number:06d}", number, "", split)
    return Entry(name, "\n\n".join(blocks), metadata)


def fits(texts: Sequence[str], alignment: Alignment) -> bool:
    """Whether each text is about as long as the first."""
    first = len(texts[0])
    return all(alignment.least <= len(text) / first <= alignment.most for text in texts[1:])

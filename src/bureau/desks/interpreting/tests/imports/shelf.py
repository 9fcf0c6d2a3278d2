"""Small data sets with the columns and the layout of those on the hub."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from bureau.desks.interpreting.imports.catalogue import (
    ALIGNED_REPOSITORY,
    PROJECTION,
    VOICE_LANGUAGES,
    VOICES,
)

# more than one batch, and one row without text
VOICE_ROWS = 70


def write_shelf(folder: Path) -> None:
    _write_voices(folder / VOICES.repository)
    _write_projection(folder / PROJECTION.repository)
    _write_aligned(folder / ALIGNED_REPOSITORY)


def _write_voices(folder: Path) -> None:
    """Parquet with sound in it, as on the hub: who reads the sound needs a decoder we lack."""
    import datasets
    import pyarrow
    from pyarrow import parquet

    columns = datasets.Features(
        {
            "audio": datasets.Audio(sampling_rate=16_000),
            "transcription": datasets.Value("string"),
            "speaker_id": datasets.Value("string"),
            "gender": datasets.Value("string"),
            "age": datasets.Value("int32"),
            "duration": datasets.Value("float32"),
        }
    )
    parts: dict[str, dict[str, str]] = {}
    for lang in VOICE_LANGUAGES:
        rows = VOICE_ROWS if lang == "zul" else 2
        for split, number in (("train", rows), ("dev_test", 3)):
            path = f"{lang}/{split}.parquet"
            (folder / lang).mkdir(parents=True, exist_ok=True)
            found = [_voice(lang, split, one) for one in range(number)]
            table = pyarrow.Table.from_pylist(found, schema=columns.arrow_schema)
            parquet.write_table(table, folder / path)
            parts.setdefault(lang, {})[split] = path
    _describe(folder, parts)


def _voice(lang: str, split: str, number: int) -> dict[str, Any]:
    return {
        "audio": {"bytes": b"not a sound", "path": f"{number}.wav"},
        "transcription": "" if number == 1 else f"Umusho {number} wesi-{lang} {split}",
        "speaker_id": f"s{number}",
        "gender": "female",
        "age": 30,
        "duration": 2.5,
    }


def _write_projection(folder: Path) -> None:
    rows = [
        {"text": f"Fact {number} in {lang}", "language": lang}
        for number in range(4)
        for lang in ("zul", "xho")
    ]
    _describe(folder, {"default": {"train": _lines(folder / "train.jsonl", rows)}})


def _write_aligned(folder: Path) -> None:
    texts = {
        "english": ["Good morning", "Where does it hurt?", "Yes", "Take this twice a day"],
        "afrikaans": ["Goeie môre", "Waar is dit seer?", "Ja, dit is heeltemal waar", ""],
        "xhosa": ["Molo", "Kubuhlungu phi?", "Ewe"],
    }
    parts = {}
    for name, found in texts.items():
        (folder / name).mkdir(parents=True, exist_ok=True)
        rows = [{"text": text, "label": name} for text in found]
        _lines(folder / name / "train.jsonl", rows)
        parts[name] = {"train": f"{name}/train.jsonl"}
    _describe(folder, parts)


def _lines(path: Path, rows: list[dict[str, Any]]) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))
    return path.name


def _describe(folder: Path, parts: dict[str, dict[str, str]]) -> None:
    """The card that says which files are which part, as the hub's data sets have it."""
    lines = ["---", "configs:"]
    for name, splits in parts.items():
        lines += [f"- config_name: {name}", "  data_files:"]
        for split, path in splits.items():
            lines += [f"  - split: {split}", f"    path: {path}"]
    (folder / "README.md").write_text("\n".join([*lines, "---", ""]))
